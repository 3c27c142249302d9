"""How much, how many, how often: the figures of the socket."""

from __future__ import annotations

HEARTBEAT_SECONDS = 20
LOOK_SECONDS = 1.0
"""How often the table is looked at, whatever the doorbells say."""

RIGHTS_SECONDS = 3.0
RIGHTS_STALE_SECONDS = 4.0
"""Nobody gets an event when rights were last checked longer ago than this."""

FRAME_BYTES = 64 * 1024
"""The largest frame that a client may send."""

FRAMES_A_SECOND = 20.0
FRAMES_BURST = 60.0

PAGE_EVENTS = 200
PAGE_BYTES = 192 * 1024
"""A frame of events holds no more than either. Sizes are counted in characters, which is near enough."""

OUTSTANDING_BYTES = 1024 * 1024
"""Sent or waiting, and not acknowledged: over it the socket is told to resync."""

REPLAY_WINDOW_BYTES = 512 * 1024
"""Over it a socket gets nothing new: it has fallen behind, and the rest is replayed to it."""

REPLAY_PATIENCE_SECONDS = 30.0
"""How long a replay waits for an acknowledgement before it gives up."""

RING_EVENTS = 500
RING_BYTES = 1024 * 1024
"""What is kept of the recent past of each organisation, for those who come back."""

FEED_LINGER_SECONDS = 60.0
"""How long an organisation is still followed after its last socket has gone: people come back."""

SPACING_SECONDS = 0.025
"""Between two deliveries of one organisation. The first one never waits."""

STREAM_GAP_SECONDS = 0.035
STREAM_SPACING_SECONDS = 0.1
"""Between two deliveries while events pour in: while the bells come more closely than the gap."""

ENDING_SECONDS = 2.0
LAST_WORD_SECONDS = 0.1
DATABASE_SECONDS = 5.0
LAYER_SECONDS = 3.0

SIGNAL_SECONDS = 1.0
"""Between two equal signals of one socket; those between are dropped."""

SIGNAL_SIGHT_SECONDS = 2.0
TYPING_SHOWN_SECONDS = 20.0

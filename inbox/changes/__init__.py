"""What is done to a message after it was written: reactions, edits, deletions; in any order, twice, and too early.

`targets` finds the message that is meant, and keeps what comes before it; `reactions`, `edits` and `revokes` write;
`redaction` takes the words of a deleted message out of the stored events.
"""

from inbox.changes.applying import apply, apply_parked, park
from inbox.changes.targets import Change

__all__ = ["Change", "apply", "apply_parked", "park"]

"""The product's settings with a channel layer that loses a fifth of what it carries, for web processes of tests.

Each loss is a byte in the file that BANDEJA_FAULTS_LOSSES names.
"""

from __future__ import annotations

import os
import random
from pathlib import Path
from typing import Any

from channels_redis.pubsub import RedisPubSubChannelLayer

from core.project.settings import *  # noqa: F403
from core.project.settings import CHANNEL_LAYERS as WHOLE
from tests.faults.trials import LOSSES, SEED

LOST_SHARE = 0.2
DICE = random.Random(os.environ[SEED])
SOCKETS_PER_PERSON = 1_000
CHANNEL_LAYERS = {"default": {**WHOLE["default"], "BACKEND": "tests.faults.lossy.LossyLayer"}}


class LossyLayer(RedisPubSubChannelLayer):  # type: ignore[misc]  # channels_redis is not typed
    """Loses messages on their way to the process; the specification of channels allows that."""

    async def receive(self, channel: str) -> dict[str, Any]:
        while True:
            message: dict[str, Any] = await self._get_layer().receive(channel)
            if DICE.random() >= LOST_SHARE:
                return message
            _note_loss()


def _note_loss() -> None:
    with Path(os.environ[LOSSES]).open("ab") as file:
        file.write(b".")

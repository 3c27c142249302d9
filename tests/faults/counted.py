"""The lossy layer with a count of what it lost: a byte in the file that BANDEJA_FAULTS_LOSSES names, for each."""

from __future__ import annotations

import os
import random
from pathlib import Path
from typing import Any

from tests.faults.lossy import *  # noqa: F403
from tests.faults.lossy import CHANNEL_LAYERS as LOSSY
from tests.faults.lossy import LOST_SHARE, LossyLayer

LOSSES = "BANDEJA_FAULTS_LOSSES"
CHANNEL_LAYERS = {"default": {**LOSSY["default"], "BACKEND": "tests.faults.counted.CountedLayer"}}


class CountedLayer(LossyLayer):
    """Notes each loss where other processes can see it."""

    async def receive(self, channel: str) -> dict[str, Any]:
        while True:
            message: dict[str, Any] = await self._get_layer().receive(channel)
            if random.random() >= LOST_SHARE:
                return message
            _note_loss()


def _note_loss() -> None:
    with Path(os.environ[LOSSES]).open("ab") as file:
        file.write(b".")

"""Signs of life of the processes that no request reaches."""

from __future__ import annotations

from django.db import models


class Heartbeat(models.Model):
    """When a process last showed that it works; of several of a kind the newest counts.

    Attributes:
        name: `scheduler`, or `worker:` and the queue.
    """

    name = models.CharField(max_length=60, primary_key=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} at {self.at}"

"""The webhook alone, for a real server in a process of its own."""

from __future__ import annotations

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "core.project.settings")

import django

django.setup()

from integrations.whatsapp.webhook import Receive, Scope, Send, WebhookApplication  # noqa: E402 - needs Django


async def _nothing(scope: Scope, receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 204, "headers": []})
    await send({"type": "http.response.body", "body": b""})


application = WebhookApplication(_nothing)

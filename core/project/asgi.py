"""What answers a connection: the webhook before everything, then the socket, then Django."""

from __future__ import annotations

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "core.project.settings")

import django

django.setup(set_prefix=False)

# Models may be imported only after Django is set up.
from channels.routing import ProtocolTypeRouter, URLRouter
from django.urls import get_resolver

from core import garbage
from core.handler import Handler
from inbox.routing import socket_application, websocket_urls
from integrations.whatsapp.webhook import WebhookApplication

application = ProtocolTypeRouter(
    {
        "http": WebhookApplication(otherwise=Handler()),
        "websocket": socket_application(URLRouter(websocket_urls)),
    }
)
# Views and what they need take a third of a second to import: at the start, and not at the first one's cost who asks.
get_resolver().url_patterns  # noqa: B018 - reading it imports them
garbage.settle()

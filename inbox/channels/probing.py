"""Asking Meta whether a number that was stopped may send again."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

from django.conf import settings
from django.db import connection

from core.actors import system_actor
from core.events import record, service
from inbox.channels import troubles
from inbox.events import ChannelUpdated
from integrations.models import Channel
from integrations.whatsapp.client import GraphClient, open_session
from integrations.whatsapp.errors import Done, Reply

logger = logging.getLogger(__name__)

DEADLINE_SECONDS = 8.0
# States of a number in which nothing leaves, though the token is good.
_CANNOT_SEND = frozenset({"BANNED", "DELETED", "DISCONNECTED", "MIGRATED", "RESTRICTED"})

# After a minute at first. That Meta answers proves the token, but no payment and no restriction: where the trouble
# came again, the next try comes after two minutes, four… and an hour at most.
_DUE = """
SELECT organization_id, id FROM integrations_channel
WHERE is_active AND trouble_since IS NOT NULL
  AND trouble_since + least(60 * power(2, probes), 3600) * interval '1 second' <= now()
ORDER BY id
"""


def due() -> list[tuple[int, int]]:
    """Return organisation and channel of those that may be asked for now; across tenants."""
    with connection.cursor() as cursor:
        cursor.execute(_DUE, [])
        return [(organization_id, pk) for organization_id, pk in cursor.fetchall()]


def probe(channel_id: int) -> bool:
    """Ask Meta for a stopped number, and let its sends go on when all is well; within the tenant's scope."""
    channel = Channel.objects.filter(pk=channel_id, is_active=True, trouble_since__isnull=False).first()
    if channel is None:
        return False
    try:
        reply = asyncio.run(_ask(channel.phone_number_id, channel.access_token))
    except (
        Exception
    ) as error:  # a token that cannot be read, or is none, is no reason to stop asking for the others
        logger.warning("probe.broke", extra={"channel": channel_id, "reason": type(error).__name__})
        return False
    if not isinstance(reply, Done) or reply.data.get("status") in _CANNOT_SEND:
        return False
    with service():
        _learn(channel, reply.data)
        return troubles.end(channel.pk, by=system_actor(channel.organization_id))


async def _ask(phone_number_id: str, access_token: str) -> Reply:
    async with open_session(connections=1) as session:
        client = GraphClient(
            settings.WHATSAPP_GRAPH_URL,
            settings.WHATSAPP_GRAPH_VERSION,
            access_token,
            session,
            deadline_seconds=DEADLINE_SECONDS,
        )
        return await client.phone_number(phone_number_id)


def _learn(channel: Channel, told: dict[str, Any]) -> None:
    """Keep what Meta said of the number on the way."""
    throughput = told.get("throughput")
    said = {
        "quality": told.get("quality_rating"),
        "throughput": throughput.get("level") if isinstance(throughput, dict) else None,
        "messaging_limit": told.get("whatsapp_business_manager_messaging_limit"),
    }
    longest = {"quality": 12, "throughput": 20, "messaging_limit": 20}
    news = {name: value[: longest[name]] for name, value in said.items() if isinstance(value, str) and value}
    changed = {name: value for name, value in news.items() if value != getattr(channel, name)}
    if changed:
        Channel.objects.filter(pk=channel.pk).update(**changed)
        record(ChannelUpdated(channel.pk, system_actor(channel.organization_id)))

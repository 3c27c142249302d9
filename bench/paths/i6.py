"""I6: queries of each list of the API at 50 rows against 5 rows: they have to be as many. There is no floor.

A small organisation has five of everything and is asked for five, the large one has fifty or more and is
asked for fifty.
"""

from __future__ import annotations

from django.db import connection

from bench.counting import queries_of
from bench.delivery import make_events, stream_of
from bench.figures import Line
from bench.options import Bench, say
from bench.seed import Tenant

FEW, MANY = 5, 50
LISTS = (
    "conversations",
    "conversations?status=open&sort=oldest",
    "conversations?q=cliente",
    "conversations/{conversation}/messages",
    "conversations/{conversation}/tickets",
    "contacts",
    "contacts?q=cliente",
    "members",
    "channels",
    "channel-alerts",
    "merge-proposals",
    "deliveries",
    "events?after={after}",
)
_FILL = (
    """
    INSERT INTO integrations_inbounddelivery (organization_id, meta_app_id, body, state, received_at)
    SELECT %(organization)s, %(app)s, '{}', 'processed', now() FROM generate_series(1, %(rows)s)
    """,
    """
    INSERT INTO integrations_channelalert (organization_id, meta_app_id, channel_id, kind, severity, data, digest, at,
                                           created_at)
    SELECT %(organization)s, %(app)s, %(channel)s, 'quality', 'info', '{}', i, now(), now()
    FROM generate_series(1, %(rows)s) i ON CONFLICT DO NOTHING
    """,
    """
    INSERT INTO inbox_mergeproposal (organization_id, contact_id, other_id, reason, state, undo, created_at)
    SELECT organization_id, id, id + 1, 'by_hand', 'open', '{}', now()
    FROM inbox_contact WHERE organization_id = %(organization)s ORDER BY id LIMIT %(rows)s ON CONFLICT DO NOTHING
    """,
    """
    INSERT INTO inbox_ticket (organization_id, conversation_id, number, opened_at, closed_at)
    SELECT %(organization)s, %(conversation)s, 100 + i, now(), now() FROM generate_series(1, %(rows)s) i
    ON CONFLICT DO NOTHING
    """,
    """
    INSERT INTO integrations_channel (organization_id, meta_app_id, name, phone, phone_number_id, waba_id, is_active,
                                      access_token_ciphertext, trouble_detail, probes, quality, throughput,
                                      messaging_limit, created_at, updated_at)
    SELECT organization_id, meta_app_id, name, phone, phone_number_id, waba_id, false, '', '', 0, '', '', '', now(),
           now()
    FROM integrations_channel, generate_series(2, %(rows)s) WHERE id = %(channel)s
    """,
)


def measure(bench: Bench) -> list[Line]:
    small, large = bench.tenants[1], bench.tenant
    addresses = {small.id: _filled(bench, small, FEW), large.id: _filled(bench, large, MANY)}
    unequal, most = [], 0
    for place, name in enumerate(LISTS):
        few = queries_of(small, f"{addresses[small.id][place]}limit={FEW}")
        many = queries_of(large, f"{addresses[large.id][place]}limit={MANY}")
        most = max(most, few, many)
        if few != many:
            unequal.append(f"{name} {few} and {many}")
    shown = "; ".join(unequal) or f"equal on {len(LISTS)} lists, {most} at most"
    say(f"  I6: {shown}")
    return [Line("I6", "queries at 50 rows against 5", shown, target="equal", is_met=not unequal)]


def _filled(bench: Bench, tenant: Tenant, rows: int) -> list[str]:
    """Give the organisation so many of everything; return the addresses of its lists."""
    values = {
        "organization": tenant.id,
        "app": tenant.app_id,
        "channel": tenant.channel_id,
        "conversation": tenant.first_conversation,
        "rows": rows,
    }
    with connection.cursor() as cursor:
        for statement in _FILL:
            cursor.execute(statement, values)
    make_events(bench, tenant, rows)
    head, _ = stream_of(tenant)
    named = [name.format(conversation=tenant.first_conversation, after=head - rows) for name in LISTS]
    return [f"/api/v1/{name}{'&' if '?' in name else '?'}" for name in named]

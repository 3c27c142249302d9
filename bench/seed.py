"""The data that is measured on, by set-based SQL: a large organisation, and small ones beside it.

At scale 1 the large one has 200,000 conversations of 25 messages each. Numbers follow from places, so that a load can
name messages and customers without asking: outbound message n belongs to conversation (n - 1) mod conversations + 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db import connection, transaction

from core.models import ApiKey, EventCounter, Membership, Organization, Role, User
from core.tenancy import tenant_scope
from integrations.models import Channel, MetaApp

APP_SECRET = "bench_app_secret"
PHONE = "+573005550190"
PHONE_NUMBER_ID = 510_398_204_718_336
WABA_ID = 520_201_746_529_183
MESSAGES_EACH = 25
AGENTS = 200
SMALL_CONVERSATIONS = 100
_FIRST_PHONE = 3_100_000_000
_OUTBOUND_EACH = MESSAGES_EACH // 2


@dataclass(frozen=True, slots=True)
class Sizes:
    """How many rows a scale means."""

    conversations: int

    @classmethod
    def at(cls, scale: float) -> Sizes:
        return cls(max(10, round(200_000 * scale)))

    @property
    def messages(self) -> int:
        return self.conversations * MESSAGES_EACH

    @property
    def outbound(self) -> int:
        return self.conversations * _OUTBOUND_EACH


@dataclass(frozen=True, slots=True)
class Tenant:
    """A seeded organisation.

    Attributes:
        sessions: keys of the agents' sessions, one each.
        api_key: of the REST API, in full.
    """

    id: int
    slug: str
    app_id: int
    channel_id: int
    sizes: Sizes
    agents: tuple[int, ...]
    sessions: tuple[str, ...]
    manager_session: str
    api_key: str
    first_conversation: int


def phone_of(conversation: int) -> str:
    """The phone of a conversation's customer, by the conversation's number from 1 on."""
    return f"+57{_FIRST_PHONE + conversation}"


def name_of(phone: str) -> str:
    """The name that WhatsApp gives a customer, by the digits of their phone: the one that is known here already."""
    return f"Cliente {int(phone) % 10_000_000_000 - _FIRST_PHONE}"


def wamid_of(outbound: int) -> str:
    """The wamid of an outbound message, by its number from 1 on."""
    return f"wamid.bench.{outbound}"


# In the order of the numbers: by message of the conversation first, then by conversation.
_STATEMENTS = (
    """
    INSERT INTO inbox_contact (organization_id, name, first_name, last_name, profile_name, phone, search_text,
                               created_at, updated_at)
    SELECT %(organization)s, 'Cliente ' || i, '', '', 'Cliente ' || i, '+57' || (3100000000 + i),
           'cliente ' || i || ' 57' || (3100000000 + i), now(), now()
    FROM generate_series(1, %(conversations)s) i ORDER BY i
    """,
    """
    INSERT INTO inbox_contactidentity (organization_id, contact_id, kind, value, provider_id, created_at)
    SELECT %(organization)s, id, 'phone', substr(phone, 2), substr(phone, 2), now()
    FROM inbox_contact WHERE organization_id = %(organization)s ORDER BY id
    """,
    """
    INSERT INTO inbox_conversation (organization_id, contact_id, channel_id, status, assignee_id, unread_count,
                                    last_activity_at, last_inbound_at, created_at, updated_at)
    SELECT %(organization)s, id, %(channel)s,
           CASE WHEN i %% 10 = 0 THEN 'unassigned' WHEN i %% 10 < 5 THEN 'open' ELSE 'closed' END,
           CASE WHEN i %% 10 IN (1, 2, 3, 4)
                THEN (%(agents)s::bigint[])[1 + (i / 10 * 4 + i %% 10 - 1) %% %(agent_count)s] END,
           (i %% 3 = 0)::int, now() - i * interval '2 s', now() - i * interval '2 s', now(), now()
    FROM (SELECT id, row_number() OVER (ORDER BY id) AS i
          FROM inbox_contact WHERE organization_id = %(organization)s) contacts ORDER BY i
    """,
    """
    INSERT INTO inbox_ticket (organization_id, conversation_id, number, opened_at, closed_at)
    SELECT organization_id, id, 1, created_at, CASE WHEN status = 'closed' THEN now() END
    FROM inbox_conversation WHERE organization_id = %(organization)s ORDER BY id
    """,
    """
    INSERT INTO inbox_message (organization_id, conversation_id, channel_id, direction, type, text, content,
                               wa_message_id, is_late, status, error_detail, occurred_at, created_at)
    SELECT %(organization)s, c.id, %(channel)s, CASE WHEN j %% 2 = 1 THEN 'inbound' ELSE 'outbound' END, 'text',
           'Hola, ¿tienen esta blusa en talla M? Es la pregunta número ' || j, '{}',
           CASE WHEN j %% 2 = 1 THEN 'wamid.in.' || ((j - 1) * %(conversations)s + c.i)
                ELSE 'wamid.bench.' || ((j / 2 - 1) * %(conversations)s + c.i) END,
           false, CASE WHEN j %% 2 = 0 THEN 'accepted' END, '',
           date_trunc('second', c.last_inbound_at) - (%(each)s - j) * interval '1 min', now()
    FROM generate_series(1, %(each)s) j
    CROSS JOIN (SELECT id, last_inbound_at, row_number() OVER (ORDER BY id) AS i FROM inbox_conversation
                WHERE organization_id = %(organization)s) c
    ORDER BY j, c.i
    """,
    """
    UPDATE inbox_conversation c SET
        last_message_id = (SELECT m.id FROM inbox_message m WHERE m.conversation_id = c.id
                           ORDER BY m.occurred_at DESC, m.id DESC LIMIT 1),
        ticket_id = (SELECT t.id FROM inbox_ticket t WHERE t.conversation_id = c.id AND t.closed_at IS NULL)
    WHERE c.organization_id = %(organization)s
    """,
    """
    INSERT INTO inbox_conversationcounter (organization_id, status, assignee_id, count)
    SELECT organization_id, status, coalesce(assignee_id, 0), count(*) FROM inbox_conversation
    WHERE organization_id = %(organization)s GROUP BY 1, 2, 3
    """,
)


def seed(scale: float, *, tenants: int = 1) -> list[Tenant]:
    """Make the organisations; the first is the large one.

    The others are alike, except that the first of them has as many people as twenty have together: so its sockets are
    comparable with theirs.
    """
    made = [make_tenant(0, Sizes.at(scale), agents=AGENTS)]
    small = Sizes(SMALL_CONVERSATIONS)
    made += [make_tenant(place, small, agents=AGENTS if place == 1 else 10) for place in range(1, tenants)]
    vacuum()
    return made


def make_tenant(place: int, sizes: Sizes, *, agents: int) -> Tenant:
    """Make one organisation with its people, number and conversations."""
    organization = Organization.objects.create(
        name=f"Negocio {place}", slug=f"bench-{place}", agents_see_unassigned=True
    )
    EventCounter.objects.create(organization=organization)
    manager = _member(organization, Role.MANAGER, f"manager-{place}")
    members = [_member(organization, Role.AGENT, f"agent-{place}-{number}") for number in range(agents)]
    app, channel = _number(organization, place)
    key, secret = ApiKey.build(organization=organization, name="bench")
    key.save()
    ids = [member.pk for member in members]
    values: dict[str, int | list[int]] = {
        "organization": organization.pk,
        "channel": channel.pk,
        "conversations": sizes.conversations,
        "each": MESSAGES_EACH,
        "agents": ids,
        "agent_count": len(ids),
    }
    with transaction.atomic(), connection.cursor() as cursor:
        # The rows are right by construction; checking each foreign key would take most of the time.
        cursor.execute("SET LOCAL session_replication_role = replica")
        for statement in _STATEMENTS:
            cursor.execute(statement, values)
        cursor.execute("SELECT min(id) FROM inbox_conversation WHERE organization_id = %s", [organization.pk])
        (first,) = cursor.fetchone()
    return Tenant(
        id=organization.pk,
        slug=organization.slug,
        app_id=app.pk,
        channel_id=channel.pk,
        sizes=sizes,
        agents=tuple(ids),
        sessions=tuple(sign_in(member) for member in members),
        manager_session=sign_in(manager),
        api_key=secret,
        first_conversation=first,
    )


def sign_in(member: Membership) -> str:
    """Make a session as signing in does; the answer is its key."""
    session: Any = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(member.user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[-1]
    session[HASH_SESSION_KEY] = member.user.get_session_auth_hash()
    session.create()
    return str(session.session_key)


def _member(organization: Organization, role: Role, name: str) -> Membership:
    user = User.objects.create(email=f"{name}@example.com", name=name, password="!")
    return Membership.objects.create(organization=organization, user=user, role=role)


def _number(organization: Organization, place: int) -> tuple[MetaApp, Channel]:
    with tenant_scope(organization.pk):
        app = MetaApp(organization=organization, app_id=f"bench-{place}", webhook_key=f"bench-{place}")
        app.app_secret, app.verify_token = APP_SECRET, "bench-verify-token"
        app.save()
        channel = Channel(
            organization=organization,
            meta_app=app,
            name=organization.name,
            phone=PHONE,
            phone_number_id=f"{PHONE_NUMBER_ID + place}",
            waba_id=f"{WABA_ID + place}",
        )
        channel.access_token = "bench_token"
        channel.save()
    return app, channel


def clear() -> None:
    """Forget what a path has left: raw bodies, events, what was to be sent, and every step of a status."""
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE integrations_inbounddelivery, integrations_inboundproblem, core_event")
        cursor.execute("TRUNCATE inbox_sendattempt, inbox_parkedstatus, core_idempotencykey")


def put_back(tenant: Tenant, messages: int) -> None:
    """Put the first outbound messages back to where Meta has just accepted them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE inbox_message SET status = 'accepted', status_at = NULL, sent_at = NULL, delivered_at = NULL, "
            "read_at = NULL WHERE channel_id = %s AND status <> 'accepted' "
            "AND wa_message_id IN (SELECT 'wamid.bench.' || n FROM generate_series(1, %s) n)",
            [tenant.channel_id, messages],
        )


def vacuum(*tables: str) -> None:
    """Do now what autovacuum would do in the middle of a measurement."""
    with connection.cursor() as cursor:
        cursor.execute(f"VACUUM ANALYZE {', '.join(tables)}")

from collections import Counter
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection

from bench import seed
from bench.loads import bodies
from core.tenancy import tenant_scope
from inbox.models import Conversation, ConversationCounter, Message, Ticket
from integrations.whatsapp.payloads import StatusUpdate, read

pytestmark = pytest.mark.django_db


def rows(query: str, *values: Any) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return list(cursor.fetchall())


@pytest.fixture
def tenant() -> seed.Tenant:
    return seed.make_tenant(0, seed.Sizes.at(0.0002), agents=4)


@pytest.mark.parametrize(
    ("scale", "conversations", "messages"), [(1, 200_000, 5_000_000), (0.1, 20_000, 500_000), (0, 10, 250)]
)
def test_a_scale_means_rows(scale: float, conversations: int, messages: int) -> None:
    sizes = seed.Sizes.at(scale)

    assert (sizes.conversations, sizes.messages) == (conversations, messages)


def test_all_rows_are_made(tenant: seed.Tenant) -> None:
    with tenant_scope(tenant.id):
        assert Conversation.objects.count() == tenant.sizes.conversations == 40
        assert Message.objects.count() == tenant.sizes.messages
        assert Message.objects.filter(direction="outbound").count() == tenant.sizes.outbound
        open_tickets = Ticket.objects.filter(closed_at=None).count()
        statuses = Counter(Conversation.objects.values_list("status", flat=True))
    assert statuses == {"open": 16, "unassigned": 4, "closed": 20}
    assert open_tickets == 20
    assert len(tenant.sessions) == len(tenant.agents) == 4


def test_conversations_are_shared_out_evenly(tenant: seed.Tenant) -> None:
    with tenant_scope(tenant.id):
        shares = Counter(Conversation.objects.filter(status="open").values_list("assignee_id", flat=True))
        counted = {
            (one.status, one.assignee_id or None): one.count for one in ConversationCounter.objects.all()
        }
        real = Counter(Conversation.objects.values_list("status", "assignee_id"))
    assert set(shares.values()) == {4}
    assert counted == dict(real)


def test_foreign_keys_hold_though_they_were_not_checked(tenant: seed.Tenant) -> None:
    keys = rows(
        "SELECT conrelid::regclass::text, pg_get_constraintdef(oid) FROM pg_constraint "
        "WHERE contype = 'f' AND conrelid::regclass::text LIKE 'inbox_%%'"
    )
    assert keys
    for table, definition in keys:
        ours, _, theirs = definition.removeprefix("FOREIGN KEY (").partition(") REFERENCES ")
        other, _, columns = theirs.partition("(")
        columns = columns.partition(")")[0]
        holes = " OR ".join(f"{column.strip()} IS NULL" for column in ours.split(","))
        stray = rows(
            f"SELECT count(*) FROM {table} WHERE NOT ({holes}) "  # noqa: S608 - names from the catalogue
            f"AND ({ours}) NOT IN (SELECT {columns} FROM {other})"
        )
        assert stray == [(0,)], (table, definition)


def test_numbers_name_messages_without_asking(tenant: seed.Tenant) -> None:
    number = tenant.sizes.conversations + 3
    with tenant_scope(tenant.id):
        message = Message.objects.get(wa_message_id=seed.wamid_of(number))
        phone = message.conversation.contact.phone
    assert message.conversation_id == tenant.first_conversation + 2
    assert phone == seed.phone_of(3)


def test_a_status_of_the_load_is_read_as_one(tenant: seed.Tenant) -> None:
    raw = bodies.body(statuses=[bodies.status(1, "sent"), bodies.status(2, "read")])

    reading = read(raw, received_at=datetime.now(UTC))

    assert not reading.problems
    assert [(type(one), one.wamid) for one in reading.items if isinstance(one, StatusUpdate)] == [
        (StatusUpdate, seed.wamid_of(1)),
        (StatusUpdate, seed.wamid_of(2)),
    ]


def test_messages_can_be_put_back(tenant: seed.Tenant) -> None:
    with tenant_scope(tenant.id):
        Message.objects.filter(direction="outbound").update(status="read")

    seed.put_back(tenant, 5)

    with tenant_scope(tenant.id):
        assert Message.objects.filter(status="accepted").count() == 5

from datetime import UTC, datetime
from typing import Any

import pytest
from django.forms.models import model_to_dict

from core.models import Event, Membership, Organization, User
from core.rows import ModelInsert, ModelRows, first_row
from core.tenancy import ScopeCrossed, tenant_scope
from inbox.models import Message
from tests.conftest import Cast
from tests.factories import make_conversation

pytestmark = pytest.mark.django_db


def test_instances_are_those_that_django_reads(cast: Cast) -> None:
    memberships, users = ModelRows(Membership, "m"), ModelRows(User, "u")
    found = first_row(
        f"SELECT {memberships.columns}, {users.columns}, 7 "  # noqa: S608 - columns of models
        "FROM core_membership m JOIN core_user u ON u.id = m.user_id WHERE m.id = %s",
        [cast.beto.pk],
    )
    assert found is not None
    membership, rest = memberships.first_of(found)
    user, rest = users.first_of(rest)

    expected = Membership.objects.select_related("user").get(pk=cast.beto.pk)
    assert (membership, model_to_dict(membership)) == (expected, model_to_dict(expected))
    assert (user, model_to_dict(user)) == (expected.user, model_to_dict(expected.user))
    assert membership.created_at == expected.created_at
    assert not membership._state.adding
    assert list(rest) == [7]


def test_nothing_found_is_none() -> None:
    assert first_row("SELECT id FROM core_user WHERE id = %s", [0]) is None


def test_columns_that_django_converts_are_refused() -> None:
    assert ModelRows(Organization, "o").columns.startswith('o."id"')
    with pytest.raises(TypeError, match="converts"):
        _ = ModelRows(Event, "e").columns


def test_a_row_is_inserted_as_saving_would(cast: Cast) -> None:
    conversation = make_conversation(cast)
    now = datetime(2026, 3, 1, 12, tzinfo=UTC)
    content = {"text": "Ñandú"}
    with tenant_scope(cast.organization.pk):
        saved, inserted = (
            Message(
                conversation=conversation,
                channel_id=conversation.channel_id,
                direction="outbound",
                content=content,
                occurred_at=now,
            )
            for _ in range(2)
        )
        saved.save()
        ModelInsert(Message)(inserted)

        rows: list[dict[str, Any]] = [
            {**Message.objects.filter(pk=row.pk).values().get()} for row in (saved, inserted)
        ]
    assert not inserted._state.adding
    assert rows[1].pop("created_at") >= rows[0].pop("created_at")
    assert rows[0].pop("id") != rows[1].pop("id")
    assert rows[0] == rows[1]


def test_a_row_of_another_organisation_is_not_inserted(cast: Cast) -> None:
    row = Event(
        organization=cast.other, seq=1, type="x", at=datetime.now(UTC), actor={}, audience={}, data="{}"
    )
    with tenant_scope(cast.organization.pk), pytest.raises(ScopeCrossed):
        ModelInsert(Event)(row)

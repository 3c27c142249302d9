from datetime import UTC

import pytest
from django.db.models import QuerySet

from core.tenancy import ScopeMissing, tenant_scope
from inbox.compiled import CompiledValues
from inbox.models import Conversation, Message
from inbox.renderers import CONVERSATION_FIELDS, MESSAGE_FIELDS
from tests.conftest import Cast
from tests.factories import make_contact, make_conversation

pytestmark = pytest.mark.django_db


@pytest.fixture
def conversation(cast: Cast) -> Conversation:
    made = make_conversation(cast, assignee=cast.beto)
    with tenant_scope(cast.organization.pk):
        Message.objects.update(content={"text": {"body": "Ñandú"}}, referral={"source": [1, None]})
    return made


@pytest.mark.parametrize(
    ("model", "fields"), [(Conversation, CONVERSATION_FIELDS), (Message, MESSAGE_FIELDS)]
)
def test_rows_are_those_that_django_gives(
    cast: Cast,
    conversation: Conversation,
    model: type[Conversation] | type[Message],
    fields: tuple[str, ...],
) -> None:
    make_conversation(cast, contact=make_contact(cast.organization, name="Otro", phone="+573005550102"))
    with tenant_scope(cast.organization.pk):
        rows: QuerySet[Conversation] | QuerySet[Message] = model.objects.order_by("id")
        expected = list(rows.values(*fields))
        ids = [row["id"] for row in expected]

        assert len(expected) == 2
        assert sorted(CompiledValues(model, fields).rows(ids), key=lambda row: row["id"]) == expected
        assert CompiledValues(model, fields).matching(rows) == expected
        assert CompiledValues(model, fields).matching(rows.order_by("-id")[:1]) == expected[1:]


def test_times_are_in_utc(cast: Cast, conversation: Conversation) -> None:
    with tenant_scope(cast.organization.pk):
        (row,) = CompiledValues(Conversation, ["id", "last_activity_at"]).rows([conversation.pk])

    assert row["last_activity_at"] == conversation.last_activity_at
    assert row["last_activity_at"].utcoffset() == UTC.utcoffset(None)


def test_only_conditions_of_the_table_itself_are_taken_over(cast: Cast, conversation: Conversation) -> None:
    compiled = CompiledValues(Conversation, ["id"])
    with tenant_scope(cast.organization.pk):
        assert compiled.matching(Conversation.objects.filter(contact_id__in=[0])) == []
        with pytest.raises(TypeError, match="own columns"):
            compiled.matching(Conversation.objects.filter(contact__name="Ana"))


def test_another_organisation_gets_nothing(cast: Cast, conversation: Conversation) -> None:
    compiled = CompiledValues(Conversation, ["id"])
    with tenant_scope(cast.organization.pk):
        assert compiled.rows([conversation.pk]) == [{"id": conversation.pk}]
    with tenant_scope(cast.other.pk):
        assert compiled.rows([conversation.pk]) == []
    with pytest.raises(ScopeMissing):
        compiled.rows([conversation.pk])

"""The demonstration is there after the first start, and nothing of it doubles at the second."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.management import call_command

from core.models import Membership, Organization
from core.tenancy import all_tenants, tenant_scope
from inbox.models import Conversation, Message
from tests.api.client import Caller

pytestmark = pytest.mark.django_db


@pytest.fixture
def described(settings: LazySettings, tmp_path: Path) -> dict[str, list[dict[str, object]]]:
    settings.DATA_DIR = tmp_path
    out = io.StringIO()
    call_command("demo", "--json", stdout=out)
    read: dict[str, list[dict[str, object]]] = json.loads(out.getvalue())
    return read


def test_two_organisations_with_their_people(described: dict[str, list[dict[str, object]]]) -> None:
    assert [one["name"] for one in described["organizations"]] == ["Tienda Aurora", "Ferretería El Tornillo"]
    for organization in Organization.objects.all():
        roles = (
            Membership.objects.filter(organization=organization).order_by("id").values_list("role", flat=True)
        )
        assert list(roles) == ["owner", "manager", "agent", "agent"]
    assert Organization.objects.get(slug="tienda-aurora").agents_see_unassigned


def test_the_key_of_the_demonstration_works(described: dict[str, list[dict[str, object]]]) -> None:
    caller = Caller(key=str(described["organizations"][0]["api_key"]))
    counts = caller.get("conversations/counts").json()
    assert min(counts["unassigned"], counts["open"], counts["closed"]) > 1


def test_unread_is_what_came_after_our_last_answer(described: dict[str, list[dict[str, object]]]) -> None:
    with tenant_scope(Organization.objects.get(slug="tienda-aurora").pk):
        laura = Conversation.objects.get(contact__name="Laura Restrepo")
        emily = Conversation.objects.get(contact__name="Emily Carter")
    assert (laura.unread_count, emily.unread_count) == (2, 0)


def test_a_second_time_changes_nothing(described: dict[str, list[dict[str, object]]]) -> None:
    with all_tenants():
        before = (Organization.objects.count(), Conversation.objects.count(), Message.objects.count())
    call_command("demo", stdout=io.StringIO())
    with all_tenants():
        after = (Organization.objects.count(), Conversation.objects.count(), Message.objects.count())
    assert before == after


def test_the_simulator_is_told_of_the_same_chats(
    described: dict[str, list[dict[str, object]]], tmp_path: Path
) -> None:
    told = json.loads((tmp_path / "simulator" / "accounts.json").read_text())
    assert (tmp_path / "simulator" / "accounts.json").stat().st_mode & 0o077 == 0
    wamids = {message["wamid"] for chat in told["chats"] for message in chat["messages"]}
    with all_tenants():
        known = set(
            Message.objects.filter(wa_message_id__isnull=False).values_list("wa_message_id", flat=True)
        )
    assert wamids <= known
    files = {
        message["content"]["id"]
        for chat in told["chats"]
        for message in chat["messages"]
        if "id" in message["content"]
    }
    assert files == {entry["id"] for entry in told["media"]}

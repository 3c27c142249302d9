"""Lists that are short in most organisations are paged as all others are, and the search finds usernames."""

from __future__ import annotations

from datetime import UTC, datetime

from core.models import Membership
from core.tenancy import tenant_scope
from inbox.models import Contact, Ticket
from tests.api.client import Caller, error_code
from tests.conftest import Cast
from tests.factories import make_contact, make_conversation, make_user


def _walk(caller: Caller, path: str) -> list[list[int]]:
    """Return the ids of all pages, and see that the way back shows the same."""
    pages, answer = [], caller.get(path).json()
    while True:
        pages.append([one["id"] for one in answer["results"]])
        if answer["next"] is None:
            break
        answer = caller.get(answer["next"]).json()
    back = [pages[-1]]
    while answer["previous"] is not None:
        answer = caller.get(answer["previous"]).json()
        back.insert(0, [one["id"] for one in answer["results"]])
    assert back == pages
    return pages


def test_members_come_in_pages_by_name(cast: Cast) -> None:
    # Two of the same name stand on both sides of a page's end.
    for number in range(2):
        user = make_user("Beto Gómez", email=f"beto{number}@example.com")
        Membership.objects.create(organization=cast.organization, user=user, role="agent")
    pages = _walk(Caller(member=cast.beto), "members?limit=2")
    assert [len(page) for page in pages] == [2, 2, 2]
    rows = Membership.objects.filter(organization=cast.organization).order_by("user__name", "id")
    assert [pk for page in pages for pk in page] == list(rows.values_list("pk", flat=True))


def test_a_cursor_of_somebody_elses_list_begins_nowhere(cast: Cast) -> None:
    """As another organisation's members must not be told apart from nobody."""
    Membership.objects.create(organization=cast.other, user=cast.ana.user, role="agent")
    theirs = Caller(member=cast.carla).get("members?limit=1").json()["next"]
    answer = Caller(member=cast.beto).get(theirs)
    assert (answer.status_code, error_code(answer)) == (422, "invalid")


def test_tickets_come_in_pages_newest_first(cast: Cast) -> None:
    row = make_conversation(cast, assignee=cast.beto)
    with tenant_scope(cast.organization.pk):
        now = datetime.now(UTC)
        Ticket.objects.bulk_create(
            Ticket(conversation=row, organization=cast.organization, number=n, opened_at=now, closed_at=now)
            for n in range(2, 6)
        )
        ids = list(Ticket.objects.order_by("-number").values_list("pk", flat=True))
    pages = _walk(Caller(member=cast.beto), f"conversations/{row.pk}/tickets?limit=2")
    assert pages == [ids[:2], ids[2:4], ids[4:]]


def test_a_username_is_found_with_its_sign(cast: Cast) -> None:
    contact = make_contact(cast.organization)
    with tenant_scope(cast.organization.pk):
        Contact.objects.filter(pk=contact.pk).update(
            username="laura.r", search_text="laura restrepo laura.r 573005550101"
        )
    ana = Caller(member=cast.ana)
    for search in ("@laura.r", "@Laura", "laura.r", "restrepo @laura", "@"):
        assert [one["id"] for one in ana.get(f"contacts?q={search}").json()["results"]] == [contact.pk]
    assert ana.get("contacts?q=@pedro").json()["results"] == []

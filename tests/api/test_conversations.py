"""Listing, reading and changing conversations over REST."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.models import Organization
from core.tenancy import tenant_scope
from tests.api.client import Caller, error_code
from tests.conftest import Cast
from tests.factories import make_contact, make_conversation, make_key, make_message

pytestmark = pytest.mark.django_db


def ids(response: Any) -> list[int]:
    assert response.status_code == 200, response.content
    return [row["id"] for row in response.json()["results"]]


@pytest.fixture
def three(cast: Cast) -> tuple[int, int, int]:
    """An unassigned chat, one of beto's and one of diana's; the newest first."""
    people = [
        make_contact(cast.organization, name=f"Cliente {n}", phone=f"+57300555010{n}") for n in range(3)
    ]
    unassigned = make_conversation(cast, contact=people[0], last_inbound_minutes_ago=1)
    betos = make_conversation(cast, contact=people[1], assignee=cast.beto, last_inbound_minutes_ago=2)
    dianas = make_conversation(cast, contact=people[2], assignee=cast.diana, last_inbound_minutes_ago=3)
    return unassigned.pk, betos.pk, dianas.pk


def test_owners_and_managers_and_keys_see_all(cast: Cast, three: tuple[int, int, int]) -> None:
    for caller in (
        Caller(member=cast.ana),
        Caller(member=cast.marta),
        Caller(key=make_key(cast.organization)),
    ):
        assert ids(caller.get("conversations")) == list(three)


def test_an_agent_sees_their_own_only(cast: Cast, three: tuple[int, int, int]) -> None:
    beto = Caller(member=cast.beto)
    assert ids(beto.get("conversations")) == [three[1]]
    assert beto.get("conversations/counts").json() == {"unassigned": 0, "open": 1, "closed": 0, "all": 1}
    assert error_code(beto.get(f"conversations/{three[0]}")) == "not_found"
    assert error_code(beto.get(f"conversations/{three[2]}/messages")) == "not_found"


def test_an_agent_sees_the_queue_when_the_setting_is_on(cast: Cast, three: tuple[int, int, int]) -> None:
    Organization.objects.filter(pk=cast.organization.pk).update(agents_see_unassigned=True)
    beto = Caller(member=cast.beto)
    assert ids(beto.get("conversations")) == [three[0], three[1]]
    assert beto.get("conversations/counts").json() == {"unassigned": 1, "open": 1, "closed": 0, "all": 2}
    assert beto.get(f"conversations/{three[2]}").status_code == 404


def test_a_foreign_id_answers_as_one_that_does_not_exist(cast: Cast, three: tuple[int, int, int]) -> None:
    carla = Caller(member=cast.carla)
    assert ids(carla.get("conversations")) == []
    for path in ("", "/messages", "/tickets"):
        foreign = carla.get(f"conversations/{three[0]}{path}")
        nobody = carla.get(f"conversations/99999999{path}")
        assert foreign.status_code == nobody.status_code == 404
        assert foreign.json() == nobody.json()


def test_an_organisation_that_is_not_theirs_answers_404(cast: Cast) -> None:
    assert Caller(member=cast.carla, organization="tienda-aurora").get("conversations").status_code == 404
    assert Caller(member=cast.carla, organization="no-existe").get("conversations").status_code == 404


def test_the_list_filters_and_sorts(cast: Cast, three: tuple[int, int, int]) -> None:
    ana = Caller(member=cast.ana)
    assert ids(ana.get("conversations?status=unassigned")) == [three[0]]
    assert ids(ana.get("conversations?status=open")) == [three[1], three[2]]
    assert ids(ana.get("conversations?sort=oldest")) == list(reversed(three))
    assert error_code(ana.get("conversations?status=lost")) == "invalid"


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("maria jose", 1),
        ("María", 1),
        ("JOSÉ", 1),
        ("301 555", 1),
        ("+57 301-555 0199", 1),
        ("zzz", 0),
        ("%", 0),
    ],
)
def test_search_finds_names_and_numbers(cast: Cast, search: str, found: int) -> None:
    contact = make_contact(cast.organization, name="María José Ángel", phone="+573015550199")
    with tenant_scope(cast.organization.pk):
        contact.search_text = "maria jose angel 573015550199"
        contact.save()
    make_conversation(cast, contact=contact)
    response = Caller(member=cast.ana).request(
        "GET", "conversations?q=" + search.replace("+", "%2B").replace(" ", "+")
    )
    assert len(ids(response)) == found


def test_pages_lead_there_and_back(cast: Cast) -> None:
    for n in range(7):
        contact = make_contact(cast.organization, name=f"Cliente {n}", phone=f"+57300555020{n}")
        make_conversation(cast, contact=contact, last_inbound_minutes_ago=5)  # all in the same second
    ana = Caller(member=cast.ana)
    first = ana.get("conversations?limit=3").json()
    second = ana.get(first["next"]).json()
    third = ana.get(second["next"]).json()
    seen = [row["id"] for page in (first, second, third) for row in page["results"]]
    assert len(seen) == len(set(seen)) == 7
    assert first["previous"] is None
    assert third["next"] is None
    assert ana.get(third["previous"]).json()["results"] == second["results"]
    assert ana.get(second["previous"]).json()["results"] == first["results"]


def test_a_cursor_of_somebody_elses_making_is_refused(cast: Cast) -> None:
    assert error_code(Caller(member=cast.ana).get("conversations?cursor=bm90IG91cnM=")) == "invalid"


def test_the_list_costs_the_same_for_five_and_fifty(cast: Cast) -> None:
    beto = Caller(member=cast.beto)
    counts = []
    for size in (5, 50):
        for n in range(size):
            contact = make_contact(cast.organization, name=f"C {n}", phone=f"+5730{size:02}55{n:04}")
            make_conversation(cast, contact=contact, assignee=cast.beto)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert beto.get("conversations?limit=50").status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 4


def test_taking_a_chat_tells_everyone(cast: Cast, three: tuple[int, int, int]) -> None:
    Organization.objects.filter(pk=cast.organization.pk).update(agents_see_unassigned=True)
    beto = Caller(member=cast.beto)
    taken = beto.post(f"conversations/{three[0]}/assignment", {"member": cast.beto.pk})
    assert taken.status_code == 200
    assert taken.json()["status"] == "open"
    assert taken.json()["assignee"] == {"id": cast.beto.pk, "name": "Beto Gómez"}
    late = Caller(member=cast.diana).post(f"conversations/{three[0]}/assignment", {"member": cast.diana.pk})
    assert late.status_code == 404  # diana does not see it any more
    events = Caller(member=cast.ana).get("events?after=0").json()["results"]
    assert [event["type"] for event in events] == ["conversation.assigned"]
    assert events[0]["data"]["conversation"] == taken.json()


def test_an_agent_assigns_nobody_else(cast: Cast, three: tuple[int, int, int]) -> None:
    beto = Caller(member=cast.beto)
    refused = beto.post(f"conversations/{three[1]}/assignment", {"member": cast.diana.pk})
    assert error_code(refused) == "permission_denied"
    back = beto.post(f"conversations/{three[1]}/assignment", {"member": None})
    assert back.json()["status"] == "unassigned"
    assert beto.get(f"conversations/{three[1]}").status_code == 404


def test_a_manager_assigns_to_anyone_of_the_organisation(cast: Cast, three: tuple[int, int, int]) -> None:
    marta = Caller(member=cast.marta)
    moved = marta.post(f"conversations/{three[1]}/assignment", {"member": cast.diana.pk}).json()
    assert moved["assignee"]["id"] == cast.diana.pk
    outsider = marta.post(f"conversations/{three[1]}/assignment", {"member": cast.carla.pk})
    assert error_code(outsider) == "not_a_member"


def test_closing_and_reopening_keep_the_history(cast: Cast, three: tuple[int, int, int]) -> None:
    beto = Caller(member=cast.beto)
    closed = beto.post(f"conversations/{three[1]}/resolution").json()
    assert (closed["status"], closed["ticket"], closed["unread_count"]) == ("closed", None, 0)
    (ticket,) = beto.get(f"conversations/{three[1]}/tickets").json()["results"]
    assert ticket["closed_by"]["id"] == cast.beto.pk
    assert beto.get("conversations/counts").json()["closed"] == 1
    refused = beto.post(f"conversations/{three[1]}/assignment", {"member": None})
    assert error_code(refused) == "permission_denied"
    reopened = beto.delete(f"conversations/{three[1]}/resolution").json()
    assert (reopened["status"], reopened["ticket"]["id"]) == ("open", ticket["id"])
    assert error_code(Caller(member=cast.diana).post(f"conversations/{three[1]}/resolution")) == "not_found"


def test_an_agent_may_not_close_a_chat_that_nobody_has(cast: Cast, three: tuple[int, int, int]) -> None:
    Organization.objects.filter(pk=cast.organization.pk).update(agents_see_unassigned=True)
    assert (
        error_code(Caller(member=cast.beto).post(f"conversations/{three[0]}/resolution"))
        == "permission_denied"
    )


def test_a_manager_who_looks_leaves_the_unread_mark(cast: Cast, three: tuple[int, int, int]) -> None:
    message = Caller(member=cast.ana).get(f"conversations/{three[1]}/messages").json()["results"][0]
    body = {"through_message_id": message["id"]}
    assert Caller(member=cast.marta).post(f"conversations/{three[1]}/read", body).json()["unread_count"] == 1
    assert Caller(member=cast.beto).post(f"conversations/{three[1]}/read", body).json()["unread_count"] == 0
    assert Caller(member=cast.marta).post(f"conversations/{three[0]}/read", body).status_code == 404


def test_the_thread_pages_from_the_newest(cast: Cast) -> None:
    conversation = make_conversation(cast, assignee=cast.beto)
    base = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1)
    with tenant_scope(cast.organization.pk):
        for n in range(5):
            make_message(conversation, text=f"mensaje {n}", at=base + timedelta(seconds=n // 2))
    beto = Caller(member=cast.beto)
    first = beto.get(f"conversations/{conversation.pk}/messages?limit=4").json()
    rest = beto.get(first["next"]).json()
    texts = [row["text"] for page in (first, rest) for row in page["results"]]
    assert texts[1:] == [f"mensaje {n}" for n in (4, 3, 2, 1, 0)]

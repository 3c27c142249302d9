"""Merging contacts over REST, and saving one of a card."""

from __future__ import annotations

from typing import Any

import pytest

from core.events import service
from core.tenancy import tenant_scope
from inbox import messages
from inbox.merging import merge, proposals
from inbox.models import Contact
from tests.api.client import Caller, error_code
from tests.api.test_schema import check, schema
from tests.conftest import Cast
from tests.factories import make_contact, make_conversation, make_key
from tests.inbox.webhooks import events

pytestmark = pytest.mark.django_db
assert schema  # a fixture, used by name


@pytest.fixture
def pair(cast: Cast) -> tuple[Contact, Contact]:
    """Two contacts with a chat each, of which a merge is proposed."""
    one = make_contact(cast.organization, name="Laura", phone="+573005550101")
    two = make_contact(cast.organization, name="Laura R.", phone="+573005550102")
    for contact in (one, two):
        make_conversation(cast, contact=contact)
    with tenant_scope(cast.organization.pk), service():
        proposals.propose([(one.pk, two.pk, proposals.CLASH)])
    return one, two


def the_proposal(caller: Caller) -> Any:
    (row,) = caller.get("merge-proposals?state=open").json()["results"]
    return row


def test_a_proposal_is_accepted_and_taken_back(
    cast: Cast, pair: tuple[Contact, Contact], schema: dict[str, Any]
) -> None:
    one, two = pair
    marta = Caller(member=cast.marta)
    row = the_proposal(marta)
    check(schema, "MergeProposalPage", marta.get("merge-proposals").json())
    assert (row["reason"], row["contact"]["name"], row["other"]["name"]) == (
        "identity_clash",
        "Laura",
        "Laura R.",
    )
    merged = marta.post(f"merge-proposals/{row['id']}/acceptance", {"keep": one.pk}).json()
    check(schema, "MergeProposal", merged)
    assert (merged["state"], merged["kept"], merged["decided_by"]["name"]) == ("merged", one.pk, "Marta Peña")
    assert len(marta.get("conversations").json()["results"]) == 1
    kept = marta.get(f"contacts/{one.pk}").json()
    check(schema, "Contact", kept)
    assert {identity["value"] for identity in kept["identities"]} == {"573005550101", "573005550102"}
    assert marta.get(f"contacts/{two.pk}").json()["merged_into"] == one.pk
    assert [found["id"] for found in marta.get("contacts").json()["results"]] == [one.pk]
    assert error_code(marta.post(f"merge-proposals/{row['id']}/dismissal")) == "already_decided"
    undone = marta.delete(f"merge-proposals/{row['id']}/acceptance").json()
    assert (undone["state"], undone["kept"]) == ("dismissed", None)
    assert len(marta.get("conversations").json()["results"]) == 2
    assert error_code(marta.delete(f"merge-proposals/{row['id']}/acceptance")) == "not_undoable"


def test_a_dismissed_one_is_gone_from_the_list(cast: Cast, pair: tuple[Contact, Contact]) -> None:
    key = Caller(key=make_key(cast.organization))
    row = the_proposal(key)
    assert key.post(f"merge-proposals/{row['id']}/dismissal").json()["state"] == "dismissed"
    assert key.get("merge-proposals?state=open").json()["results"] == []


def test_two_contacts_are_merged_by_hand(cast: Cast, pair: tuple[Contact, Contact]) -> None:
    one, two = pair
    ana = Caller(member=cast.ana)
    answer = ana.post(f"contacts/{two.pk}/merge", {"other": one.pk})
    assert (answer.status_code, answer.json()["kept"]) == (200, two.pk)
    assert error_code(ana.post(f"contacts/{two.pk}/merge", {"other": one.pk})) == "not_mergeable"
    assert error_code(ana.post(f"contacts/{two.pk}/merge", {"other": two.pk})) == "not_mergeable"
    assert error_code(ana.post(f"contacts/{two.pk}/merge", {"other": 99999999})) == "not_found"


def test_one_of_the_two_has_to_be_kept(cast: Cast, pair: tuple[Contact, Contact]) -> None:
    ana = Caller(member=cast.ana)
    path = f"merge-proposals/{the_proposal(ana)['id']}/acceptance"
    assert error_code(ana.post(path, {"keep": 99999999})) == "invalid"
    assert error_code(ana.post(path, {})) == "invalid"


def test_agents_and_carla_decide_nothing(cast: Cast, pair: tuple[Contact, Contact]) -> None:
    one, two = pair
    pk = the_proposal(Caller(member=cast.ana))["id"]
    assert cast.carla.organization_id != cast.organization.pk
    for caller, status in ((Caller(member=cast.beto), 403), (Caller(member=cast.carla), 404)):
        answers = [
            caller.post(f"merge-proposals/{pk}/acceptance", {"keep": one.pk}),
            caller.delete(f"merge-proposals/{pk}/acceptance"),
            caller.post(f"merge-proposals/{pk}/dismissal"),
            caller.post(f"contacts/{one.pk}/merge", {"other": two.pk}),
        ]
        assert [answer.status_code for answer in answers] == [status] * 4
    assert Caller(member=cast.beto).get("merge-proposals").status_code == 403
    assert Caller(member=cast.carla).get("merge-proposals").json()["results"] == []


def test_a_contact_is_saved_of_a_card(cast: Cast, schema: dict[str, Any]) -> None:
    beto = Caller(member=cast.beto)
    card = {"name": "Lucía Gómez Ruiz", "phone": "+57 300 555 0111"}
    answer = beto.post("contacts", card, Idempotency_Key="k1")
    assert answer.status_code == 201, answer.content
    made = answer.json()
    check(schema, "Contact", made)
    assert (made["name"], made["first_name"], made["phone"]) == ("Lucía Gómez Ruiz", "Lucía", "+573005550111")
    assert made["identities"] == [{"kind": "phone", "value": "573005550111"}]
    assert beto.post("contacts", card, Idempotency_Key="k1").json() == made
    again = beto.post("contacts", card)
    assert (again.status_code, error_code(again)) == (409, "contact_exists")
    # Whose it is, is told to those who see them: beto has no chat with them.
    assert again.json()["error"]["details"] == {"contact": None}
    known = Caller(member=cast.marta).post("contacts", card)
    assert known.json()["error"]["details"] == {"contact": made["id"]}
    with tenant_scope(cast.organization.pk):
        assert Contact.objects.count() == 1
    (event,) = events(cast.organization)
    assert (event["type"], event["data"]["contact"]["id"]) == ("contact.updated", made["id"])


@pytest.mark.parametrize(
    "card",
    [
        {"name": "Lucía", "phone": "casa"},
        {"name": "Lucía", "phone": "12"},
        {"name": "", "phone": "+573005550111"},
        {"phone": "+573005550111"},
        {"name": "Lucía", "phone": "+573005550111", "role": "owner"},
    ],
)
def test_what_is_no_contact_is_refused(cast: Cast, card: dict[str, str]) -> None:
    answer = Caller(member=cast.beto).post("contacts", card)
    assert (answer.status_code, error_code(answer)) == (422, "invalid")
    with tenant_scope(cast.organization.pk):
        assert not Contact.objects.exists()


def test_the_same_number_in_another_organisation_is_another_contact(cast: Cast) -> None:
    card = {"name": "Lucía", "phone": "+573005550111"}
    assert Caller(member=cast.beto).post("contacts", card).status_code == 201
    assert Caller(member=cast.carla).post("contacts", card).status_code == 201


def test_the_id_of_a_chat_that_is_part_of_another_leads_there(
    cast: Cast, pair: tuple[Contact, Contact]
) -> None:
    one, two = pair
    with tenant_scope(cast.organization.pk):
        kept, gone = (contact.conversations.get() for contact in pair)
    third = make_contact(cast.organization, name="Tercera", phone="+573005550103")
    last = make_conversation(cast, contact=third)
    ana, beto = Caller(member=cast.ana), Caller(member=cast.beto)
    undone = ana.post(f"contacts/{one.pk}/merge", {"other": two.pk}).json()["id"]
    ana.post(f"conversations/{kept.pk}/assignment", {"member": cast.diana.pk})

    def moved_to(caller: Caller, pk: int) -> Any:
        asked = (
            caller.get(f"conversations/{pk}"),
            caller.post(f"conversations/{pk}/messages", {"type": "text", "text": "hola"}),
        )
        assert [answer.status_code for answer in asked] == [404, 404]
        (details,) = {tuple(answer.json()["error"]["details"].items()) for answer in asked}
        return dict(details)

    assert moved_to(ana, gone.pk) == {"moved_to": kept.pk}
    # Who may not see where it went is told nothing.
    assert moved_to(beto, gone.pk) == {}
    assert moved_to(Caller(member=cast.carla), gone.pk) == {}
    again = ana.post(f"contacts/{third.pk}/merge", {"other": one.pk}).json()["id"]
    assert moved_to(ana, gone.pk) == {"moved_to": last.pk}
    for proposal in (again, undone):
        ana.delete(f"merge-proposals/{proposal}/acceptance")
    assert ana.get(f"conversations/{gone.pk}").json()["id"] == gone.pk
    assert moved_to(ana, 999_999) == {}


def test_what_is_written_while_a_merge_goes_on_is_told_where_the_chat_went(
    cast: Cast, pair: tuple[Contact, Contact], monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two = pair
    with tenant_scope(cast.organization.pk):
        kept, gone = (contact.conversations.get() for contact in pair)
    ana, send = Caller(member=cast.ana), messages.send_text

    def after_a_merge(*args: Any, **given: Any) -> Any:
        merge.merge(one, two, by=given["by"])
        return send(*args, **given)

    monkeypatch.setattr(messages, "send_text", after_a_merge)
    answer = ana.post(f"conversations/{gone.pk}/messages", {"type": "text", "text": "hola"})
    assert (answer.status_code, answer.json()["error"]["details"]) == (404, {"moved_to": kept.pk})

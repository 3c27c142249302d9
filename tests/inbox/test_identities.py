"""People who get another number or id stay the same contact; strangers who take over a number do not."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from inbox import queries
from inbox.models import Contact, ContactIdentity, Conversation, MergeProposal, Message
from inbox.sending.recipients import recipients_of
from integrations.models import InboundProblem
from integrations.whatsapp.messages import Recipient
from tests.conftest import Cast
from tests.inbox.webhooks import NOW, Json, body, event, events, new_wamid, problems, said, take_in

LAURA, LAURA_ID = "573005550101", "CO.10482930571648293015"
NEW, NEW_ID = "573005550121", "CO.93847561029384756102"


def moved(
    *, old: str | None = LAURA, wamid: str | None = None, seconds: int = 5, **system: Any
) -> tuple[Json, Json]:
    told, profile = said(
        sender=old, wamid=wamid, at=NOW + timedelta(seconds=seconds), type="system", system=system
    )
    del told["text"]
    return told, profile


def number_changed(**more: Any) -> tuple[Json, Json]:
    given: dict[str, Any] = {
        "type": "user_changed_number",
        "wa_id": NEW,
        "user_id": NEW_ID,
        "previous_user_id": LAURA_ID,
    }
    return moved(**given | more)


def identities(contact: Contact) -> set[tuple[str, str]]:
    return set(contact.identities.values_list("kind", "value"))


def written(cast: Cast, **given: Any) -> Contact:
    take_in(cast.app, body([said(**{"sender": LAURA, "bsuid": LAURA_ID} | given)]))
    return Contact.objects.get()


def test_a_new_number_keeps_contact_and_thread_and_says_so(scope: Cast) -> None:
    contact = written(scope)
    before = Conversation.objects.get()
    take_in(scope.app, body([number_changed()]))
    contact.refresh_from_db()
    assert contact.phone == "+573005550121"
    assert identities(contact) == {("phone", NEW), ("bsuid", LAURA_ID), ("bsuid", NEW_ID)}
    line = Message.objects.get(type="system")
    shown = queries.message_resources([line.pk])[line.pk]
    assert shown["content"] == {"kind": "number_changed", "from": "+573005550101", "to": "+573005550121"}
    assert shown["author"]["kind"] == "system"
    after = Conversation.objects.get()
    for name in ("last_message_id", "unread_count", "last_inbound_at", "last_activity_at", "status"):
        assert getattr(after, name) == getattr(before, name)
    kinds = [one["type"] for one in events(scope.organization)]
    assert kinds == ["message.received", "message.received", "contact.updated"]
    told = events(scope.organization)[-1]["data"]["contact"]
    assert (told["phone"], [one["id"] for one in told["conversations"]]) == ("+573005550121", [after.pk])
    assert problems(scope.organization) == []


@pytest.mark.parametrize(
    "sender", [{"sender": NEW, "bsuid": NEW_ID}, {"sender": None, "bsuid": NEW_ID}, {"sender": NEW}]
)
def test_whoever_writes_with_the_new_ids_is_the_same_customer(scope: Cast, sender: dict[str, Any]) -> None:
    contact = written(scope)
    # In one body, the message comes right behind the change.
    take_in(scope.app, body([number_changed(), said("soy yo", **sender)]))
    assert Contact.objects.get() == contact
    assert Message.objects.get(text="soy yo").conversation.contact_id == contact.pk


def test_what_was_written_with_the_old_id_and_comes_late_is_theirs_too(scope: Cast) -> None:
    contact = written(scope)
    take_in(scope.app, body([number_changed()]))
    take_in(scope.app, body([said("de antes", sender=LAURA, bsuid=LAURA_ID, at=NOW - timedelta(hours=1))]))
    assert Message.objects.get(text="de antes").conversation.contact_id == contact.pk


@pytest.mark.parametrize("stranger", [{"bsuid": "CO.7777777"}, {"bsuid": None}])
def test_whoever_gets_the_old_number_does_not_inherit_the_history(
    scope: Cast, stranger: dict[str, Any]
) -> None:
    laura = written(scope)
    take_in(scope.app, body([number_changed()]))
    take_in(scope.app, body([said("¿quién es Laura?", sender=LAURA, name="Otra persona", **stranger)]))
    assert Contact.objects.count() == 2
    other = Message.objects.get(text="¿quién es Laura?").conversation.contact
    assert (other.pk != laura.pk, other.phone) == (True, "+573005550101")
    laura.refresh_from_db()
    assert (laura.phone, MergeProposal.objects.count()) == ("+573005550121", 0)


@pytest.mark.parametrize(
    "system",
    [
        {"type": "user_changed_number", "wa_id": NEW},
        {"type": "customer_changed_number", "new_wa_id": NEW, "customer": LAURA},
        {"type": "user_changed_number", "body": f"User Laura changed from {LAURA} to {NEW}"},
    ],
)
def test_older_shapes_move_the_number_too(scope: Cast, system: dict[str, Any]) -> None:
    contact = written(scope, bsuid=None)
    take_in(scope.app, body([moved(**system)]))
    assert identities(contact) == {("phone", NEW)}


def test_a_new_id_alone_is_found_by_the_old_one(scope: Cast) -> None:
    contact = written(scope, sender=None)
    told = moved(old=None, type="user_changed_user_id", body=f"User changed from {LAURA_ID} to {NEW_ID}")
    take_in(scope.app, body([told]))
    assert identities(contact) == {("bsuid", LAURA_ID), ("bsuid", NEW_ID)}
    line = Message.objects.get(type="system")
    assert line.content == {"kind": "user_id_changed", "from": LAURA_ID, "to": NEW_ID}


def test_a_new_id_is_answered_from_then_on(scope: Cast) -> None:
    contact = written(scope, sender=None)
    told = moved(old=None, type="user_changed_user_id", body=f"User changed from {LAURA_ID} to {NEW_ID}")
    take_in(scope.app, body([told]))
    assert recipients_of([contact.pk])[contact.pk] == Recipient(bsuid=NEW_ID)


def test_whose_last_id_nobody_has_noted_is_answered_at_the_newest(scope: Cast) -> None:
    contact = written(scope, sender=None)
    told = moved(old=None, type="user_changed_user_id", body=f"User changed from {LAURA_ID} to {NEW_ID}")
    take_in(scope.app, body([told]))
    Contact.objects.update(bsuid=None)
    assert recipients_of([contact.pk])[contact.pk] == Recipient(bsuid=NEW_ID)


def test_another_phone_is_a_line_and_nothing_else(scope: Cast) -> None:
    contact = written(scope)
    take_in(scope.app, body([moved(type="customer_identity_changed", body="User identity changed")]))
    assert Message.objects.get(type="system").content == {"kind": "identity_changed", "from": "", "to": ""}
    assert identities(contact) == {("phone", LAURA), ("bsuid", LAURA_ID)}
    assert "contact.updated" not in [one["type"] for one in events(scope.organization)]


def test_the_field_that_meta_withdrew_is_understood(scope: Cast) -> None:
    contact = written(scope)
    take_in(scope.app, "user_id_update_retired", "user_id_update_retired")
    assert identities(contact) == {("phone", LAURA), ("bsuid", LAURA_ID), ("bsuid", NEW_ID)}
    assert Message.objects.filter(type="system").count() == 1


def test_nobody_is_made_of_a_change(scope: Cast) -> None:
    take_in(scope.app, body([number_changed()]))
    assert not Contact.objects.exists()
    assert InboundProblem.objects.get().code == "nobody"
    assert "57300" not in InboundProblem.objects.get().reason


def test_the_same_change_again_has_no_effect_even_when_the_old_number_has_a_new_holder(scope: Cast) -> None:
    contact = written(scope, bsuid=None)
    told = moved(type="user_changed_number", wa_id=NEW, wamid=new_wamid())
    take_in(scope.app, body([told]))
    take_in(scope.app, body([said("hola", sender=LAURA, name="Otra")]))
    before = events(scope.organization)
    take_in(scope.app, body([told]))
    assert events(scope.organization) == before
    assert identities(contact) == {("phone", NEW)}
    assert ContactIdentity.objects.get(value=LAURA).contact_id != contact.pk
    assert not MergeProposal.objects.exists()


def test_a_clash_proposes_a_merge_and_merges_nobody(scope: Cast) -> None:
    laura = written(scope)
    take_in(scope.app, body([said("hola", sender=NEW, bsuid="CO.5555555", name="Andrés")]))
    andres = Contact.objects.get(name="Andrés")
    take_in(scope.app, body([number_changed()]))
    proposal = MergeProposal.objects.get()
    assert (proposal.contact_id, proposal.other_id, proposal.reason) == (
        laura.pk,
        andres.pk,
        "number_changed",
    )
    assert identities(andres) == {("phone", NEW), ("bsuid", "CO.5555555")}
    laura.refresh_from_db()
    # Her old number may be a stranger's by now: nothing is sent there any more.
    assert (laura.phone, identities(laura)) == (None, {("bsuid", LAURA_ID), ("bsuid", NEW_ID)})
    told = [one for one in events(scope.organization) if one["type"] == "merge_proposal.opened"]
    assert [one["data"]["merge_proposal"]["contact"]["name"] for one in told] == ["Laura Restrepo"]
    assert told[0]["audience"] == {
        "kind": "conversation",
        "id": 0,
        "now": {"status": "none", "assignee": None},
    }


def test_writing_with_ids_of_two_contacts_proposes_a_merge_once(scope: Cast) -> None:
    take_in(scope.app, body([said("a", sender=None, bsuid="CO.1", name="Laura")]))
    take_in(scope.app, body([said("b", sender="573005550102", name="Andrés")]))
    both: dict[str, Any] = {"sender": "573005550102", "bsuid": "CO.1", "name": "Laura"}
    take_in(scope.app, body([said("soy yo", **both), said("otra vez", **both)]))
    take_in(scope.app, body([said("y otra", **both)]))
    assert MergeProposal.objects.get().reason == "identity_clash"
    assert Message.objects.get(text="soy yo").conversation.contact.name == "Laura"
    assert problems(scope.organization) == []


def test_what_a_person_has_dismissed_is_not_asked_again(scope: Cast) -> None:
    test_writing_with_ids_of_two_contacts_proposes_a_merge_once(scope)
    MergeProposal.objects.update(state="dismissed")
    take_in(scope.app, body([said("y otra más", sender="573005550102", bsuid="CO.1")]))
    assert MergeProposal.objects.get().state == "dismissed"


def test_a_system_line_is_never_marked_as_read(scope: Cast) -> None:
    from core.actors import member_actor
    from core.models import OutboxItem
    from inbox import conversations

    written(scope)
    take_in(scope.app, body([number_changed()]))
    line = Message.objects.get(type="system")
    conversations.mark_read(
        Conversation.objects.get(), through_message_id=line.pk, by=member_actor(scope.beto)
    )
    assert Conversation.objects.get().unread_count == 0
    assert OutboxItem.objects.get().payload["wamid"] == Message.objects.get(type="text").wa_message_id


def preference(value: str, *, seconds: int = 0, **given: Any) -> bytes:
    told = {"wa_id": LAURA, "category": "marketing_messages", "value": value} | given
    told["timestamp"] = int(NOW.timestamp()) + seconds
    return event("user_preferences", {"user_preferences": [told]})


def test_who_wants_no_marketing_is_opted_out_until_they_want_it_again(scope: Cast) -> None:
    contact = written(scope)
    take_in(scope.app, preference("stop", seconds=1))
    contact.refresh_from_db()
    assert (contact.opted_out_at, contact.opt_out_source) == (NOW + timedelta(seconds=1), "whatsapp")
    told = events(scope.organization)[-1]
    assert (told["type"], told["data"]["contact"]["opt_out_source"]) == ("contact.updated", "whatsapp")
    take_in(scope.app, preference("resume", seconds=2))
    contact.refresh_from_db()
    assert (contact.opted_out_at, contact.opt_out_source) == (None, "")


def test_the_latest_wish_holds_in_any_order(scope: Cast) -> None:
    contact = written(scope)
    first, second = preference("stop", seconds=1), preference("resume", seconds=2)
    take_in(scope.app, second)
    take_in(scope.app, first, first)
    contact.refresh_from_db()
    assert contact.opted_out_at is None
    take_in(scope.app, preference("stop", seconds=3), second)
    contact.refresh_from_db()
    assert contact.opted_out_at == NOW + timedelta(seconds=3)


def test_a_wish_of_somebody_unknown_is_kept(scope: Cast) -> None:
    take_in(scope.app, "user_preferences_stop")
    contact = Contact.objects.get()
    assert (contact.name, contact.opted_out_at is not None) == ("Andrés Gómez", True)
    assert not Conversation.objects.exists()
    take_in(scope.app, preference("stop", category="newsletter"))
    assert [code for _, code in problems(scope.organization)] == ["not_yet_handled"]

"""To which of their numbers and ids people are answered, before and after two of them are one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from inbox import messages
from inbox.merging import merge, undo
from inbox.models import Contact, Conversation, SendAttempt
from inbox.sending.recipients import recipients_of
from integrations.whatsapp.messages import Recipient
from tests.conftest import Cast
from tests.inbox.merging.conftest import HOME, WORK, People, ana, everything
from tests.inbox.webhooks import NOW, body, said, take_in


@pytest.mark.parametrize(("last", "other"), [(HOME, WORK), (WORK, HOME)])
def test_what_waits_to_be_sent_leaves_for_the_number_last_written_from(
    people: People, last: str, other: str
) -> None:
    home = people.home
    Conversation.objects.update(last_inbound_at=datetime.now(UTC) - timedelta(hours=1))
    queued = messages.send_text(people.chat(people.work), text="ya va", by=ana(people.cast))
    people.write("la última antes", last, at=datetime.now(UTC))
    before = everything()
    proposal = merge.merge(home, people.work, by=ana(people.cast))
    attempt = SendAttempt.objects.get(message_id=queued.pk)
    assert attempt.conversation_id == Conversation.objects.get().pk
    assert recipients_of([home.pk])[home.pk].phone == last
    undo.undo(proposal, by=ana(people.cast))
    assert everything() == before
    merge.merge(home, people.work, by=ana(people.cast))
    people.write("desde el otro", other, at=datetime.now(UTC) + timedelta(seconds=1))
    assert recipients_of([home.pk])[home.pk].phone == other


@pytest.mark.parametrize(("last", "other"), [("CO.33333", "CO.44444"), ("CO.44444", "CO.33333")])
@pytest.mark.parametrize("keep_newer", [False, True])
def test_without_a_phone_the_id_last_written_from_is_answered(
    scope: Cast, last: str, other: str, keep_newer: bool
) -> None:
    def write(bsuid: str, *, minutes: int) -> None:
        at = NOW + timedelta(minutes=minutes)
        told = body([said(f"desde {bsuid}", sender=None, bsuid=bsuid, name=bsuid, at=at)])
        take_in(scope.app, told, received_at=at + timedelta(seconds=2))

    for number, bsuid in enumerate(("CO.33333", "CO.44444", last)):
        write(bsuid, minutes=number)
    keep, lose = Contact.objects.order_by("-pk" if keep_newer else "pk")
    before = everything()
    proposal = merge.merge(keep, lose, by=ana(scope))
    assert recipients_of([keep.pk])[keep.pk] == Recipient(bsuid=last)
    undo.undo(proposal, by=ana(scope))
    assert everything() == before
    merge.merge(keep, lose, by=ana(scope))
    write(other, minutes=10)
    assert recipients_of([keep.pk])[keep.pk] == Recipient(bsuid=other)
    # What comes late says nothing of where they are now.
    take_in(
        scope.app,
        body([said("viejo", sender=None, bsuid=last, name=other, at=NOW)]),
        received_at=NOW + timedelta(hours=1),
    )
    assert recipients_of([keep.pk])[keep.pk] == Recipient(bsuid=other)


def test_whoever_wrote_from_the_other_id_is_answered_at_their_own_after_an_undo(scope: Cast) -> None:
    for bsuid in ("CO.33333", "CO.44444"):
        take_in(scope.app, body([said(f"desde {bsuid}", sender=None, bsuid=bsuid)]))
    keep, lose = Contact.objects.order_by("pk")
    proposal = merge.merge(keep, lose, by=ana(scope))
    take_in(scope.app, body([said("otra vez", sender=None, bsuid="CO.44444")]))
    undo.undo(proposal, by=ana(scope))
    assert recipients_of([keep.pk, lose.pk]) == {
        keep.pk: Recipient(bsuid="CO.33333"),
        lose.pk: Recipient(bsuid="CO.44444"),
    }

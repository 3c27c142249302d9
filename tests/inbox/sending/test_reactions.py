"""Our reactions on their way to the customer."""

from __future__ import annotations

import pytest

from core.actors import member_actor
from core.models import OutboxItem
from core.tenancy import tenant_scope
from inbox import reactions
from inbox.models import Message, Reaction
from inbox.sending.loop import SenderLoop
from tests.inbox.sending.conftest import Stage
from tests.inbox.webhooks import events


@pytest.fixture
def received(stage: Stage) -> Message:
    """The customer's message, under the wamid that the simulator knows it by."""
    wamid = stage.simulator.inbound({"from": "573005550101", "text": "¿Tienen en azul?"})["wamid"]
    with tenant_scope(stage.cast.organization.pk):
        message = Message.objects.get()
        Message.objects.filter(pk=message.pk).update(wa_message_id=wamid)
        message.refresh_from_db()
        return message


def react(stage: Stage, message: Message, emoji: str) -> None:
    with tenant_scope(stage.cast.organization.pk):
        reactions.react(message, emoji=emoji, by=member_actor(stage.cast.beto))


def sent(stage: Stage) -> list[str]:
    """The emoji that the simulator has accepted, in order."""
    return [entry["text"] for entry in stage.simulator.ledger() if entry["type"] == "reaction"]


def states(stage: Stage) -> list[str]:
    with tenant_scope(stage.cast.organization.pk):
        return list(OutboxItem.objects.values_list("state", flat=True))


def test_a_reaction_leaves_and_can_be_taken_back(stage: Stage, received: Message, loop: SenderLoop) -> None:
    react(stage, received, "👍")
    stage.wait(lambda: sent(stage) == ["👍"])
    react(stage, received, "")
    stage.wait(lambda: sent(stage) == ["👍", ""])
    stage.wait(lambda: set(states(stage)) == {"done"})


def test_the_latest_of_several_that_wait_is_the_one_that_leaves(stage: Stage, received: Message) -> None:
    for emoji in ("👍", "❤️", "🙏"):
        react(stage, received, emoji)
    loop = SenderLoop()
    loop.start()
    stage.wait(lambda: states(stage) == ["done"])
    loop.stop(timeout_seconds=60)
    assert sent(stage) == ["🙏"]


def test_one_that_meta_refuses_is_shown_no_more(stage: Stage, received: Message, loop: SenderLoop) -> None:
    with tenant_scope(stage.cast.organization.pk):
        Message.objects.filter(pk=received.pk).update(wa_message_id="wamid.NOBODY_KNOWS")
    react(stage, received, "👍")
    stage.wait(lambda: states(stage) == ["done"])
    with tenant_scope(stage.cast.organization.pk):
        assert Reaction.objects.get().emoji == ""
    told = events(stage.cast.organization)
    assert [len(one["data"]["message"]["reactions"]) for one in told] == [1, 0]


def test_one_whose_outcome_is_not_known_is_tried_again(
    stage: Stage, received: Message, loop: SenderLoop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("inbox.sending.channel._FIRST_RECEIPT_WAIT_SECONDS", 0.05)
    stage.simulator.fault(kind="reset", count=1)
    react(stage, received, "👍")
    stage.wait(lambda: sent(stage) == ["👍", "👍"])
    stage.wait(lambda: states(stage) == ["done"])

"""Meta's Graph API in trouble: sent, failed with the reason, or «sin confirmar»; nothing hangs or leaves twice."""

from __future__ import annotations

import time
import uuid
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.calls import Api
from tests.copy import wait_for
from tests.faults.traffic import conversation_of, post_until_taken
from tests.simulated import Person, Phones


@dataclass(frozen=True)
class Trouble:
    """One fault for one customer, and how the reply to them has to end.

    Attributes:
        ends: "arrived", "failed" or "unknown".
        accepted: how often the simulator took it.
        code: of Meta, that the message shows.
    """

    name: str
    ends: str
    accepted: int
    fault: dict[str, Any] = field(default_factory=dict)
    code: int | None = None


TROUBLES = (
    Trouble("none", "arrived", 1),
    Trouble("slow", "arrived", 1, {"kind": "delay", "seconds": 3}),
    Trouble("429, once", "arrived", 1, {"kind": "error", "code": 130429, "count": 1}),
    Trouble("too many to this customer, twice", "arrived", 1, {"kind": "error", "code": 131056, "count": 2}),
    Trouble("not on WhatsApp", "failed", 0, {"kind": "error", "code": 131026}, code=131026),
    Trouble("fails later", "failed", 1, {"kind": "status_failed", "code": 131049}, code=131049),
    Trouble("500 before accepting", "unknown", 0, {"kind": "html", "status": 500, "when": "before_accept"}),
    Trouble("503 after accepting", "arrived", 1, {"kind": "html", "status": 503, "when": "after_accept"}),
    Trouble("Meta's own error without a reason", "unknown", 0, {"kind": "error", "code": 131000}),
    Trouble("reset after accepting", "arrived", 1, {"kind": "reset", "when": "after_accept"}),
    Trouble("half an answer", "arrived", 1, {"kind": "reset", "when": "half_response"}),
    Trouble("200 with a broken body", "arrived", 1, {"kind": "garbage", "body": "cut"}),
    Trouble("200 without an id", "arrived", 1, {"kind": "garbage", "body": "no_id"}),
    Trouble("one byte at a time", "arrived", 1, {"kind": "drip", "seconds": 5}),
    Trouble("silence after accepting", "arrived", 1, {"kind": "silent", "when": "after_accept"}),
    Trouble("silence before accepting", "unknown", 0, {"kind": "silent", "when": "before_accept"}),
)


@pytest.fixture
def people(phones: Phones) -> dict[str, Person]:
    """For each trouble a customer who brings it."""
    found = {}
    for trouble in TROUBLES:
        person = found[trouble.name] = phones.person()
        phones.writes(person, "Hola")
        if trouble.fault:
            phones.fault(**trouble.fault, customer=person.phone)
    return found


def test_every_trouble_of_the_graph_api_ends_and_none_sends_twice(
    phones: Phones, api: Api, people: dict[str, Person]
) -> None:
    """BEY-02, CHAT-23: all at once, so that one without trouble shows that nobody waits for the others."""
    sent = {
        trouble.name: post_until_taken(api, conversation_of(api, people[trouble.name]), trouble.name)
        for trouble in TROUBLES
    }
    wait_for(
        lambda: _message(api, people["none"], sent["none"])["status"] == "delivered",
        "the one without trouble",
    )

    def ended() -> dict[str, bool]:
        return {
            trouble.name: _has_ended(trouble, _message(api, people[trouble.name], sent[trouble.name]))
            for trouble in TROUBLES
        }

    wait_for(lambda: all(ended().values()), f"all to end as they have to: {ended()}")
    phones.wait_idle()
    # The unconfirmed are not sent again by themselves.
    time.sleep(3)
    accepted = {trouble.name: len(phones.sent_to(people[trouble.name])) for trouble in TROUBLES}
    assert accepted == {trouble.name: trouble.accepted for trouble in TROUBLES}
    for trouble in TROUBLES:
        message = _message(api, people[trouble.name], sent[trouble.name])
        assert _has_ended(trouble, message), message
        if trouble.code is not None:
            assert message["error"]["code"] == trouble.code
            assert message["error"]["title"]["es"]


def test_a_person_may_send_an_unconfirmed_one_again_and_only_with_their_word(
    phones: Phones, api: Api
) -> None:
    """BEY-02: without the flag it is refused; with it the message leaves once more, as a new attempt."""
    person = phones.person()
    phones.writes(person, "Hola")
    phones.fault(kind="html", status=500, when="before_accept", customer=person.phone, count=1)
    number = post_until_taken(api, conversation_of(api, person), "¿Llegó?")
    wait_for(lambda: _message(api, person, number)["status"] == "unknown", "«sin confirmar»")
    path = f"/messages/{number}/attempts"
    assert api.post(path, {"even_if_unconfirmed": False}, key=str(uuid.uuid4())).status == 409
    assert phones.sent_to(person) == []

    key = str(uuid.uuid4())
    answers = [api.post(path, {"even_if_unconfirmed": True}, key=key) for _ in range(3)]
    assert {answer.status for answer in answers} == {201}
    wait_for(lambda: _message(api, person, number)["status"] == "delivered", "the second attempt to arrive")
    phones.wait_idle()
    assert len(phones.sent_to(person)) == 1


def _has_ended(trouble: Trouble, message: dict[str, Any]) -> bool:
    status = message["status"]
    return bool(status == "delivered" if trouble.ends == "arrived" else status == trouble.ends)


def _message(api: Api, person: Person, number: int) -> dict[str, Any]:
    conversation = conversation_of(api, person)
    results = api.get(f"/conversations/{conversation}/messages").json()["results"]
    return dict(next(message for message in results if message["id"] == number))

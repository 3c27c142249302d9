"""An id that is not theirs is answered like one that does not exist, wherever it stands, and changes nothing."""

from __future__ import annotations

import re
import uuid
from base64 import urlsafe_b64encode
from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from tests.access.callers import Answer, Asker, written
from tests.access.conftest import undone
from tests.access.sides import ABSENT, World
from tests.access.table import CALLERS, ROWS, Row
from tests.access.test_lists import LISTS, asked_with, status_of
from tests.access.test_matrix import strange

pytestmark = pytest.mark.django_db

INSIDE = CALLERS[:5]
_PLACE = re.compile(r"\{(\w+)\}")
_NO_NUMBER = "+573005550000"
_MEMBERS = ("me", "colleague")
# A cursor of the members at somebody who is nowhere.
_NOWHERE = urlsafe_b64encode(f"n|{ABSENT}".encode()).decode()
Given = dict[str, int | str]


def places(row: Row) -> list[str]:
    """The names of the ids that a call holds, in its address and in its body."""
    return [name for name in _PLACE.findall(f"{row.address} {row.body}") if name != "path"]


def cases() -> Iterator[tuple[Row, str]]:
    """Each call that somebody is answered well, once for each id in it."""
    for row in ROWS:
        if any(status < 300 for status in row.answers[:5]):
            yield from ((row, place) for place in places(row))


@pytest.mark.parametrize(("row", "place"), list(cases()), ids=lambda part: getattr(part, "name", part))
def test_ids_that_are_not_theirs_are_answered_alike(
    row: Row, place: str, world: World, askers: dict[str, Asker], untouched: dict[bool, object]
) -> None:
    for name, status in zip(INSIDE, row.answers[:5], strict=True):
        if status >= 300:
            continue
        asker = askers[name]
        ids = asker.ids(world.here, row.about)
        expected: tuple[Any, ...] | None = None
        for what, value in not_theirs(world, asker, row, place).items():
            with undone():
                answer = asker.ask(row, {**ids, place: value})
                assert written() == untouched[asker.waiting], (
                    f"{name} has changed something with an id {what}"
                )
            assert not strange(answer, asker, world), f"{name} was told of an id {what}"
            seen = shape(answer, value)
            expected = expected or seen
            assert seen == expected, f"{name} can tell an id {what} from one that does not exist"
            # Whoever is not in charge of a chat may say that they have read it, and changes nothing by it.
            assert answer.status >= 400 or row.address.endswith("/read"), (
                f"{name} got through with one {what}"
            )


def not_theirs(world: World, asker: Asker, row: Row, place: str) -> Given:
    """Values for one place of a call that all mean the same to the caller: nothing is there."""
    if place == "phone":
        given: Given = {"that nobody has": _NO_NUMBER, "of elsewhere": world.there.phones["own"]}
        return given | _invisible(asker, world.here.phones)
    if place in _MEMBERS:
        return {
            "that does not exist": ABSENT,
            "of elsewhere": world.there.ids["own"]["colleague"],
            "of somebody suspended": world.suspended.pk,
        }
    given = {"that does not exist": ABSENT, "of elsewhere": world.there.ids["own"][place]}
    given |= _invisible(asker, {about: ids[place] for about, ids in world.here.ids.items()})
    if place == "upload":
        given["of a colleague's"] = world.here.ids["colleague"]["upload"]
    if place == "message" and place not in _PLACE.findall(row.address):
        # It is theirs to see, in another chat: an answer belongs to the chat that it is given in.
        given["of another chat"] = world.here.ids["waiting" if row.about == "own" else "own"]["message"]
    return given


def _invisible(asker: Asker, by_whose: Mapping[str, int | str]) -> Given:
    return {f"of the {about}'s": value for about, value in by_whose.items() if about not in asker.sees}


def shape(answer: Answer, given: object) -> tuple[Any, ...]:
    """An answer without what differs in any case: the caller's own id, told back, and the number of the request."""
    headers = {name: value for name, value in answer.headers.items() if name not in _PASSING}
    body = _without(answer.json(), given) if answer.body.startswith(b"{") else answer.body
    if isinstance(body, dict) and "error" not in body:
        body = None
    return answer.status, sorted(headers.items()), body


_PASSING = ("X-Request-Id", "Date")


def _without(value: Any, given: object) -> Any:
    if isinstance(value, dict):
        return {name: _without(part, given) for name, part in value.items()}
    if isinstance(value, list):
        return [_without(part, given) for part in value]
    return "given" if value == given and value is not True else value


def call(method: str, address: str, about: str = "", **body: Any) -> Row:
    return Row(method, f"/api/v1/{address}", about, (), body or None)


@pytest.mark.parametrize("address", [one for one in LISTS if "cursor" in asked_with(one)])
def test_a_cursor_from_elsewhere_leads_to_nothing_of_elsewhere(
    address: str, world: World, askers: dict[str, Asker]
) -> None:
    stranger, listing = askers["owner elsewhere"], LISTS[address]
    theirs = stranger.ids(world.there, "own")
    made = stranger.ask(call("GET", f"{address}?limit=1"), theirs)
    cursor = re.search(r"cursor=([^&\"]+)", made.body.decode())
    assert cursor is not None, "their list fits on one page"
    for name in INSIDE:
        asker = askers[name]
        ids = asker.ids(world.here, "own")
        with undone():
            answer = asker.ask(call("GET", f"{address}?cursor={cursor[1]}"), ids)
            nowhere = asker.ask(call("GET", f"{address}?cursor={_NOWHERE}"), ids)
        assert not strange(answer, asker, world)
        # The members' names somebody, who is none of ours; others are a place in an order that all lists have.
        status = (
            nowhere.status
            if address == "members"
            else status_of(asker, address, "own" if "{" in address else "")
        )
        assert answer.status == status, name
        if answer.status == 200:
            there = listing.there(asker, ids, "")
            assert all(one in there for one in listing.read(answer.json())), name


def test_a_number_of_a_longer_stream_leads_to_nothing(world: World, askers: dict[str, Asker]) -> None:
    """Their stream is longer than ours: a number that only theirs has is one that nobody has."""
    owner, stranger = askers["owner"], askers["owner elsewhere"]
    ids = owner.ids(world.here, "")
    ours, theirs = [one.ask(call("GET", "me"), ids).json()["events"]["seq"] for one in (owner, stranger)]
    assert ours < theirs
    answers = [owner.ask(call("GET", f"events?after={after}"), ids) for after in (theirs, ABSENT)]
    assert [(one.status, one.json()) for one in answers] == [(410, answers[0].json())] * 2


def test_a_stream_from_elsewhere_is_one_that_does_not_exist(world: World, askers: dict[str, Asker]) -> None:
    owner, stranger = askers["owner"], askers["owner elsewhere"]
    ids = owner.ids(world.here, "")
    theirs = stranger.ask(call("GET", "me"), ids).json()["events"]["stream_id"]
    answers = [
        owner.ask(call("GET", f"events?after=0&stream={stream}"), ids) for stream in (theirs, uuid.uuid4())
    ]
    assert [(one.status, one.json()) for one in answers] == [(410, answers[0].json())] * 2


@pytest.mark.parametrize("where", ["header", "query", "image"])
def test_an_organisation_of_others_is_one_that_does_not_exist(
    where: str, world: World, askers: dict[str, Asker]
) -> None:
    for name in ("owner", "agent", "suspended"):
        asker, answers = askers[name], []
        for slug in ("cafe-lejano", "no-such-place"):
            with undone():
                if where == "header":
                    row, headers = call("GET", "me"), {"X-Organization": slug}
                elif where == "image":
                    row = call("GET", f"attachments/{{file}}/content?organization={slug}")
                    headers = {"X-Organization": ""}
                else:
                    row, headers = call("GET", f"me?organization={slug}"), {"X-Organization": ""}
                answers.append(asker.ask(row, asker.ids(world.here, "own"), **headers))
        assert [(one.status, one.json()) for one in answers] == [(404, answers[0].json())] * 2


def test_an_idempotency_key_means_nothing_to_others(world: World, askers: dict[str, Asker]) -> None:
    """Were it looked up without its owner, others would get the answer that it stands for, or a conflict."""
    text = call("POST", "conversations/{chat}/messages", "own", text="canario-aqui-clave")
    key = {"Idempotency-Key": "una-clave"}
    with undone():
        first = askers["agent"].ask(text, askers["agent"].ids(world.here, "own"), **key)
        assert (first.status, "Idempotent-Replay" in first.headers) == (201, False)
        for name, side in (("owner", world.here), ("API key", world.here), ("owner elsewhere", world.there)):
            other = askers[name].ask(text, askers[name].ids(side, "own"), **key)
            assert (other.status, "Idempotent-Replay" in other.headers) == (201, False), name
            assert other.json()["id"] != first.json()["id"]
        again = askers["agent"].ask(text, askers["agent"].ids(world.here, "own"), **key)
        assert (again.json()["id"], "Idempotent-Replay" in again.headers) == (first.json()["id"], True)


def test_a_client_id_of_another_chat_means_nothing(world: World, askers: dict[str, Asker]) -> None:
    text = call("POST", "conversations/{chat}/messages", "own", text="Hola", client_id=str(uuid.uuid4()))
    owner, stranger = askers["owner"], askers["owner elsewhere"]
    with undone():
        made = [
            owner.ask(text, owner.ids(world.here, "own")),
            owner.ask(text, owner.ids(world.here, "waiting")),
            stranger.ask(text, stranger.ids(world.there, "own")),
        ]
        assert [one.status for one in made] == [201] * 3
        assert len({one.json()["id"] for one in made}) == 3


def test_a_number_that_others_know_is_free(world: World, askers: dict[str, Asker]) -> None:
    """Whether another business has a customer is nobody's to find out."""
    owner = askers["owner"]
    save = call("POST", "contacts", phone="{phone}", name="Laura")
    with undone():
        assert owner.ask(save, owner.ids(world.there, "own")).status == 201


def test_an_agent_is_not_told_who_has_a_number(world: World, askers: dict[str, Asker]) -> None:
    save = call("POST", "contacts", phone="{phone}", name="Laura")
    for name, about, told in (
        ("owner", "colleague", True),
        ("agent", "own", True),
        ("agent", "colleague", False),
        ("agent", "waiting", False),
        ("agent, TICK-08", "waiting", True),
    ):
        asker = askers[name]
        with undone():
            answer = asker.ask(save, asker.ids(world.here, about))
        details = answer.json()["error"]["details"]
        assert (answer.status, details) == (
            409,
            {"contact": world.here.ids[about]["contact"] if told else None},
        ), (name, about)

"""What each caller gets of each list: their things, all of them and no others, as the world was made."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.access.callers import Asker
from tests.access.conftest import undone
from tests.access.routes import shape_of
from tests.access.sides import CHATS, World
from tests.access.table import API, CALLERS, ROWS, Row
from tests.access.test_matrix import strange

pytestmark = pytest.mark.django_db

PUBLISHED = yaml.safe_load((Path(__file__).parents[2] / "docs" / "openapi.yaml").read_text())
# Whoever is not let in gets no list at all, as the table says.
READERS = tuple(name for name in CALLERS if name not in ("signed out", "suspended"))
Ids = dict[str, Any]


@dataclass(frozen=True)
class Listing:
    """A list of the API.

    Attributes:
        there: what is there for somebody, by the world; given the ids in the address, and the state asked for.
        told: what is compared of one thing in an answer.
        things: where they stand in an answer; empty if the answer is compared as a whole.
    """

    there: Callable[[Asker, Ids, str], Any]
    told: Callable[[Any], Any] = lambda one: one["id"]
    things: str = "results"

    def read(self, answer: Any) -> Any:
        return sorted(self.told(one) for one in answer[self.things]) if self.things else answer


def _seen(kind: str) -> Callable[[Asker, Ids, str], list[Any]]:
    return lambda asker, ids, state: asker.side.seen(kind.format(**ids), asker.sees, state)


def _with(parts: str, kind: str) -> Callable[[Asker, Ids, str], list[Any]]:
    """Each thing with the ids of what it holds: a contact that one sees may have chats that one does not see."""

    def there(asker: Asker, ids: Ids, state: str) -> list[Any]:
        found = _seen(kind)(asker, ids, state)
        return [(pk, asker.side.seen(f"{parts} of {pk}", asker.sees)) for pk in found]

    return there


def _holding(name: str) -> Callable[[Any], Any]:
    return lambda one: (one["id"], sorted(part["id"] for part in one[name]))


def _organizations(asker: Asker, ids: Ids, state: str) -> list[str]:
    return [] if "key" in asker.name else [asker.side.cast.organization.slug]


def _counts(asker: Asker, ids: Ids, state: str) -> dict[str, int]:
    return asker.side.counts(asker.sees)


def _events(asker: Asker, ids: Ids, state: str) -> list[Any]:
    return asker.side.events_seen(asker.sees)


LISTS: dict[str, Listing] = {
    "me": Listing(_organizations, lambda one: one["slug"], "organizations"),
    "members": Listing(_seen("members")),
    "contacts": Listing(_with("conversations", "contacts"), _holding("conversations")),
    "conversations": Listing(_seen("conversations")),
    "conversations/counts": Listing(_counts, things=""),
    "conversations/{chat}/messages": Listing(_with("files", "messages of {chat}"), _holding("attachments")),
    "conversations/{chat}/tickets": Listing(_seen("tickets of {chat}")),
    "messages/{message}/edits": Listing(_seen("edits of {message}"), lambda one: one["text"]),
    "merge-proposals": Listing(_seen("merge-proposals")),
    "channels": Listing(_seen("channels")),
    "channel-alerts": Listing(_seen("channel-alerts")),
    "deliveries": Listing(_seen("deliveries")),
    "events": Listing(_events, lambda one: (one["seq"], one["type"])),
}
# What is no list: one thing with what belongs to it, bytes, and figures that are the same for everyone.
OTHERS = {
    "conversations/{chat}",
    "contacts/{contact}",
    "deliveries/{delivery}",
    "attachments/{file}/content",
    "attachments/{upload}/content",
    "media/limits",
    "{path}",
}
# By which parameters one asks for a part of a list. Searches and pages have tests of their own.
_STATES = ("status", "state")
_PARAMETERS = {*_STATES, "sort", "q", "limit", "cursor", "after", "stream"}


def asked_with(address: str) -> dict[str, Any]:
    """The query parameters of an address, as they are published."""
    (path,) = (one for one in PUBLISHED["paths"] if shape_of(one) == shape_of(API + address))
    told = PUBLISHED["paths"][path]["get"].get("parameters", [])
    return {one["name"]: one["schema"] for one in told if one["in"] == "query"}


def queries(address: str) -> Iterator[tuple[str, str]]:
    """Every way to ask for a whole list, with the state that it is asked for."""
    parameters = asked_with(address)
    yield ("after=0&limit=500" if "after" in parameters else ""), ""
    for name in ("sort", *_STATES):
        for value in parameters.get(name, {}).get("enum", ()):
            yield f"{name}={value}", value if name in _STATES and value != "all" else ""


def status_of(asker: Asker, address: str, about: str) -> int:
    """As the table says; of chats of their own organisation by whose they are."""
    if about:
        return 200 if about in asker.sees else 404
    (row,) = (one for one in ROWS if one.method == "GET" and one.address.partition("?")[0] == API + address)
    return row.answers[CALLERS.index(asker.name)]


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize("address", LISTS)
def test_each_caller_gets_their_things_and_no_others(
    address: str, name: str, world: World, askers: dict[str, Asker]
) -> None:
    asker, listing = askers[name], LISTS[address]
    for about in CHATS if "{" in address else ("",):
        ids = asker.ids(asker.side, about)
        for query, state in queries(address):
            with undone():
                answer = asker.ask(Row("GET", f"{API}{address}?{query}", about, ()), ids)
            assert answer.status == status_of(asker, address, about), (about, query)
            assert not strange(answer, asker, world)
            if answer.status == 200:
                assert listing.read(answer.json()) == listing.there(asker, ids, state), (about, query)


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize("address", [one for one in LISTS if "cursor" in asked_with(one)])
def test_page_by_page_they_get_the_same(
    address: str, name: str, world: World, askers: dict[str, Asker]
) -> None:
    asker, listing = askers[name], LISTS[address]
    for about in CHATS if "{" in address else ("",):
        ids = asker.ids(asker.side, about)
        if status_of(asker, address, about) != 200:
            continue
        told: list[Any] = []
        following: str | None = f"{API}{address}?limit=1"
        while following:
            with undone():
                answer = asker.ask(Row("GET", following, about, ()), ids)
            assert not strange(answer, asker, world)
            page = answer.json()
            told += page["results"]
            following = page["next"]
        assert listing.read({"results": told}) == listing.there(asker, ids, ""), about


@pytest.mark.parametrize("name", READERS)
def test_the_events_are_the_same_page_by_page(name: str, world: World, askers: dict[str, Asker]) -> None:
    asker, told, after, more = askers[name], [], 0, True
    while more:
        with undone():
            answer = asker.ask(Row("GET", f"{API}events?after={after}&limit=20", "", ()), {})
        assert not strange(answer, asker, world)
        page = answer.json()
        told += page["results"]
        after, more = page["through"], page["more"]
    # On a page of its own a chat may be told gone that went on a page before, too.
    missed = {one for one in asker.side.lost if one not in asker.side.events_seen(asker.sees)}
    assert [one for one in LISTS["events"].read({"results": told}) if one not in missed] == _events(
        asker, {}, ""
    )


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize("address", [one for one in LISTS if "q" in asked_with(one)])
def test_a_search_finds_nothing_that_the_list_does_not_hold(
    address: str, name: str, world: World, askers: dict[str, Asker]
) -> None:
    asker, listing = askers[name], LISTS[address]
    other = world.there if asker.side is world.here else world.here
    hidden = [asker.side.phones[about] for about in CHATS if about not in asker.sees]
    nothing = [f"canario-{other.name}", *other.phones.values(), *hidden]
    for words in ("canario", *nothing):
        with undone():
            answer = asker.ask(Row("GET", f"{API}{address}?q={words.replace('+', '%2B')}", "", ()), {})
        assert not strange(answer, asker, world)
        there = [] if words in nothing else listing.there(asker, {}, "")
        assert (answer.status, listing.read(answer.json())) == (200, there), words


@pytest.mark.parametrize("name", READERS)
def test_a_contact_alone_has_no_more_chats_than_in_the_list(
    name: str, world: World, askers: dict[str, Asker]
) -> None:
    asker, listing = askers[name], LISTS["contacts"]
    for pk, chats in listing.there(asker, {}, ""):
        with undone():
            answer = asker.ask(Row("GET", f"{API}contacts/{pk}", "", ()), {})
        assert not strange(answer, asker, world)
        assert listing.read({"results": [answer.json()]}) == [(pk, chats)]


def test_every_address_that_is_read_is_judged_as_a_list_or_is_none(
    world: World, askers: dict[str, Asker]
) -> None:
    reads = {row for row in map(_address_of, ROWS) if row}
    assert reads == {*LISTS, *OTHERS}
    for address in OTHERS - {"{path}"}:
        owner = askers["owner"]
        with undone():
            answer = owner.ask(Row("GET", API + address, "own", ()), owner.ids(world.here, "own"))
        if answer.body:
            assert "results" not in answer.json(), f"{address} is a list"


def _address_of(row: Row) -> str:
    is_read = row.method == "GET" and row.address.startswith(API)
    return row.address.removeprefix(API).partition("?")[0] if is_read else ""


@pytest.mark.parametrize("address", LISTS)
def test_every_way_to_ask_for_a_list_is_known(address: str) -> None:
    assert set(asked_with(address)) <= _PARAMETERS


def test_every_list_and_state_has_something_for_somebody(world: World, askers: dict[str, Asker]) -> None:
    """An empty list would be right whoever asked."""
    for side, name in ((world.here, "owner"), (world.there, "owner elsewhere")):
        asker = askers[name]
        for address, listing in LISTS.items():
            for _, state in queries(address):
                assert listing.there(asker, asker.ids(side, "own"), state), (address, state)
    ours, theirs = (world.here.counts(one.sees) for one in (askers["owner"], askers["agent"]))
    assert all(world.there.counts(askers["owner"].sees)[name] != count for name, count in ours.items())
    assert all(count != theirs[name] for name, count in ours.items())


def test_every_kind_of_event_is_in_the_world(world: World) -> None:
    kinds = set(kinds_of_events())
    assert "message.received" in kinds
    for side in (world.here, world.there):
        assert {kind for _, kind in side.things["events"]} == kinds


def kinds_of_events() -> Iterator[str]:
    """Read from the classes of the product: whatever can be rendered and has a type."""
    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] in ("core", "integrations", "inbox", "api"):
            for one in vars(module).values():
                kind = getattr(one, "type", None)
                if inspect.isclass(one) and hasattr(one, "render") and isinstance(kind, str):
                    yield kind

"""Whatever is missing or wrong in one place of a body, nothing raises and no neighbour is lost."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from integrations.whatsapp.payloads import InboundMessage, Problem, Reading, StatusUpdate, read
from tests.integrations.whatsapp.bodies import RECEIVED_AT, WEBHOOKS

Step = str | int
Path_ = tuple[Step, ...]
GONE = object()
WRONG: list[Any] = [GONE, None, 0, -1.5, True, "x", [], {}, [None], {"x": [1]}, 10**30, "\u0000\ud800"]
DOCUMENTS = {path.stem: json.loads(path.read_bytes()) for path in WEBHOOKS}


def _paths(value: Any, path: Path_ = ()) -> Iterator[Path_]:
    """Give the place of every field and element below the value."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, child in pairs:
        yield (*path, step)
        yield from _paths(child, (*path, step))


def _copy_with(document: Any, path: Path_, damage: Any) -> Any:
    """Return the document with one place removed or replaced; what lies elsewhere is shared, not copied."""
    if not path:
        return damage
    copy: Any = dict(document) if isinstance(document, dict) else list(document)
    if len(path) == 1 and damage is GONE:
        del copy[path[0]]
    else:
        copy[path[0]] = _copy_with(copy[path[0]], path[1:], damage)
    return copy


def _read(document: Any) -> Reading:
    return read(json.dumps(document).encode(), received_at=RECEIVED_AT)


def _ids_by_pointer(reading: Reading) -> dict[str, str]:
    return {
        item.pointer: item.wamid for item in reading.items if isinstance(item, InboundMessage | StatusUpdate)
    }


def _survivors(before: dict[str, str], path: Path_) -> list[str]:
    """Ids that damage at `path` must not touch: those neither below it nor above it."""
    damaged = "/".join(map(str, path))
    return [
        wamid
        for pointer, wamid in before.items()
        if not f"{pointer}/".startswith(f"{damaged}/") and not f"{damaged}/".startswith(f"{pointer}/")
    ]


def _check(document: Any, before: dict[str, str], path: Path_, damage: Any) -> None:
    if path == ("object",) and isinstance(damage, str):
        return  # another product of Meta's: the body is not ours to read
    if path[-1:] == ("field",) and isinstance(damage, str | int | float) and not isinstance(damage, bool):
        return  # another field: kept whole, for nobody knows what it means
    reading = _read(_copy_with(document, path, damage))
    after = list(_ids_by_pointer(reading).values())
    for wamid in _survivors(before, path):
        assert wamid in after
        after.remove(wamid)
    assert not [p for p in reading.problems if p.code == "unexpected"], reading.problems


@pytest.mark.parametrize("name", DOCUMENTS)
def test_damage_to_any_one_field_loses_no_neighbour(name: str) -> None:
    document = DOCUMENTS[name]
    before = _ids_by_pointer(_read(document))
    for path in _paths(document):
        for damage in WRONG:
            _check(document, before, path, damage)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_damage_in_many_places_never_raises(data: st.DataObject) -> None:
    document = DOCUMENTS[data.draw(st.sampled_from(sorted(DOCUMENTS)))]
    for _ in range(data.draw(st.integers(2, 6))):
        places = list(_paths(document))
        if not places:
            break
        place = data.draw(st.sampled_from(places))
        document = _copy_with(document, place, data.draw(st.sampled_from(WRONG)))
    reading = _read(document)
    assert all(isinstance(problem, Problem) and problem.code != "unexpected" for problem in reading.problems)


_anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=20,
)


@settings(max_examples=300, deadline=None)
@given(st.lists(_anything, max_size=6), st.lists(_anything, max_size=6), _anything)
def test_anything_at_all_among_the_items_leaves_the_good_ones(
    messages: list[Any], statuses: list[Any], contacts: Any
) -> None:
    good = {"id": "wamid.good", "from": "573005550101", "timestamp": "1795341600", "type": "text"}
    value = {
        "metadata": {"phone_number_id": "4173"},
        "contacts": contacts,
        "messages": [*messages, good],
        "statuses": [{"id": "wamid.ours", "status": "read", "timestamp": "1795341600"}, *statuses],
    }
    reading = _read({"entry": [{"id": "1", "changes": [{"field": "messages", "value": value}]}]})
    assert {"wamid.good", "wamid.ours"} <= set(_ids_by_pointer(reading).values())
    assert not [problem for problem in reading.problems if problem.code == "unexpected"]


@settings(max_examples=100, deadline=None)
@given(
    st.lists(
        st.lists(
            st.tuples(st.integers(0, 20), st.integers(0, 20)),
            min_size=1,
            max_size=3,
        ),
        min_size=1,
        max_size=3,
    )
)
def test_every_entry_change_message_and_status_is_read(shape: list[list[tuple[int, int]]]) -> None:
    entries, sent = [], []
    for e, changes in enumerate(shape):
        listed = []
        for c, (messages, statuses) in enumerate(changes):
            inbound = [
                {"id": f"m{e}.{c}.{n}", "from": "573005550101", "timestamp": "1795341600", "type": "text"}
                for n in range(messages)
            ]
            updates = [{"id": f"s{e}.{c}.{n}", "status": "sent", "timestamp": "1"} for n in range(statuses)]
            sent += [part["id"] for part in (*inbound, *updates)]
            listed.append({"field": "messages", "value": {"messages": inbound, "statuses": updates}})
        entries.append({"id": str(e), "changes": listed})
    reading = _read({"object": "whatsapp_business_account", "entry": entries})
    assert sorted(_ids_by_pointer(reading).values()) == sorted(sent)


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=400) | st.sampled_from(WEBHOOKS).map(Path.read_bytes), st.data())
def test_any_bytes_are_a_reading(body: bytes, data: st.DataObject) -> None:
    cut = data.draw(st.integers(0, len(body)))
    assert isinstance(read(body[:cut] + data.draw(st.binary(max_size=3)) + body[cut + 1 :]), Reading)

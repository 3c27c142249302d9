"""Webhooks in which some items are broken: the good ones land, the broken ones are listed, nobody gets an error."""

from __future__ import annotations

import hashlib
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import cycle
from typing import Any

import pytest

from tests.copy import Copy, wait_for
from tests.faults.intake import is_taken_in
from tests.faults.meta import Meta, in_groups, said
from tests.faults.poison import CHANGES, WAYS, BrokenChange
from tests.faults.trials import Trial
from tests.simulated import Person, Phones

BROKEN_SHARE = 0.1
# Of bodies, so that a short run brings each way too.
BROKEN_CHANGES_SHARE = 0.3
CLIENTS = 8


@dataclass(frozen=True, slots=True)
class Sent:
    """One item: where it stood, what it said, and how it was broken ("" when it was not)."""

    digest: str
    pointer: str
    wamid: str
    text: str
    way: str


@dataclass(frozen=True, slots=True)
class Poisoned:
    """One body, what stands in its good change, and the places of which its broken change has to be listed."""

    body: bytes
    sent: list[Sent]
    places: list[tuple[str, str]]


@pytest.mark.scenario("poison")
def test_broken_items_are_listed_and_their_neighbours_land(trial: Trial, copy: Copy, phones: Phones) -> None:
    """BEY-01, BEY-06: a tenth of the items is broken, each in one of 25 ways."""
    count = trial.part(20_000, short=1_000)
    meta = Meta(copy)
    people = [phones.person() for _ in range(50)]
    items = [(trial.dice.choice(people), f"veneno {trial.seed}/{number}") for number in range(count)]
    ways = cycle(CHANGES)
    poisoned = [_poisoned(meta, group, ways, trial.dice) for group in in_groups(items, trial.dice)]
    bodies = [one.body for one in poisoned]
    sent = [each for one in poisoned for each in one.sent]
    changes = [one.places for one in poisoned if one.places]
    meta.deliver_all(bodies, trial.seed, clients=CLIENTS)
    wait_for(lambda: is_taken_in(copy), "all to be taken in", 600)

    broken = [one for one in sent if one.way]
    listed = _listed(copy)
    taken = _taken(copy, trial.seed, broken)
    trial.hold("good ones missing", [one.text for one in sent if not one.way and not taken[one.text]])
    trial.hold("taken in twice", [text for text, times in taken.items() if times > 1])
    vanished = [
        one
        for one in broken
        if (one.digest, one.pointer) not in listed and not taken[one.text] and not taken[one.wamid]
    ]
    trial.hold("broken ones vanished", [f"{one.way}: {one.pointer}" for one in vanished])
    unlisted = [place for places in changes for place in places if place not in listed]
    trial.hold("broken changes not listed", [f"{pointer} of {digest[:8]}" for digest, pointer in unlisted])
    answers = {status: times for status, times in meta.answers.items() if status != 200}
    trial.hold("answers other than 200", answers)
    trial.size = f"{count} messages in {len(bodies)} bodies of 1 to 40"
    trial.injected = (
        f"{len(broken)} broken in {len(WAYS)} ways, {len(changes)} broken changes in {len(CHANGES)} ways"
    )
    kept = sum(1 for one in broken if taken[one.text] or taken[one.wamid])
    trial.remark(
        f"of the broken {len(broken) - kept} are listed with a reason, {kept} are shown as far as they go"
    )
    trial.verdict()


def _poisoned(
    meta: Meta, group: list[tuple[Person, str]], broken: Iterator[BrokenChange], dice: random.Random
) -> Poisoned:
    """One body for the group, a tenth of it broken, and sometimes beside the next broken change."""
    messages: list[tuple[Person, Any]] = []
    ways: list[tuple[str, str, str]] = []
    for person, text in group:
        message = said(person, text)
        way = dice.choice(list(WAYS)) if dice.random() < BROKEN_SHARE else ""
        messages.append((person, WAYS[way](message) if way else message))
        ways.append((str(message["id"]), text, way))
    changes: list[Any] = [{"field": "messages", "value": meta.messages(messages)}]
    place, pointers = 0, []
    if dice.random() < BROKEN_CHANGES_SHARE:
        change, places = next(broken)
        place = dice.randint(0, 1)
        changes.insert(1 - place, change)
        pointers = [f"entry/0/changes/{1 - place}{pointer}" for pointer in places]
    body = meta.body_of(changes)
    digest = hashlib.sha256(body).hexdigest()
    pointer = f"entry/0/changes/{place}/value/messages"
    sent = [Sent(digest, f"{pointer}/{n}", *one) for n, one in enumerate(ways)]
    return Poisoned(body, sent, [(digest, pointer) for pointer in pointers])


def _listed(copy: Copy) -> set[tuple[str, str]]:
    """Body and place of each item of which a person can read that it was not taken."""
    rows = copy.sql(
        "SELECT encode(sha256(d.body), 'hex'), p.pointer FROM integrations_inboundproblem p "
        "JOIN integrations_inbounddelivery d ON d.id = p.delivery_id"
    )
    return {(digest, pointer) for digest, pointer in rows}


def _taken(copy: Copy, seed: int, broken: list[Sent]) -> Counter[str]:
    """How often each text, and each id of a broken one, became a message."""
    texts = copy.sql("SELECT text FROM inbox_message WHERE text LIKE %s", f"veneno {seed}/%")
    wamids = copy.sql(
        "SELECT wa_message_id FROM inbox_message WHERE wa_message_id = ANY(%s)", [one.wamid for one in broken]
    )
    return Counter(value for (value,) in [*texts, *wamids])

"""Many sockets that are cut, miss much, read nothing or acknowledge nothing, behind a layer that loses messages."""

from __future__ import annotations

import asyncio
import os
import random
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack

import pytest

from inbox.realtime.limits import OUTSTANDING_BYTES
from tests.calls import Api, sign_in
from tests.copy import Copy, wait_for
from tests.faults.dumb import dumb_clients
from tests.faults.intake import is_taken_in
from tests.faults.meta import Meta, in_groups, said
from tests.faults.screens import SLUG, Screen, differences
from tests.faults.trials import Trial
from tests.faults.webs import SecondWeb, second_web
from tests.simulated import Phones

SEES_ALL = ("ana@aurora.example", "marta@aurora.example")
AGENTS = ("beto@aurora.example", "diana@aurora.example")
LOSSY = {"DJANGO_SETTINGS_MODULE": "tests.faults.lossy"}
PATIENCE_SECONDS = 300.0
CUT_EVERY_SECONDS = 0.25
# What the server may hold for one that does not keep up, twice over for the copies of server and system.
MEMORY_EACH_BYTES = 2 * 1024 * 1024
MEMORY_GROWTH_BYTES = 64 * 1024 * 1024


@pytest.mark.scenario("sockets")
async def test_every_screen_ends_as_a_fresh_one(trial: Trial, copy: Copy, phones: Phones) -> None:
    """CHAT-33, BEY-03: 0 lost, 0 doubled; whoever takes nothing harms nobody."""
    count, silent = trial.part(200, short=20), trial.part(25, short=3)
    missed, people = trial.part(3_000, short=300), [phones.person() for _ in range(40)]
    key = copy.organization()["api_key"]
    # Long enough that whoever acknowledges nothing has more waiting than is kept for anyone.
    padding = min(4_000, 2 * OUTSTANDING_BYTES // missed) * "."
    meta, texts = Meta(copy), iter(f"pantalla {trial.seed}/{n} {padding}" for n in range(10**6))

    def write(number: int) -> None:
        items = [(person := trial.dice.choice(people), said(person, next(texts))) for _ in range(number)]
        bodies = [meta.body([meta.messages(group)]) for group in in_groups(items, trial.dice)]
        meta.deliver_all(bodies, trial.seed, clients=2)
        wait_for(lambda: is_taken_in(copy), "the messages to be taken in", PATIENCE_SECONDS)

    with ExitStack() as stack:
        webs = [stack.enter_context(second_web(copy, **LOSSY)) for _ in range(2)]
        screens = _screens(copy, webs, trial.dice, count)
        running = [asyncio.create_task(screen.run()) for screen in screens]
        await _until(lambda: all(screen.position is not None for screen in screens), "all to be there")
        memory = [_memory_bytes(web) for web in webs]
        dumb = stack.enter_context(
            dumb_clients([web.port for web in webs], {"Authorization": f"Bearer {key}"}, silent)
        )
        await asyncio.to_thread(write, len(people))
        away = screens[:: max(2, count // 20)]
        for screen in away:
            screen.leave()
        works = [
            asyncio.create_task(asyncio.to_thread(write, missed)),
            asyncio.create_task(asyncio.to_thread(_move, copy, trial.seed, missed // 20)),
        ]
        others = [screen for screen in screens if screen not in away]
        while not all(work.done() for work in works):
            for screen in trial.dice.sample(others, max(1, count // 20)):
                screen.cut()
            await asyncio.sleep(CUT_EVERY_SECONDS)
        for work in works:
            work.result()
        for screen in away:
            screen.come_back()
        await asyncio.to_thread(write, len(people))
        await _settle(copy, screens)
        await _until(lambda: dumb.let_go == silent, "those who never acknowledge to be let go")
        for screen in screens:
            screen.finish()
        await asyncio.gather(*running)
        grown = [_memory_bytes(web) - before for web, before in zip(webs, memory, strict=True)]
        await asyncio.to_thread(_judge, trial, copy, screens)
        over = MEMORY_GROWTH_BYTES + silent * MEMORY_EACH_BYTES
        trial.hold("web processes over their memory", [growth for growth in grown if growth > over])
        trial.hold("never acknowledged and not let go", range(silent - dumb.let_go))
    trial.size = (
        f"{count} sockets of 4 people and a key at two web processes, {missed} events missed by {len(away)}"
    )
    trial.injected = (
        f"{sum(screen.connections for screen in screens) - count} reconnects, "
        f"20 % of the channel layer's messages lost, {silent} that never read, {silent} that never acknowledge"
    )
    trial.remark(f"{sum(screen.loads for screen in screens) - count} told to load anew")
    trial.remark("memory grew by " + ", ".join(f"{growth / 2**20:.0f} MB" for growth in grown))
    trial.verdict()


def _screens(copy: Copy, webs: Sequence[SecondWeb], dice: random.Random, count: int) -> list[Screen]:
    """Screens of everyone in turn."""
    kinds: list[tuple[list[tuple[int, Api]], bool]] = []
    for email in (*SEES_ALL, *AGENTS):
        password = copy.password(email)
        doors = [(web.port, sign_in(web.url, email, password, SLUG)) for web in webs]
        kinds.append((doors, email in SEES_ALL))
    key = copy.organization()["api_key"]
    kinds.append(([(web.port, Api.by_key(web.url, key)) for web in webs], True))
    found = []
    for number in range(count):
        doors, sees_all = kinds[number % len(kinds)]
        found.append(Screen(doors, sees_all=sees_all, dice=random.Random(dice.random())))
    return found


def _move(copy: Copy, seed: int, count: int) -> None:
    """Let conversations change hands, come into sight and leave it."""
    dice = random.Random(f"{seed}/move")
    api = Api.by_key(copy.url, copy.organization()["api_key"])
    members = [one["id"] for one in api.get("/members").json()["results"] if one["role"] == "agent"]
    chats = [one["id"] for one in api.get("/conversations", limit=60).json()["results"]]
    for _ in range(count):
        chat = dice.choice(chats)
        if dice.random() < 0.2:
            answer = api.call(dice.choice(["POST", "DELETE"]), f"/conversations/{chat}/resolution", {})
        else:
            answer = api.post(f"/conversations/{chat}/assignment", {"member": dice.choice([*members, None])})
        assert answer.status < 500, answer.body
        time.sleep(dice.uniform(0, 0.05))


async def _settle(copy: Copy, screens: Sequence[Screen]) -> None:
    """Wait until every screen knows everything that there is."""
    [(head,)] = copy.sql(
        "SELECT max(e.seq) FROM core_event e JOIN core_organization o ON o.id = e.organization_id WHERE o.slug = %s",
        SLUG,
    )
    await _until(lambda: all((screen.position or 0) >= head for screen in screens), "all to catch up")


async def _until(condition: Callable[[], object], what: str) -> None:
    await asyncio.to_thread(wait_for, condition, what, PATIENCE_SECONDS)


def _judge(trial: Trial, copy: Copy, screens: Sequence[Screen]) -> None:
    rows = copy.sql(
        "SELECT e.seq FROM core_event e JOIN core_organization o ON o.id = e.organization_id "
        "WHERE o.slug = %s AND e.audience->>'kind' = 'conversation' AND e.type <> 'conversation.removed'",
        SLUG,
    )
    numbers = [seq for (seq,) in rows]
    fresh = {id(screen): screen.fresh() for screen in screens[:5]}
    for place, screen in enumerate(screens):
        known = fresh[id(screens[place % 5])]
        trial.hold("screens that differ from a fresh one", differences(screen.shown, known))
        trial.hold("events doubled or out of order", screen.disordered)
        if screen.sees_all:
            expected = {seq for seq in numbers if screen.began < seq <= (screen.position or 0)}
            trial.hold("events lost", [f"{seq} by screen {place}" for seq in expected - screen.seen])


def _memory_bytes(web: SecondWeb) -> int:
    with open(f"/proc/{web.pid}/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")

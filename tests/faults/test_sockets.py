"""Many sockets that are cut, miss much, read nothing or acknowledge nothing, behind a layer that loses messages."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from contextlib import ExitStack, asynccontextmanager, suppress
from statistics import median

import pytest

from inbox.realtime.history import PAGES_KEPT
from inbox.realtime.limits import HEARTBEAT_SECONDS, OUTSTANDING_BYTES, PAGE_BYTES, REPLAY_WINDOW_BYTES
from tests.calls import Api, sign_in
from tests.copy import Copy, wait_for
from tests.faults.dumb import Dumb, dumb_clients
from tests.faults.intake import is_taken_in
from tests.faults.memory import peak_bytes, reset_peak
from tests.faults.meta import Meta, in_groups, said
from tests.faults.screens import SLUG, Screen, differences
from tests.faults.trials import LOSSES, Trial, scale
from tests.faults.webs import SecondWeb, second_web
from tests.simulated import Phones

SEES_ALL = ("ana@aurora.example", "marta@aurora.example")
AGENTS = ("beto@aurora.example", "diana@aurora.example")
KINDS = len(SEES_ALL) + len(AGENTS) + 1
LOSSY = {"DJANGO_SETTINGS_MODULE": "tests.faults.lossy"}
RESYNC = 4410
PATIENCE_SECONDS = 300.0
CUT_EVERY_SECONDS = 0.25
# Each rings, so that a layer which loses a fifth is sure to lose some.
LEAST_MOVES = 60
# So much at once; then everyone has to have heard of it.
ROUND = 300
# What may be under way to each, and for one that does not take it the copies on the way to the system.
OPEN_BYTES = REPLAY_WINDOW_BYTES + PAGE_BYTES
SILENT_BYTES = 2 * OPEN_BYTES
# What it keeps for those who come back: pages, of which each event is there as row and as text, and once more in the
# frames of each of three views.
SHARED_BYTES = PAGES_KEPT * PAGE_BYTES * (2 + 3)
# What Python does not give back at once.
MARGIN_BYTES = 16 * 1024 * 1024


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

    async def pour(number: int, listeners: Sequence[Screen]) -> None:
        for begin in range(0, number, ROUND):
            await asyncio.to_thread(write, min(ROUND, number - begin))
            await _settle(copy, listeners)

    with ExitStack() as stack:
        losses = [copy.folder / f"losses-{trial.seed}-{number}" for number in range(2)]
        webs = [stack.enter_context(second_web(copy, **LOSSY, **{LOSSES: str(file)})) for file in losses]
        screens = _screens(copy, webs, trial.dice, count)
        running = [asyncio.create_task(screen.run()) for screen in screens]
        await _until(lambda: all(screen.position is not None for screen in screens), "all to be there")
        # They come in the order of their kinds, so that each kind is among them as often as any other.
        away = screens[: max(KINDS, count // 10)]
        others = screens[len(away) :]
        memory = Memory(webs)
        async with _cutting(others, trial.dice, max(1, count // 20)):
            await pour(max(len(people), missed // 5), screens)
            memory.look("calm")
            dumb = stack.enter_context(
                dumb_clients([web.port for web in webs], {"Authorization": f"Bearer {key}"}, silent)
            )
            assert dumb.held() == silent, "those who never read are not there"
            hanging_from = time.monotonic()
            left = _leave(away)
            moving = asyncio.create_task(
                asyncio.to_thread(_move, copy, trial.seed, max(LEAST_MOVES, missed // 20))
            )
            await pour(missed, others)
            await moving
            memory.look("while some take nothing")
            head = _head(copy)
        for screen in away:
            screen.come_back()
        await asyncio.to_thread(write, len(people))
        await _settle(copy, screens)
        memory.look("while others come back")
        await _until_let_go(dumb, silent)
        for screen in screens:
            screen.finish()
        await asyncio.gather(*running)
        await asyncio.to_thread(_judge, trial, copy, screens)
        _judge_harm(trial, screens, hanging_from)
        trial.hold(
            "away for fewer events than they should miss",
            [screen.who for screen, position in zip(away, left, strict=True) if head - position < missed],
        )
        trial.hold(
            "told nothing of what they missed",
            [
                screen.who
                for screen, position in zip(away, left, strict=True)
                if not any(position < seq <= head for seq in screen.seen)
            ],
        )
        _judge_dumb(trial, dumb, silent)
        calm = MARGIN_BYTES + SHARED_BYTES + count // len(webs) * OPEN_BYTES
        later = MARGIN_BYTES + SHARED_BYTES + -(-silent // len(webs)) * SILENT_BYTES
        trial.hold("web processes over their memory", memory.over(calm, later))
    lost = [file.stat().st_size if file.exists() else 0 for file in losses]
    trial.hold(
        "layers that lost nothing", [web.port for web, number in zip(webs, lost, strict=True) if not number]
    )
    trial.size = (
        f"{count} sockets of 4 people and a key at two web processes, {missed} events missed by {len(away)}, "
        f"{len(away) // KINDS} of each kind or more"
    )
    trial.injected = (
        f"{sum(screen.connections for screen in screens) - count} reconnects, "
        f"{' and '.join(map(str, lost))} messages of the channel layer lost, a fifth of all, "
        f"{silent} that never read, {silent} that never acknowledge"
    )
    trial.remark(memory.told())
    trial.verdict()


class Memory:
    """What the web processes use at most, stretch by stretch."""

    def __init__(self, webs: Sequence[SecondWeb]) -> None:
        self._webs = webs
        self._began = [reset_peak(web.pid) for web in webs]
        self._peaks: dict[str, list[int]] = {}

    def look(self, stretch: str) -> None:
        """End a stretch."""
        self._peaks[stretch] = [peak_bytes(web.pid) for web in self._webs]
        for web in self._webs:
            reset_peak(web.pid)

    def over(self, first: int, later: int) -> list[str]:
        """Where a process grew too much: `first` from the beginning in the first stretch, `later` above its peak."""
        found, base, most = [], self._began, first
        for stretch, peaks in self._peaks.items():
            grown = [peak - before for peak, before in zip(peaks, base, strict=True)]
            found += [f"{one / 2**20:.0f} MB {stretch}" for one in grown if one > most]
            if base is self._began:
                base, most = peaks, later
        return found

    def told(self) -> str:
        grown = (
            f"{stretch} "
            + ", ".join(
                f"{(peak - began) / 2**20:.0f} MB" for peak, began in zip(peaks, self._began, strict=True)
            )
            for stretch, peaks in self._peaks.items()
        )
        return f"memory grew at its peak by {'; '.join(grown)}"


@asynccontextmanager
async def _cutting(screens: Sequence[Screen], dice: random.Random, number: int) -> AsyncIterator[None]:
    """Cut some connections, ever others, while the block lasts."""
    dice = random.Random(dice.random())

    async def cut() -> None:
        while True:
            await asyncio.sleep(CUT_EVERY_SECONDS)
            for screen in dice.sample(screens, number):
                screen.cut()

    task = asyncio.create_task(cut())
    try:
        yield
    finally:
        task.cancel()


def _leave(screens: Iterable[Screen]) -> list[int]:
    """Let them be away; gives the number that each has reached."""
    positions = []
    for screen in screens:
        screen.leave()
        positions.append(screen.position or 0)
    return positions


def _screens(copy: Copy, webs: Sequence[SecondWeb], dice: random.Random, count: int) -> list[Screen]:
    """Screens of everyone in turn."""
    kinds: list[tuple[str, list[tuple[int, Api]], bool]] = []
    for email in (*SEES_ALL, *AGENTS):
        password = copy.password(email)
        doors = [(web.port, sign_in(web.url, email, password, SLUG)) for web in webs]
        kinds.append((email.partition("@")[0], doors, email in SEES_ALL))
    key = copy.organization()["api_key"]
    kinds.append(("key", [(web.port, Api.by_key(web.url, key)) for web in webs], True))
    found = []
    for number in range(count):
        who, doors, sees_all = kinds[number % KINDS]
        dice_of_one = random.Random(dice.random())
        found.append(Screen(f"{who} {number}", doors, sees_all=sees_all, dice=dice_of_one))
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
    """Wait until each of these screens knows everything that there is now."""
    head = await asyncio.to_thread(_head, copy)
    await _until(lambda: all((screen.position or 0) >= head for screen in screens), "all to catch up")


def _head(copy: Copy) -> int:
    [(head,)] = copy.sql(
        "SELECT max(e.seq) FROM core_event e JOIN core_organization o ON o.id = e.organization_id WHERE o.slug = %s",
        SLUG,
    )
    return int(head)


async def _until(condition: Callable[[], object], what: str) -> None:
    await asyncio.to_thread(wait_for, condition, what, PATIENCE_SECONDS)


async def _until_let_go(dumb: Dumb, silent: int) -> None:
    """Wait for the end of those who take nothing; whoever is still there afterwards is found by the judge."""
    with suppress(AssertionError):
        await _until(
            lambda: len(dumb.fates) == silent and not dumb.held(), "those who take nothing to be let go"
        )


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


def _judge_harm(trial: Trial, screens: Sequence[Screen], hanging_from: float) -> None:
    """Hold that nobody who acknowledges was closed, told to load anew or kept waiting because of those who do not."""
    trial.hold("told to load anew", [reason for screen in screens for reason in screen.resyncs])
    trial.hold("closed without a reason", [how for screen in screens for how in screen.closes])
    delays = [delay for screen in screens for delay in screen.delays]
    calm = [seconds for at, seconds in delays if at < hanging_from]
    hanging = [seconds for at, seconds in delays if at >= hanging_from]
    # After so long a silence a client believes that its connection is dead. A short run shares its machine.
    late = HEARTBEAT_SECONDS if scale() is not None else 3 * HEARTBEAT_SECONDS
    trial.hold(
        f"frames more than {late} s late",
        [f"{seconds:.0f} s" for seconds in (*calm, *hanging) if seconds > late],
    )
    trial.remark(
        f"frames came {median(calm):.2f} s late and {max(calm):.2f} s at most while all was calm, "
        f"{median(hanging):.2f} s and {max(hanging):.2f} s at most while some took nothing"
    )


def _judge_dumb(trial: Trial, dumb: Dumb, silent: int) -> None:
    """Hold that those who take nothing were let go as docs/socket.md says, and not given more than anyone is."""
    trial.hold("never acknowledged and not let go", range(silent - len(dumb.fates)))
    trial.hold(
        "never acknowledged and not told to load anew",
        [fate for fate in dumb.fates if (fate.reason, fate.code) != ("overflow", RESYNC)],
    )
    trial.hold(
        "never acknowledged and given too much",
        [fate for fate in dumb.fates if fate.size > OUTSTANDING_BYTES],
    )
    trial.hold("never read and not let go", range(dumb.held()))

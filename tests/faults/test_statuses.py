"""A flood of statuses out of order: nothing steps back, and what is kept in numbers equals what is there."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass

import pytest

from tests.calls import Api
from tests.copy import Copy, wait_for
from tests.faults.answers import Answered, Answers, answers_of
from tests.faults.intake import is_taken_in, wrong_counters
from tests.faults.meta import Json, Meta, in_groups, new_wamid
from tests.faults.steps import ORDER, PROOFS, noting_steps
from tests.faults.traffic import Traffic, conversation_of
from tests.faults.trials import Trial, scale
from tests.simulated import Person, Phones


@dataclass(frozen=True, slots=True)
class Way:
    """What Meta says of one message.

    Attributes:
        first: what is taken in before anything else is said.
        then: what is said in the flood, in any order.
    """

    then: tuple[str, ...]
    first: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        return self.first + self.then

    @property
    def ends(self) -> set[str]:
        """Where the message may stand in the end: `failed` is final, unless delivery was proven before it."""
        reached = [name for name in self.names if name != "failed"]
        furthest = max(reached, key=ORDER.index, default="failed")
        has_proof = furthest in PROOFS
        if "failed" in self.first or ("failed" in self.names and not has_proof):
            return {"failed"}
        if "failed" not in self.names or any(name in PROOFS for name in self.first):
            return {furthest}
        return {"failed", furthest}


WAYS = (
    Way(("sent",)),
    Way(("sent", "delivered")),
    Way(("sent", "delivered", "read")),
    Way(("sent", "delivered", "read", "played")),
    Way(("read",)),
    Way(("sent", "failed")),
    Way(("failed",)),
    Way(("sent", "delivered", "failed")),
    Way(("sent", "delivered", "read", "failed")),
    Way(("sent", "delivered", "read"), first=("failed",)),
    Way(("sent", "failed"), first=("delivered",)),
    Way(("delivered", "failed"), first=("sent", "read")),
    Way(("sent", "delivered", "read", "failed"), first=("sent", "played")),
)
# Of messages whose wamid nobody knows yet, what came first and what came then wait side by side.
EARLY_WAYS = tuple(way for way in WAYS if not way.first)
STATUSES_A_MESSAGE = 20
EARLY_ONE_IN = 5
UNDELIVERABLE = 131026
FOREIGN_SHARE = 0.05
CLIENTS = 6
MOST_IN_A_BODY = 100
OTHER = "ferreteria-el-tornillo"
CHATS = 20

# Answered in so many turns while the statuses come, the last one when all have come.
ANSWERS = 10
HANDS = 3

_MAKE = """
WITH made AS (
    INSERT INTO inbox_message (organization_id, conversation_id, channel_id, direction, type, text, content,
        error_detail, is_late, wa_message_id, status, status_at, occurred_at, created_at)
    SELECT c.organization_id, c.id, c.channel_id, 'outbound', 'text', %s || n, '{}', '', false, wamid,
        CASE WHEN wamid IS NULL THEN 'sending' ELSE 'accepted' END, now(), now(), now()
    FROM unnest(%s::text[]) WITH ORDINALITY AS w (wamid, n)
    JOIN inbox_conversation c ON c.id = (%s::bigint[])[1 + n %% %s]
    RETURNING *
)
INSERT INTO inbox_sendattempt (organization_id, message_id, conversation_id, channel_id, number, lane, state,
    callback_id, wa_message_id, due_at, sending_at, lease_until, finished_at, error_detail, created_at)
SELECT organization_id, id, conversation_id, channel_id, 1, 'interactive', status, gen_random_uuid(),
    wa_message_id, now(), now(), CASE WHEN wa_message_id IS NULL THEN now() + interval '1 day' END,
    CASE WHEN wa_message_id IS NOT NULL THEN now() END, '', now()
FROM made
RETURNING id, message_id, conversation_id
"""


class Watch:
    """Looks again and again whether the kept numbers equal the rows, and whether they move at all."""

    def __init__(self, copy: Copy) -> None:
        self._copy = copy
        self._kept: list[tuple[object, ...]] = []
        self.polls = self.moved = 0
        self.wrong_counters: list[str] = []

    def look(self) -> None:
        self.wrong_counters += wrong_counters(self._copy)
        kept = self._copy.sql(
            "SELECT organization_id, status, assignee_id, count FROM inbox_conversationcounter ORDER BY 1, 2, 3"
        )
        self.moved += kept != self._kept
        self._kept = kept
        self.polls += 1


@pytest.mark.scenario("statuses")
def test_statuses_in_any_order_never_step_back(trial: Trial, copy: Copy, phones: Phones, api: Api) -> None:
    """CHAT-23, BEY-06: shuffled, doubled, early and foreign ones, while chats are opened, closed and handed on."""
    count = trial.part(100_000, short=4_000)
    ours = count // STATUSES_A_MESSAGE
    prefix = f"estado {trial.seed}/"
    people = [phones.person() for _ in range(CHATS)]
    for person in people:
        phones.writes(person, "Hola")
    chats = [conversation_of(api, person) for person in people]
    early = {new_wamid(): trial.dice.choice(EARLY_WAYS) for _ in range(ours // EARLY_ONE_IN)}
    known = {new_wamid(): trial.dice.choice(WAYS) for _ in range(ours - len(early))}
    expected = early | known
    _make_messages(copy, chats, prefix, list(known))
    waiting = _make_waiting(copy, chats, f"{prefix}pronto ", list(early))
    others = _others(copy)
    meta = Meta(copy)
    foreign = _foreign(copy, trial.dice, [*expected, *others], round(count * FOREIGN_SHARE))
    number = meta.channel["phone_number_id"]
    first = [(number, _status(wamid, name)) for wamid, way in known.items() for name in way.first]
    flood = [*_statuses(trial.dice, number, expected, count - len(foreign) - len(first)), *foreign]

    def bodies_of(statuses: list[tuple[str, Json]]) -> list[bytes]:
        trial.dice.shuffle(statuses)
        groups = in_groups(statuses, trial.dice, most=MOST_IN_A_BODY)
        return [
            meta.body([meta.value(number, statuses=[item]) for number, item in group]) for group in groups
        ]

    ahead, bodies = bodies_of(first), bodies_of(flood)
    watch = Watch(copy)
    traffic = Traffic(copy, phones, api, trial.seed, has_deaths=False)
    traffic.open_chats(4)
    with ExitStack() as stack:
        steps = stack.enter_context(noting_steps(copy))
        answers = stack.enter_context(answers_of(copy))
        pool = stack.enter_context(ThreadPoolExecutor(4 + HANDS))
        over = threading.Event()
        stack.callback(over.set)
        meta.deliver_all(ahead, trial.seed, clients=CLIENTS)
        wait_for(lambda: is_taken_in(copy), "what is said first to be taken in", 600)
        phones.control("timeline", {"early": True, "order": "shuffled", "copies": 3})
        posting = pool.submit(meta.deliver_all, bodies, trial.seed, clients=CLIENTS)
        replying = pool.submit(
            traffic.run, replies=trial.part(400, short=40), inbound=0, clients=4, seconds=0
        )

        def wait_for_share(share: float) -> None:
            wanted = len(ahead) + share * len(bodies)
            wait_for(lambda: posting.done() or meta.answers[200] >= wanted, "the statuses to be posted", 600)

        answering = pool.submit(_answer, answers, waiting, wait_for_share)
        hands = [
            Hands(phones, api, f"{trial.seed}/{n}", people[n::HANDS], chats[n::HANDS]) for n in range(HANDS)
        ]
        moving = [pool.submit(one.move, over) for one in hands]
        works = (posting, replying, answering)
        while not (all(work.done() for work in works) and is_taken_in(copy)):
            watch.look()
            time.sleep(0.2)
        over.set()
        for work in (*works, *moving):
            work.result()
        phones.control("timeline", {"early": False, "order": "forward", "copies": 1})
        wait_for(lambda: is_taken_in(copy), "all to be taken in", 600)
        watch.look()
        trial.hold_all(traffic.findings())
        trial.hold("steps back", steps.wrong())
        step_count, parked = steps.count(), steps.parked(list(early))
    trial.hold("counters that differ from the rows", watch.wrong_counters)
    # A short run may be looked at seldom.
    least = watch.polls / 2 if scale() is not None else 1
    trial.hold("polls too few between which the counters moved", [watch.moved] if watch.moved < least else [])
    trial.hold("not where they belong", _misplaced(copy, expected))
    trial.hold("early statuses still waiting", _still_parked(copy, list(early)))
    trial.hold("early messages of which no status came early", [] if parked else early)
    trial.hold(
        "of strangers that moved",
        [wamid for wamid, status in _others(copy).items() if others[wamid] != status],
    )
    trial.hold("answers other than 200", [status for status in meta.answers if status != 200])
    trial.size = (
        f"{len(first) + len(flood)} statuses of {ours} messages in {len(ahead) + len(bodies)} bodies "
        f"of 1 to {MOST_IN_A_BODY}"
    )
    failing = sum("failed" in way.names and len(way.names) > 1 for way in expected.values())
    trial.injected = (
        f"shuffled and doubled, {failing} messages with `failed` beside others, {len(foreign)} of strangers and of "
        f"another organisation's number; {len(early)} messages whose wamids come under way, {parked} of their statuses "
        f"before; {len(traffic.replied)} replies whose statuses come before the answer, shuffled, three times; "
        f"{sum(one.moves for one in hands)} closings, openings and assignments"
    )
    trial.remark(f"{step_count} steps; the counters moved between {watch.moved} of {watch.polls} polls")
    trial.verdict()


def _make_messages(
    copy: Copy, chats: list[int], prefix: str, wamids: Sequence[str | None]
) -> list[tuple[int, ...]]:
    """Messages spread over the chats of which nothing is known but that Meta has accepted them.

    Those without a wamid are under way; Meta may have them, and nobody has heard so yet.

    Returns:
        Of each the attempt, the message and the conversation.
    """
    return copy.sql(_MAKE, prefix, wamids, chats, len(chats))


def _make_waiting(copy: Copy, chats: list[int], prefix: str, wamids: list[str]) -> list[Answered]:
    made = _make_messages(copy, chats, prefix, [None] * len(wamids))
    return [
        Answered(attempt, message, conversation, wamid)
        for (attempt, message, conversation), wamid in zip(made, wamids, strict=True)
    ]


def _answer(answers: Answers, waiting: Sequence[Answered], wait_for_share: Callable[[float], None]) -> None:
    """Let Meta's answers to the sends come, some of them after each part of the statuses."""
    for turn in range(ANSWERS):
        wait_for_share((turn + 1) / ANSWERS)
        if batch := waiting[turn::ANSWERS]:
            answers.write(batch)


def _statuses(
    dice: random.Random, number: str, expected: dict[str, Way], count: int
) -> list[tuple[str, Json]]:
    """Every status of every message that is not said ahead, and as many again of any as are wanted."""
    ways = list(expected.items())
    items = [(number, _status(wamid, name)) for wamid, way in ways for name in way.then]
    while len(items) < count:
        wamid, way = dice.choice(ways)
        items.append((number, _status(wamid, dice.choice(way.names))))
    return items


def _foreign(copy: Copy, dice: random.Random, wamids: list[str], count: int) -> list[tuple[str, Json]]:
    """Statuses of messages that nobody knows, and such as come by the number of another organisation."""
    own = copy.organization()["channel"]["phone_number_id"]
    other = copy.organization(OTHER)["channel"]["phone_number_id"]
    strangers = [(own, _status(new_wamid(), "read")) for _ in range(count // 2)]
    return strangers + [
        (other, _status(dice.choice(wamids), "played")) for _ in range(count - len(strangers))
    ]


def _status(wamid: str, name: str) -> Json:
    item: Json = {
        "id": wamid,
        "status": name,
        "timestamp": str(int(time.time())),
        "recipient_id": "573005550101",
    }
    return item | ({"errors": [{"code": UNDELIVERABLE}]} if name == "failed" else {})


def _others(copy: Copy) -> dict[str, str]:
    """The other organisation's messages and how far they are."""
    rows = copy.sql(
        "SELECT m.wa_message_id, m.status FROM inbox_message m JOIN core_organization o ON o.id = m.organization_id "
        "WHERE o.slug = %s AND m.direction = 'outbound' AND m.wa_message_id IS NOT NULL",
        OTHER,
    )
    return dict(rows)


def _misplaced(copy: Copy, expected: dict[str, Way]) -> list[str]:
    query = "SELECT wa_message_id, status, error_code FROM inbox_message WHERE wa_message_id = ANY(%s)"
    found = {wamid: (status, code) for wamid, status, code in copy.sql(query, list(expected))}
    wrong = []
    for wamid, way in expected.items():
        status, code = found.get(wamid, ("missing", None))
        if status not in way.ends:
            wrong.append(f"{wamid} is {status} after {way}")
        # Also kept as a note when the status stays.
        if code != (UNDELIVERABLE if "failed" in way.names else None):
            wrong.append(f"{wamid} has the reason {code} after {way}")
    return wrong


def _still_parked(copy: Copy, wamids: list[str]) -> list[str]:
    query = "SELECT wa_message_id, status FROM inbox_parkedstatus WHERE wa_message_id = ANY(%s)"
    return [f"{status} of {wamid}" for wamid, status in copy.sql(query, wamids)]


class Hands:
    """Someone who closes, reopens and hands on some of the conversations without a pause; nobody else moves these.

    Attributes:
        moves: how many there were.
    """

    def __init__(self, phones: Phones, api: Api, seed: str, people: list[Person], chats: list[int]) -> None:
        self._phones, self._api = phones, api
        self._dice = random.Random(seed)
        self._people = dict(zip(chats, people, strict=True))
        self._closed: set[int] = set()
        self._members = [one["id"] for one in api.get("/members").json()["results"] if one["role"] == "agent"]
        self.moves = 0

    def move(self, over: threading.Event) -> None:
        while not over.is_set():
            self._move(self._dice.choice(list(self._people)))
            self.moves += 1

    def _move(self, chat: int) -> None:
        if chat in self._closed:
            self._closed.discard(chat)
            if self._dice.random() < 0.2:
                self._phones.writes(self._people[chat], "Otra cosa")
                return
            answer = self._api.call("DELETE", f"/conversations/{chat}/resolution", {})
        elif self._dice.random() < 0.5:
            self._closed.add(chat)
            answer = self._api.post(f"/conversations/{chat}/resolution")
        else:
            member = self._dice.choice([*self._members, None])
            answer = self._api.post(f"/conversations/{chat}/assignment", {"member": member})
        assert answer.status == 200, answer.body

"""A flood of statuses out of order: nothing steps back, and what is kept in numbers equals what is there."""

from __future__ import annotations

import random
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.calls import Api
from tests.copy import Copy, wait_for
from tests.faults.intake import is_taken_in, wrong_counters
from tests.faults.meta import Json, Meta, in_groups, new_wamid
from tests.faults.traffic import Traffic, conversation_of
from tests.faults.trials import Trial
from tests.simulated import Person, Phones

# As they follow each other; a message that failed never was more than sent.
WAYS = (
    ("sent",),
    ("sent", "delivered"),
    ("sent", "delivered", "read"),
    ("sent", "delivered", "read", "played"),
    ("read",),
    ("sent", "failed"),
    ("failed",),
)
RANKS = ("accepted", "sent", "failed", "delivered", "read", "played")
STATUSES_A_MESSAGE = 20
UNDELIVERABLE = 131026
FOREIGN_SHARE = 0.05
CLIENTS = 6
MOST_IN_A_BODY = 100
OTHER = "ferreteria-el-tornillo"
CHATS = 20

_MAKE = """
WITH made AS (
    INSERT INTO inbox_message (organization_id, conversation_id, channel_id, direction, type, text, content,
        error_detail, is_late, wa_message_id, status, status_at, occurred_at, created_at)
    SELECT c.organization_id, c.id, c.channel_id, 'outbound', 'text', %s || n, '{}', '', false, wamid, 'accepted',
        now(), now(), now()
    FROM unnest(%s::text[]) WITH ORDINALITY AS w (wamid, n)
    JOIN inbox_conversation c ON c.id = (%s::bigint[])[1 + n %% %s]
    RETURNING *
)
INSERT INTO inbox_sendattempt (organization_id, message_id, conversation_id, channel_id, number, lane, state,
    callback_id, wa_message_id, due_at, finished_at, error_detail, created_at)
SELECT organization_id, id, conversation_id, channel_id, 1, 'interactive', 'accepted', gen_random_uuid(),
    wa_message_id, now(), now(), '', now()
FROM made
"""


class Watch:
    """Looks again and again at the messages, and remembers how far each has been."""

    def __init__(self, copy: Copy, prefix: str) -> None:
        self._copy, self._prefix = copy, prefix
        self._seen: dict[int, int] = {}
        self.polls = 0
        self.steps_back: list[str] = []
        self.wrong_counters: list[str] = []

    def look(self) -> None:
        query = "SELECT id, status FROM inbox_message WHERE text LIKE %s"
        for number, status in self._copy.sql(query, f"{self._prefix}%"):
            rank = RANKS.index(status) if status in RANKS else -1
            before = self._seen.get(number, -1)
            if rank < before:
                self.steps_back.append(f"message {number} from {RANKS[before]} to {status}")
            self._seen[number] = max(rank, before)
        self.wrong_counters += wrong_counters(self._copy)
        self.polls += 1


@pytest.mark.scenario("statuses")
def test_statuses_in_any_order_never_step_back(trial: Trial, copy: Copy, phones: Phones, api: Api) -> None:
    """CHAT-23, BEY-06: shuffled, doubled, early and foreign ones, while chats are opened and closed."""
    count = trial.part(100_000, short=4_000)
    ours = count // STATUSES_A_MESSAGE
    prefix = f"estado {trial.seed}/"
    people = [phones.person() for _ in range(CHATS)]
    for person in people:
        phones.writes(person, "Hola")
    chats = [conversation_of(api, person) for person in people]
    expected: dict[str, tuple[str, ...]] = {new_wamid(): trial.dice.choice(WAYS) for _ in range(ours)}
    _make_messages(copy, chats, prefix, list(expected))
    others = _others(copy)
    meta = Meta(copy)
    foreign = _foreign(copy, trial.dice, [*expected, *others], round(count * FOREIGN_SHARE))
    statuses = [*_statuses(trial.dice, meta, expected, count - len(foreign)), *foreign]
    trial.dice.shuffle(statuses)
    groups = in_groups(statuses, trial.dice, most=MOST_IN_A_BODY)
    bodies = [meta.body([meta.value(number, statuses=[item]) for number, item in group]) for group in groups]

    watch = Watch(copy, prefix)
    traffic = Traffic(copy, phones, api, trial.seed, has_deaths=False)
    traffic.open_chats(4)
    phones.control("timeline", {"early": True, "order": "shuffled", "copies": 3})
    with ThreadPoolExecutor(3) as pool:
        posting = pool.submit(meta.deliver_all, bodies, trial.seed, clients=CLIENTS)
        replying = pool.submit(
            traffic.run, replies=trial.part(400, short=40), inbound=0, clients=4, seconds=0
        )
        closing = pool.submit(
            _close_and_write, trial.dice, phones, api, list(zip(people, chats, strict=True))
        )
        while not (posting.done() and replying.done() and closing.done() and is_taken_in(copy)):
            watch.look()
            time.sleep(0.2)
        for work in (posting, replying, closing):
            work.result()
    phones.control("timeline", {"early": False, "order": "forward", "copies": 1})
    wait_for(lambda: is_taken_in(copy), "all to be taken in", 600)
    watch.look()
    trial.hold_all(traffic.findings())
    trial.hold("steps back", watch.steps_back)
    trial.hold("counters that differ from the rows", watch.wrong_counters)
    trial.hold("not where they belong", _misplaced(copy, expected))
    trial.hold(
        "of strangers that moved",
        [wamid for wamid, status in _others(copy).items() if others[wamid] != status],
    )
    trial.hold("answers other than 200", [status for status in meta.answers if status != 200])
    trial.size = (
        f"{len(statuses)} statuses of {ours} messages in {len(bodies)} bodies of 1 to {MOST_IN_A_BODY}"
    )
    trial.injected = (
        f"shuffled and doubled, {len(foreign)} of strangers and of another organisation's number; "
        f"{len(traffic.replied)} replies whose statuses come before the answer, shuffled, three times"
    )
    trial.remark(f"{watch.polls} polls")
    trial.verdict()


def _make_messages(copy: Copy, chats: list[int], prefix: str, wamids: list[str]) -> None:
    """Messages that Meta has accepted, and of which nothing more is known, spread over the chats."""
    copy.sql(_MAKE, prefix, wamids, chats, len(chats))


def _statuses(
    dice: random.Random, meta: Meta, expected: dict[str, tuple[str, ...]], count: int
) -> list[tuple[str, Json]]:
    """Every status of every message, and as many again of any as are wanted."""
    number = meta.channel["phone_number_id"]
    steps = list(expected.items())
    items = [(number, _status(wamid, name)) for wamid, way in steps for name in way]
    while len(items) < count:
        wamid, way = dice.choice(steps)
        items.append((number, _status(wamid, dice.choice(way))))
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


def _misplaced(copy: Copy, expected: dict[str, tuple[str, ...]]) -> list[str]:
    query = "SELECT wa_message_id, status FROM inbox_message WHERE wa_message_id = ANY(%s)"
    found = dict(copy.sql(query, list(expected)))
    highest = {wamid: max(way, key=RANKS.index) for wamid, way in expected.items()}
    return [
        f"{wamid} is {found[wamid]}, not {name}" for wamid, name in highest.items() if found[wamid] != name
    ]


def _close_and_write(dice: random.Random, phones: Phones, api: Api, chats: list[tuple[Person, int]]) -> None:
    """Let conversations move between open and closed meanwhile."""
    for person, chat in chats:
        assert api.post(f"/conversations/{chat}/resolution").status == 200
        if dice.random() < 0.5:
            phones.writes(person, "Otra cosa")

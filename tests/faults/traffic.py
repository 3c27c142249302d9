"""Clients who write and customers who write while things break, and the judgement afterwards."""

from __future__ import annotations

import itertools
import random
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from tests.calls import Api, Broken
from tests.copy import Copy, wait_for
from tests.faults.killing import deal
from tests.simulated import Person, Phones

ARRIVED = ("sent", "delivered", "read")
LEASE_SECONDS = 45
PATIENCE_SECONDS = 300.0
# What `inbox.sending.recovery` writes down for a call that a sender left under way.
STOPPED = "the sender stopped during the call"

_runs = itertools.count()


@dataclass(frozen=True, slots=True)
class Unsent:
    """A reply that Meta never took and that says «sin confirmar», and what its last attempt tells of that.

    Attributes:
        reason: in the words of the attempt, "" if it gives none.
        sending_at: when its sender was about to call; all that it took at once have the same moment.
        finished_at: when the outcome was noted, None if somebody else found it abandoned.
    """

    text: str
    attempt: int
    state: str
    reason: str
    sending_at: datetime | None
    finished_at: datetime | None

    @property
    def was_stopped(self) -> bool:
        """Whether its sender left it under way, and somebody else found it."""
        return (self.state, self.reason, self.finished_at) == ("unknown", STOPPED, None)

    def was_under_way(self, moments: Iterable[datetime], *, before_seconds: float) -> bool:
        """Whether its call was under way at one of the moments, or begun so shortly after it."""
        if self.sending_at is None or self.finished_at is None:
            return False
        begun = self.sending_at - timedelta(seconds=before_seconds)
        return any(begun <= moment <= self.finished_at for moment in moments)


Excuse = Callable[[Unsent], bool]


def _nothing(unsent: Unsent) -> bool:
    """Where nobody dies and no answer lies, each call tells how it ended."""
    return False


@dataclass
class Traffic:
    """What was promised: replies that got a 201, customers' messages that Meta took.

    Attributes:
        has_deaths: whether senders died meanwhile; then nobody waits for the end of their leases.
        asked: the text of each reply that somebody has begun to post.
        replied: the text of each reply that was taken, and the number of its message.
        written: the text of each message that Meta took, and who wrote it.
        last_reply_at: when the last reply was taken.
        unconfirmed: after `findings`, the replies that Meta did not take and that say «sin confirmar».
    """

    copy: Copy
    phones: Phones
    api: Api
    seed: int
    has_deaths: bool = True
    asked: list[str] = field(default_factory=list)
    replied: dict[str, int] = field(default_factory=dict)
    written: dict[str, Person] = field(default_factory=dict)
    last_reply_at: datetime | None = None
    unconfirmed: list[Unsent] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._chats: list[tuple[Person, int]] = []
        # Several runs may have the same seed and one ledger.
        self._mark = f"{self.seed}.{next(_runs)}"

    def open_chats(self, count: int) -> None:
        """Let some customers write, so that they can be answered."""
        people = [self.phones.person() for _ in range(count)]
        for person in people:
            self.phones.writes(person, f"Hola {self.seed}")
        for person in people:
            self._chats.append((person, conversation_of(self.api, person)))

    def run(
        self,
        *,
        replies: int,
        inbound: int,
        clients: int,
        seconds: float,
        until: Callable[[], bool] = lambda: True,
    ) -> None:
        """Write from all sides, whatever fails meanwhile: so much over about so many seconds, and on until `until`."""
        with ThreadPoolExecutor(2 * clients) as pool:
            works = []
            for kind, total in ((self._reply, replies), (self._write, inbound)):
                for client, count in deal(total, range(clients)).items():
                    dice = random.Random(f"{self.seed}/{kind.__name__}/{client}")
                    pace = Pace(count, seconds, until, dice)
                    works.append(pool.submit(kind, client, pace, dice))
            for work in works:
                work.result()

    def waiting(self, texts: list[str]) -> list[str]:
        """Which of these replies have not arrived: nobody took them, their attempt is open, or no status has come."""
        # First: what is taken meanwhile is not among the rows yet.
        untaken = [text for text in texts if text not in self.replied]
        rows = self.copy.sql(
            "SELECT text FROM inbox_message m WHERE direction = 'outbound' AND text = ANY(%s) "
            "AND (status <> ALL(%s) OR EXISTS (SELECT 1 FROM inbox_sendattempt a WHERE a.message_id = m.id "
            "AND a.state IN ('pending', 'claimed', 'sending')))",
            texts,
            list(ARRIVED),
        )
        return untaken + [text for (text,) in rows]

    def judge(self, excuse: Excuse = _nothing) -> None:
        """Wait until all has settled; what was promised has to hold."""
        assert {what: found for what, found in self.findings(excuse).items() if found} == {}

    def findings(self, excuse: Excuse = _nothing) -> dict[str, list[str]]:
        """Wait until all has settled, and hold what was promised against the ledger and the database.

        Args:
            excuse: whether it is known why a reply that Meta never took could not be told of as sent or failed.

        Returns:
            For each thing that must not happen, the texts of the messages that it happened to.
        """
        self._settle()
        left = Counter(entry["text"] for entry in self.phones.ledger())
        rows = self._outbound()
        statuses = {text: status for text, (_, status) in rows.items()}
        never_left = [text for text in rows if not left[text]]
        self.unconfirmed = self._unsent([text for text in never_left if statuses[text] == "unknown"])
        taken = Counter(self._inbound())
        return {
            "sent twice": [text for text in rows if left[text] > 1],
            "acknowledged and lost": [
                text for text, number in self.replied.items() if text not in rows or rows[text][0] != number
            ],
            "sent and not shown so": [
                f"{text} is {status}"
                for text, status in statuses.items()
                if left[text] and status not in ARRIVED
            ],
            "not sent and not shown so": [
                f"{text} is {statuses[text]}" for text in never_left if statuses[text] != "unknown"
            ],
            "unconfirmed without a cause": [
                f"{one.text}: {one.reason or 'no reason'}" for one in self.unconfirmed if not excuse(one)
            ],
            "received and missing": [text for text in self.written if not taken[text]],
            "taken in twice": [text for text, count in taken.items() if count > 1],
            **self._wrong_events(),
        }

    def _settle(self) -> None:
        """Wait for the last status."""
        [(started,)] = self.copy.sql("SELECT now()")
        self.phones.wait_idle()

        def is_settled() -> bool:
            if self.has_deaths:
                self._end_leases(started)
            return not self._unsettled()

        try:
            wait_for(is_settled, "the last attempt and the last webhook", PATIENCE_SECONDS)
        except AssertionError as error:
            raise AssertionError(f"{error}: {self._unsettled()}") from None
        self.phones.wait_idle()

        def is_confirmed() -> bool:
            sent = {entry["text"] for entry in self.phones.ledger()}
            return all(status in ARRIVED for text, (_, status) in self._outbound().items() if text in sent)

        wait_for(is_confirmed, "the statuses of what has left")

    def _unsettled(self) -> list[tuple[object, ...]]:
        """Some of what is under way: attempts, webhooks to be read, messages without a status of Meta."""
        return self.copy.sql(
            "(SELECT 'attempt', id, state, number, due_at, lease_until, now() FROM inbox_sendattempt "
            "WHERE state IN ('pending', 'claimed', 'sending') LIMIT 5) UNION ALL "
            "(SELECT 'webhook', id, state, 0, received_at, NULL, now() FROM integrations_inbounddelivery "
            "WHERE state = 'pending' LIMIT 5) UNION ALL "
            "(SELECT 'message', id, status, 0, status_at, NULL, now() FROM inbox_message "
            "WHERE status = 'accepted' LIMIT 5)"
        )

    def _end_leases(self, started: datetime) -> None:
        """Let the leases of senders that died run out at once, and those of nobody who took one later."""
        self.copy.sql(
            "UPDATE inbox_sendattempt SET lease_until = now() WHERE state IN ('claimed', 'sending') "
            "AND lease_until < %s + %s * interval '1 second'",
            started,
            LEASE_SECONDS,
        )

    def _unsent(self, texts: list[str]) -> list[Unsent]:
        rows = self.copy.sql(
            "SELECT DISTINCT ON (m.id) m.text, coalesce(a.id, 0), coalesce(a.state, ''), coalesce(a.error_detail, ''), "
            "a.sending_at, a.finished_at FROM inbox_message m LEFT JOIN inbox_sendattempt a ON a.message_id = m.id "
            "WHERE m.direction = 'outbound' AND m.text = ANY(%s) ORDER BY m.id, a.number DESC",
            texts,
        )
        return [Unsent(*row) for row in rows]

    def _outbound(self) -> dict[str, tuple[int, str]]:
        rows = self.copy.sql(
            "SELECT text, id, status FROM inbox_message WHERE direction = 'outbound' AND text LIKE %s",
            f"{self._prefix('respuesta')}%",
        )
        assert len({row[0] for row in rows}) == len(rows), "one order made two messages"
        return {text: (number, status) for text, number, status in rows}

    def _inbound(self) -> list[str]:
        query = "SELECT text FROM inbox_message WHERE direction = 'inbound' AND text LIKE %s"
        return [text for (text,) in self.copy.sql(query, f"{self._prefix('pregunta')}%")]

    def _wrong_events(self) -> dict[str, list[str]]:
        query = "SELECT organization_id, count(*), max(seq) - min(seq) + 1 FROM core_event GROUP BY 1"
        gaps = [f"organisation {number}" for number, count, span in self.copy.sql(query) if count != span]
        query = """SELECT data::jsonb->'message'->>'text' FROM core_event
            WHERE type IN ('message.received', 'message.created')"""
        told = Counter(text for (text,) in self.copy.sql(query))
        wrong = [f"{text}: {told[text]}" for text in [*self.replied, *self._inbound()] if told[text] != 1]
        return {"gaps in the events": gaps, "told of not once": wrong}

    def _reply(self, client: int, pace: Pace, dice: random.Random) -> None:
        for number in pace:
            text = f"{self._prefix('respuesta')}{client}/{number}"
            conversation = dice.choice(self._chats)[1]
            self.asked.append(text)
            self.replied[text] = post_until_taken(self.api, conversation, text)
            self.last_reply_at = datetime.now(UTC)

    def _write(self, client: int, pace: Pace, dice: random.Random) -> None:
        for number in pace:
            person, _ = dice.choice(self._chats)
            text = f"{self._prefix('pregunta')}{client}/{number}"
            try:
                self.phones.order({"from": person.phone, "text": text})
                self.written[text] = person
            except Broken:
                # The simulator died under it: Meta may have taken it or not, nobody was promised anything.
                time.sleep(0.2)

    def _prefix(self, word: str) -> str:
        return f"{word} {self._mark}/"


class Pace:
    """The numbers of what one client writes, each when it is time for it."""

    def __init__(self, count: int, seconds: float, until: Callable[[], bool], dice: random.Random) -> None:
        self._count, self._until, self._dice = count, until, dice
        self._rest_seconds = seconds / max(count, 1)

    def __iter__(self) -> Iterator[int]:
        # Whoever was to write nothing has no pace to go on at.
        for number in itertools.count() if self._count else ():
            if number >= self._count and self._until():
                return
            yield number
            time.sleep(self._dice.uniform(0, 2 * self._rest_seconds))


def post_until_taken(api: Api, conversation: int, text: str) -> int:
    """Send a reply as a good client does: the same order under the same key until there is an answer."""
    key = str(uuid.uuid4())
    body = {"type": "text", "text": text, "client_id": key}
    deadline = time.monotonic() + PATIENCE_SECONDS
    while True:
        assert time.monotonic() < deadline, f"nobody took “{text}”"
        try:
            answer = api.post(f"/conversations/{conversation}/messages", body, key=key)
        except Broken:
            time.sleep(0.2)
            continue
        if answer.status == 201:
            return int(answer.json()["id"])
        assert answer.status in (429, 503), answer.body
        time.sleep(0.3)


def slow_down(phones: Phones, seed: int) -> None:
    """Let calls of the Graph API take a while before and after accepting, so that whoever ends meets some of them.

    After accepting, Meta's status may settle the attempt before the answer comes.
    """
    for number, when in enumerate(("before_accept", "after_accept")):
        phones.fault(kind="delay", when=when, seconds=1, probability=0.4, seed=seed + number)


def conversation_of(api: Api, person: Person) -> int:
    """The number of a customer's conversation, once it is there."""
    found: list[int] = []

    def is_there() -> bool:
        results = api.get("/conversations", q=person.phone).json()["results"]
        found[:] = [one["id"] for one in results]
        return bool(found)

    wait_for(is_there, "the conversation to be there")
    return found[0]

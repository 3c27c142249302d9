"""Meta's side of the webhook, for bodies that the simulator would never write: grouped, repeated, broken at will."""

from __future__ import annotations

import hashlib
import hmac
import json
import random
import threading
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar
from urllib.parse import urlsplit

from tests.calls import Broken, call
from tests.copy import Copy
from tests.simulated import Person

Json = dict[str, Any]
Item = TypeVar("Item")
FIRST_WAIT_SECONDS, LONGEST_WAIT_SECONDS = 0.5, 10.0
POST_SECONDS = 20.0
MOST_IN_A_GROUP = 40
# Of the ids; each test throws its own (`ids_from`).
_dice = random.Random()


class Meta:
    """Signs bodies with the app secret of an organisation and posts them to its web processes in turn.

    Attributes:
        answers: how often each status came; 0 counts connections that broke.
    """

    def __init__(self, copy: Copy, *, ports: Sequence[int] = (), slug: str = "tienda-aurora") -> None:
        self.channel: Json = copy.organization(slug)["channel"]
        self._path = urlsplit(self.channel["webhook_url"]).path
        self._ports = ports or (copy.port,)
        self._lock = threading.Lock()
        self.answers: Counter[int] = Counter()

    def body(self, values: Iterable[Json]) -> bytes:
        """One webhook with these `value` objects of changes."""
        return self.body_of([{"field": "messages", "value": value} for value in values])

    def body_of(self, changes: Sequence[Any]) -> bytes:
        """One webhook with these changes, in the escaped form in which Meta signs."""
        entry = {"id": self.channel["waba_id"], "changes": changes}
        return json.dumps({"object": "whatsapp_business_account", "entry": [entry]}).encode()

    def value(self, phone_number_id: str = "", /, **lists: Any) -> Json:
        """The `value` of a change that has these lists; of our own number unless another is given."""
        metadata = {
            "display_phone_number": "573005550190",
            "phone_number_id": phone_number_id or self.channel["phone_number_id"],
        }
        return {"messaging_product": "whatsapp", "metadata": metadata, **lists}

    def messages(self, items: Sequence[tuple[Person, Json]]) -> Json:
        """The `value` that brings these customers' messages."""
        people = dict.fromkeys(person for person, _ in items)
        contacts = [{"profile": {"name": person.name}, "wa_id": person.phone} for person in people]
        return self.value(contacts=contacts, messages=[message for _, message in items])

    def post(self, body: bytes, port: int | None = None) -> int:
        """Post once; 0 when no whole answer came."""
        digest = hmac.new(self.channel["app_secret"].encode(), body, hashlib.sha256).hexdigest()
        headers = {"Content-Type": "application/json", "X-Hub-Signature-256": f"sha256={digest}"}
        address = f"http://127.0.0.1:{port or self._ports[0]}{self._path}"
        try:
            status = call("POST", address, body, headers=headers, seconds=POST_SECONDS).status
        except Broken:
            status = 0
        with self._lock:
            self.answers[status] += 1
        return status

    def deliver(self, body: bytes, dice: random.Random) -> None:
        """Post until a 200 comes, as Meta does: after each failure the wait grows."""
        wait = FIRST_WAIT_SECONDS
        while self.post(body, dice.choice(self._ports)) != 200:
            time.sleep(dice.uniform(0.5, 1) * wait)
            wait = min(2 * wait, LONGEST_WAIT_SECONDS)

    def deliver_all(self, bodies: Sequence[bytes], seed: int, *, clients: int = 8, rest: float = 0.0) -> None:
        """Deliver the bodies over several connections at once, with pauses of `rest` seconds on average."""

        def work(place: int) -> None:
            dice = random.Random(f"{seed}/{place}")
            for body in bodies[place::clients]:
                self.deliver(body, dice)
                if rest:
                    time.sleep(dice.uniform(0, 2 * rest))

        with ThreadPoolExecutor(clients) as pool:
            for done in [pool.submit(work, place) for place in range(clients)]:
                done.result()

    def told(self) -> str:
        """What the answers were, in words."""
        named = {0: "broken connections"}
        return ", ".join(
            f"{count} × {named.get(status, status)}" for status, count in self.answers.most_common()
        )


def ids_from(seed: str) -> None:
    """Let the ids that come from now on follow from the seed; two tests with the same one would share their ids."""
    _dice.seed(seed)


def new_wamid() -> str:
    return f"wamid.{_dice.getrandbits(128):032X}"


def said(person: Person, text: str, **fields: Any) -> Json:
    """A text of a customer, as Meta writes it."""
    return {
        "from": person.phone,
        "id": new_wamid(),
        "timestamp": str(int(time.time())),
        "type": "text",
        "text": {"body": text},
        **fields,
    }


def in_groups(
    items: Sequence[Item], dice: random.Random, *, most: int = MOST_IN_A_GROUP
) -> Iterator[list[Item]]:
    """Divide into groups of random sizes from 1 to `most`."""
    place = 0
    while place < len(items):
        size = dice.randint(1, most)
        yield list(items[place : place + size])
        place += size

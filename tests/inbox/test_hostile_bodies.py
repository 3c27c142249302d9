"""Recorded bodies with something hostile in one place, taken in beside good ones: all is kept, told and harmless."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from core.tenancy import tenant_scope
from inbox import intake
from inbox.models import Message
from integrations.models import DeliveryState, InboundDelivery, InboundProblem
from tests.api.client import Caller
from tests.conftest import Cast
from tests.inbox.webhooks import NOW, Json, body, events, said, store
from tests.integrations.whatsapp.bodies import WEBHOOKS

pytestmark = pytest.mark.django_db
SEED = 20_261_122
SAMPLES = 8  # of each recorded body
GROUPS = 6
_HERE = "@@here@@"

Path_ = tuple[str | int, ...]

# JSON as it stands in the body, for some of it no encoder would write.
HOSTILE = {
    "null": "null",
    "nan": "NaN",
    "infinity": "-Infinity",
    "beyond floats": "1e400",
    "minus zero": "-0.0",
    "beyond 64 bits": "9223372036854775808",
    "five thousand digits": "9" * 5_000,
    "true": "true",
    "nul": '"a\\u0000b"',
    "lone surrogate": '"\\ud800 y \\udfff"',
    "other controls": '"\\u0001\\u001b[31m\\u202e\\u2066\\ufeff"',
    "long": json.dumps("á" * 70_000),
    "blank": '"  "',
    "markup": '"<script>alert(1)</script>{{7*7}}%s"',
    "empty list": "[]",
    "list of lists": "[[[]]]",
    "empty object": "{}",
    "twice the same key": '{"id":"a","id":"b","":0}',
    "special names": '{"__proto__":{"x":1},"constructor":null,"toString":[]}',
    "deep": "[" * 200 + "]" * 200,
    "deep objects": '{"a":' * 150 + "1" + "}" * 150,
    "many": json.dumps([{"id": str(number)} for number in range(1_500)]),
}


def places(value: Any, path: Path_ = ()) -> Iterator[Path_]:
    """The place of every field and element below a value."""
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, child in pairs:
        yield (*path, step)
        yield from places(child, (*path, step))


def damaged(name: str, document: Json, path: Path_, raw: str, number: int) -> bytes:
    """The body with something hostile in one place, and a good message in an entry of its own behind it."""
    whole = json.loads(json.dumps(document).replace("wamid.", f"wamid.{number}."))
    neighbour = json.loads(body([said(f"vecina {number}", wamid=f"wamid.good.{number}")]))["entry"]
    if isinstance(whole.get("entry"), list):
        whole["entry"] += neighbour
    holder = whole
    for step in path[:-1]:
        holder = holder[step]
    holder[path[-1]] = _HERE
    return json.dumps(whole).replace(json.dumps(_HERE), raw).encode()


def corpus() -> list[tuple[str, bytes, bool]]:
    """What is tried: a name, the body, and whether its good message has to be found afterwards."""
    chance = random.Random(SEED)
    made: list[tuple[str, bytes, bool]] = []
    for recorded in WEBHOOKS:
        document = json.loads(recorded.read_bytes())
        if not isinstance(document, dict):
            continue
        where = list(places(document))
        for _ in range(SAMPLES):
            path, kind = chance.choice(where), chance.choice(sorted(HOSTILE))
            name = f"{recorded.stem}/{'/'.join(map(str, path))}: {kind}"
            data = damaged(recorded.stem, document, path, HOSTILE[kind], len(made))
            # Who takes the list of entries away takes all of it, as may who says that it is another product's.
            is_lost = (
                path in (("entry",), ("object",)) or document.get("object") != "whatsapp_business_account"
            )
            made.append((name, data, not is_lost))
    return made


CORPUS = corpus()


@pytest.mark.parametrize("group", range(GROUPS))
def test_hostile_bodies_are_kept_told_and_harm_nobody(cast: Cast, group: int) -> None:
    mine = [(number, *one) for number, one in enumerate(CORPUS) if number % GROUPS == group]
    moment = NOW + timedelta(days=3)
    ids = store(cast.app, *(data for _, _, data, _ in mine), received_at=moment)
    whole = store(cast.app, body([said("entera", wamid=f"wamid.whole.{group}")]), received_at=moment)
    assert intake.take_in(cast.organization.pk)
    with tenant_scope(cast.organization.pk):
        good = {f"wamid.good.{number}" for number, _, _, lands in mine if lands} | {f"wamid.whole.{group}"}
        assert good - found() == set()
        states = dict(InboundDelivery.objects.values_list("pk", "state"))
        assert states[whole[0]] == DeliveryState.PROCESSED
        told = set(InboundProblem.objects.values_list("delivery_id", flat=True))
        counted = dict(InboundDelivery.objects.values_list("pk", "items"))
        for pk, (_, name, _, _) in zip(ids, mine, strict=True):
            assert states[pk] in (DeliveryState.PROCESSED, DeliveryState.FAILED), name
            # Entries without a change hold nothing that could be told of.
            assert counted[pk] or pk in told or "/entry: " in name, (
                f"{name}: nothing came of it, and nobody is told why"
            )
        assert unexpected() == []
    shown(cast)
    replayed(cast, ids)


def found() -> set[str]:
    wamids = Message.objects.values_list("wa_message_id", flat=True)
    return {one for one in wamids if one and one.startswith(("wamid.good.", "wamid.whole."))}


def unexpected() -> list[tuple[str, str]]:
    """Problems that are a fault of ours: what is wrong with a body has a word of its own."""
    rows = InboundProblem.objects.filter(code__in=("unexpected", "failed"))
    return list(rows.values_list("pointer", "reason"))


def shown(cast: Cast) -> None:
    """Everything that came of it can be read over the API."""
    ana = Caller(member=cast.ana)
    for address in ("conversations", "contacts", "deliveries", "channel-alerts", "events?after=0&limit=500"):
        assert ana.get(address).status_code == 200, address
    for row in ana.get("conversations?limit=100").json()["results"]:
        assert ana.get(f"conversations/{row['id']}/messages?limit=100").status_code == 200


def replayed(cast: Cast, ids: list[int]) -> None:
    """Taken in once more, nothing is there twice, and the numbers of the events have no gap."""
    ana = Caller(member=cast.ana)
    before = written(cast)
    for pk in ids:
        with tenant_scope(cast.organization.pk):
            InboundDelivery.objects.filter(pk=pk).update(state=DeliveryState.PENDING)
            InboundProblem.objects.filter(delivery_id=pk).delete()
    assert ana.post(f"deliveries/{ids[0]}/replay").status_code == 200
    assert intake.take_in(cast.organization.pk)
    assert written(cast) == before
    assert events(cast.organization)


def written(cast: Cast) -> list[tuple[int, str]]:
    """What customers wrote. A line about a new number may well come later, once somebody is known by the old one."""
    with tenant_scope(cast.organization.pk):
        rows = Message.objects.exclude(type="system").order_by("pk")
        return list(rows.values_list("pk", "text"))


def test_every_kind_of_damage_is_among_the_samples() -> None:
    assert {name.rpartition(": ")[2] for name, _, _ in CORPUS} == set(HOSTILE)
    assert len(CORPUS) > 300

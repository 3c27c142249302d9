"""Numbers of events are gapless and in the order of commits; what is taken back leaves nothing."""

from __future__ import annotations

import random
import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, ClassVar

import orjson
import pytest
from django.db import connection, transaction
from pytest_django import DjangoCaptureOnCommitCallbacks

from core import bells, events
from core.actors import Actor, system_actor
from core.models import Event, EventCounter, Organization
from core.tenancy import ScopeCrossed, all_tenants, tenant_scope
from tests.conftest import Cast
from tests.factories import make_organization


@dataclass
class Happened:
    """An event of the tests."""

    type: ClassVar[str] = "test.happened"
    version: ClassVar[int] = 1
    actor: Actor
    what: Any

    @classmethod
    def render(cls, happened: Sequence[Happened]) -> list[events.Rendered]:
        return [events.Rendered(audience={"all": True}, data={"what": one.what}) for one in happened]


@dataclass
class Rung(Happened):
    """Another one, rendered as bytes."""

    type: ClassVar[str] = "test.rung"

    @classmethod
    def render(cls, happened: Sequence[Happened]) -> list[events.Rendered]:
        return [events.Rendered(audience={}, data=orjson.dumps({"bytes": one.what})) for one in happened]


def happen(organization: Organization, what: Any, kind: type[Happened] = Happened) -> None:
    events.record(kind(actor=system_actor(organization.pk), what=what))


def kept(organization: Organization) -> list[tuple[int, str, Any]]:
    with all_tenants():
        rows = Event.objects.filter(organization=organization).order_by("seq")
        return [(row.seq, row.type, orjson.loads(row.data)) for row in rows]


@pytest.fixture
def rung(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int]]:
    heard: list[tuple[int, int]] = []
    monkeypatch.setattr(bells, "events_at", lambda organization_id, seq: heard.append((organization_id, seq)))
    return heard


def test_events_are_numbered_in_the_order_of_recording(scope: Cast) -> None:
    with events.service():
        happen(scope.organization, 1)
        happen(scope.organization, 2, Rung)
        happen(scope.organization, 3)
    assert kept(scope.organization) == [
        (1, "test.happened", {"what": 1}),
        (2, "test.rung", {"bytes": 2}),
        (3, "test.happened", {"what": 3}),
    ]


def test_each_organisation_counts_for_itself(cast: Cast) -> None:
    for organization in (cast.organization, cast.other, cast.organization):
        with tenant_scope(organization.pk), events.service():
            happen(organization, organization.slug)
    assert [seq for seq, *_ in kept(cast.organization)] == [1, 2]
    assert [seq for seq, *_ in kept(cast.other)] == [1]


def test_odd_texts_are_kept(scope: Cast) -> None:
    odd = {"emoji": "👩‍👩‍👧", "rtl": "مرحبا", "big": 2**53}
    with events.service():
        happen(scope.organization, odd)
    assert kept(scope.organization)[0][2] == {"what": odd}


def test_the_bell_rings_once_after_the_commit(
    scope: Cast,
    rung: list[tuple[int, int]],
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        with events.service():
            happen(scope.organization, 1)
            happen(scope.organization, 2)
        assert rung == []
    assert rung == [(scope.organization.pk, 2)]


def test_a_service_without_events_takes_no_number(scope: Cast, rung: list[tuple[int, int]]) -> None:
    with events.service():
        pass
    assert EventCounter.objects.get(organization=scope.organization).seq == 0
    assert rung == []


def test_nothing_can_be_recorded_outside_of_a_service(scope: Cast) -> None:
    with pytest.raises(RuntimeError, match="service"):
        happen(scope.organization, 1)


def test_a_service_that_fails_leaves_nothing(scope: Cast) -> None:
    with suppress(ZeroDivisionError), events.service():
        happen(scope.organization, 1)
        _ = 1 / 0
    with events.service():
        happen(scope.organization, 2)
    assert kept(scope.organization) == [(1, "test.happened", {"what": 2})]


def test_a_nested_service_joins_the_outer_one(scope: Cast) -> None:
    with events.service() as outer:
        happen(scope.organization, 1)
        with events.service() as inner:
            assert inner is outer
            happen(scope.organization, 2)
        assert kept(scope.organization) == []
    assert [data["what"] for *_, data in kept(scope.organization)] == [1, 2]


def test_the_outer_service_takes_back_what_the_nested_one_did(scope: Cast) -> None:
    with suppress(ZeroDivisionError), events.service():
        with events.service():
            happen(scope.organization, 1)
        _ = 1 / 0
    assert kept(scope.organization) == []


def test_an_ending_may_record_and_add_another_ending(scope: Cast) -> None:
    with events.service() as work:

        def first() -> None:
            happen(scope.organization, "first")
            work.endings["second"] = lambda: happen(scope.organization, "second")

        work.endings["first"] = first
    assert [data["what"] for *_, data in kept(scope.organization)] == ["first", "second"]


def test_an_event_of_another_organisation_is_refused(cast: Cast) -> None:
    with tenant_scope(cast.organization.pk), pytest.raises(ScopeCrossed), events.service():
        happen(cast.other, "strayed")
    assert kept(cast.organization) == kept(cast.other) == []


def test_an_organisation_without_a_counter_says_so(db: None) -> None:
    bare = Organization.objects.create(name="Sin contador", slug="sin-contador")
    with tenant_scope(bare.pk), pytest.raises(RuntimeError, match="counter"), events.service():
        happen(bare, 1)


THREADS = 8
ROUNDS = 25


@pytest.mark.django_db(transaction=True)
def test_numbers_are_gapless_and_in_commit_order_under_threads_and_rollbacks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(bells, "events_at", lambda *args: None)
    organization = make_organization("Mercado", "mercado")
    begin = threading.Barrier(THREADS + 1)
    failures: list[BaseException] = []
    recorded: list[int] = []

    def write(number: int) -> None:
        chance = random.Random(number)
        mine = 0
        try:
            begin.wait()
            for turn in range(ROUNDS):
                how_many, fails = chance.randint(1, 3), chance.random() < 0.3
                try:
                    with tenant_scope(organization.pk), events.service():
                        for part in range(how_many):
                            happen(organization, [number, turn, part])
                        if fails:
                            _ = 1 / 0
                except ZeroDivisionError:
                    continue
                mine += how_many
            recorded.append(mine)
        except BaseException as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=write, args=(number,)) for number in range(THREADS)]
    for thread in threads:
        thread.start()
    begin.wait()

    # A reader that has seen number N never finds a smaller one later.
    seen: list[int] = []
    while any(thread.is_alive() for thread in threads):
        with tenant_scope(organization.pk):
            seen += (
                Event.objects.filter(seq__gt=seen[-1] if seen else 0)
                .order_by("seq")
                .values_list("seq", flat=True)
            )
    for thread in threads:
        thread.join()
    with tenant_scope(organization.pk):
        seen += (
            Event.objects.filter(seq__gt=seen[-1] if seen else 0)
            .order_by("seq")
            .values_list("seq", flat=True)
        )

    assert failures == []
    assert seen == list(range(1, sum(recorded) + 1))
    assert EventCounter.objects.get(organization=organization).seq == len(seen)
    turns: dict[int, list[Any]] = {}
    for _seq, _type, data in kept(organization):
        turns.setdefault(data["what"][0], []).append(data["what"])
    assert all(mine == sorted(mine) for mine in turns.values())


@pytest.mark.django_db(transaction=True)
def test_a_rolled_back_transaction_around_a_service_gives_its_numbers_back(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    heard: list[Any] = []
    monkeypatch.setattr(bells, "events_at", lambda *args: heard.append(args))
    organization = make_organization("Mercado", "mercado")
    with tenant_scope(organization.pk):
        with suppress(ZeroDivisionError), transaction.atomic():
            with events.service():
                happen(organization, "lost")
            _ = 1 / 0
        with events.service():
            happen(organization, "kept")
    assert kept(organization) == [(1, "test.happened", {"what": "kept"})]
    assert heard == [(organization.pk, 1)]

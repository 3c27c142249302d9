"""A body that ends the process which reads it is set aside, and its neighbours land."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import pytest
from django.db import OperationalError, connection

from core import jobs
from core.actors import member_actor
from core.tenancy import tenant_scope
from inbox import deliveries, intake, locks
from inbox.intake import effects, runs
from inbox.models import Message
from integrations.models import InboundDelivery, InboundRun
from tests.conftest import Cast
from tests.factories import make_cast
from tests.inbox.realtime.servers import database_url
from tests.inbox.webhooks import body, problems, said, store

POISON = "veneno"
POISON_OF_EFFECTS = "ponzoña"

# A worker that dies as by a fault of a library: in the middle of reading, without a word.
_WORKER = f"""
import django, os, signal, sys
django.setup()
from inbox import intake
from inbox.intake import effects, journal, rounds
read, apply = journal.read, effects.apply
def read_deadly(body, **given):
    if b"{POISON}" in body:
        os.kill(os.getpid(), signal.SIGKILL)
    return read(body, **given)
def apply_deadly(pieces, **given):
    if any("{POISON_OF_EFFECTS}" in repr(piece.items) for piece in pieces):
        os.kill(os.getpid(), signal.SIGKILL)
    return apply(pieces, **given)
journal.read, effects.apply, rounds.BATCH = read_deadly, apply_deadly, 10
intake.take_in(int(sys.argv[1]))
"""


@pytest.fixture
def committed(transactional_db: None) -> Cast:
    return make_cast()


def _work(cast: Cast) -> int:
    """Run a worker to its end; the answer is its code."""
    environment = {
        **os.environ,
        "DATABASE_URL": database_url(),
        "DJANGO_SETTINGS_MODULE": "core.project.settings",
    }
    return subprocess.run(
        [sys.executable, "-c", _WORKER, str(cast.organization.pk)], env=environment, check=False, timeout=120
    ).returncode


def _texts(cast: Cast) -> set[str]:
    with tenant_scope(cast.organization.pk):
        return set(Message.objects.values_list("text", flat=True))


def test_a_body_that_kills_the_worker_is_set_aside_after_three_times(committed: Cast) -> None:
    texts = ["uno", POISON, "dos"]
    store(committed.app, *(body([said(text)]) for text in texts))
    assert [_work(committed) for _ in range(3)] == [-signal.SIGKILL] * 3
    # It was alone by then: the one before it landed, and the last one waits for nobody any more.
    assert _texts(committed) == {"uno"}
    assert _work(committed) == 0
    assert _texts(committed) == {"uno", "dos"}
    assert [code for _, code in problems(committed.organization)] == ["cut_off"]
    with tenant_scope(committed.organization.pk):
        failed = InboundDelivery.objects.get(state="failed")
        assert POISON.encode() in bytes(failed.body)
        # Whoever mended the reading replays it.
        deliveries.replay(failed, by=member_actor(committed.ana))
    intake.take_in(committed.organization.pk)
    assert _texts(committed) == {"uno", "dos", POISON}
    assert problems(committed.organization) == []


def test_a_long_body_that_kills_the_worker_in_a_later_part_is_set_aside_too(committed: Cast) -> None:
    """What its beginning has come through says nothing of the rest."""
    texts = [f"{number}" for number in range(15)]
    store(committed.app, body([said(text) for text in [*texts, POISON_OF_EFFECTS]]), body([said("otro")]))
    assert [_work(committed) for _ in range(3)] == [-signal.SIGKILL] * 3
    assert _work(committed) == 0
    assert _texts(committed) == {*texts[:10], "otro"}
    assert [code for _, code in problems(committed.organization)] == ["cut_off"]


def test_being_killed_for_another_reason_sets_nothing_aside(committed: Cast) -> None:
    """Deploys and the machine kill workers as well: who is read to the end begins anew."""
    for _ in range(4):
        store(committed.app, body([said("antes")]), body([said(POISON)]))
        assert _work(committed) == -signal.SIGKILL
        time.sleep(0.4)
        assert intake.take_in(committed.organization.pk)
    with tenant_scope(committed.organization.pk):
        assert set(InboundDelivery.objects.values_list("state", "cut_off")) == {("processed", 0)}
        assert InboundRun.objects.get().runner == ""
    assert problems(committed.organization) == []


def test_workers_of_one_process_do_not_suspect_each_other(committed: Cast) -> None:
    store(committed.app, body([said("uno")]), body([said("dos")]))
    with tenant_scope(committed.organization.pk):
        assert runs.begin(committed.organization.pk) is runs.Begun.NOW
        time.sleep(0.4)
        assert runs.begin(committed.organization.pk) is runs.Begun.NOW
        assert set(InboundDelivery.objects.values_list("cut_off", flat=True)) == {0}


def _as_process(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Go on under the name that another process would have, later than two could begin at once."""
    monkeypatch.setattr(runs, "_runner", name)
    monkeypatch.setattr(runs, "_runner_pid", os.getpid())
    with connection.cursor() as cursor:
        cursor.execute("UPDATE integrations_inboundrun SET begun_at = begun_at - interval '1 minute'")


def _cut_connection(*args: object, **options: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")


def test_a_process_whose_connection_is_cut_is_not_taken_for_a_dead_one(
    committed: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    store(committed.app, body([said("uno")]), body([said("dos")]))
    with monkeypatch.context() as cut:
        cut.setattr(effects, "apply", _cut_connection)
        for number in range(runs.MOST + 1):
            _as_process(f"process {number}", monkeypatch)
            with pytest.raises(OperationalError):
                intake.take_in(committed.organization.pk)
            with tenant_scope(committed.organization.pk):
                assert set(InboundDelivery.objects.values_list("state", "cut_off")) == {("pending", 0)}
    intake.take_in(committed.organization.pk)
    assert _texts(committed) == {"uno", "dos"}


_CUT_INSTEAD = "SELECT pg_terminate_backend(pg_backend_pid()), %s::bigint, %s::text"


def _lose_the_database_twice(cast: Cast, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Fail within the batch, and again when its note is taken back."""
    _as_process(name, monkeypatch)
    with monkeypatch.context() as cut:
        cut.setattr(effects, "apply", _cut_connection)
        cut.setattr(runs, "_TAKE_BACK", _CUT_INSTEAD)
        with pytest.raises(OperationalError):
            intake.take_in(cast.organization.pk)
    jobs.close_idle_connections()
    with tenant_scope(cast.organization.pk):
        assert InboundRun.objects.get().runner == name


def test_processes_that_could_not_even_take_their_notes_back_are_not_taken_for_dead_ones(
    committed: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who begins again lives: a process dies once, and three have to for a body to be set aside."""
    store(committed.app, body([said("uno")]), body([said("dos")]))
    for number in range(3 * runs.MOST):
        _lose_the_database_twice(committed, f"process {number % runs.MOST}", monkeypatch)
        with tenant_scope(committed.organization.pk):
            assert set(InboundDelivery.objects.values_list("state", flat=True)) == {"pending"}
    intake.take_in(committed.organization.pk)
    assert _texts(committed) == {"uno", "dos"}
    assert problems(committed.organization) == []
    with tenant_scope(committed.organization.pk):
        assert set(InboundDelivery.objects.values_list("cut_off", flat=True)) == {0}


def test_what_was_set_aside_for_the_dead_comes_back_when_one_of_them_lives(
    committed: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    store(committed.app, body([said("uno")]), body([said("dos")]))
    for number in range(runs.MOST):
        _lose_the_database_twice(committed, f"process {number}", monkeypatch)
    _as_process("another", monkeypatch)
    intake.take_in(committed.organization.pk)
    assert _texts(committed) == {"dos"}
    assert [code for _, code in problems(committed.organization)] == ["cut_off"]
    _as_process("process 0", monkeypatch)
    intake.take_in(committed.organization.pk)
    assert _texts(committed) == {"uno", "dos"}
    assert problems(committed.organization) == []


def test_a_process_that_makes_way_is_not_taken_for_a_dead_one(
    committed: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A merge takes the lock between the note and the batch."""
    store(committed.app, body([said("uno")]))
    begin = runs.begin

    def begin_and_lose_the_lock(organization_id: int) -> runs.Begun:
        begun = begin(organization_id)
        merging.setattr(locks, "try_lock", lambda name: False)
        return begun

    with monkeypatch.context() as merging:
        merging.setattr(runs, "begin", begin_and_lose_the_lock)
        intake.take_in(committed.organization.pk)
        assert _texts(committed) == set()
    _as_process("another", monkeypatch)
    with tenant_scope(committed.organization.pk):
        assert runs.begin(committed.organization.pk) is runs.Begun.NOW
        assert set(InboundDelivery.objects.values_list("cut_off", flat=True)) == {0}


def test_a_process_that_pauses_between_tries_is_not_taken_for_a_dead_one(
    committed: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    store(committed.app, body([said("uno")]), body([said("dos")]))
    with monkeypatch.context() as broken:
        broken.setattr(effects, "apply", lambda *args, **options: 1 / 0)
        assert not intake.take_in(committed.organization.pk, pause=lambda: True)
    _as_process("another", monkeypatch)
    with tenant_scope(committed.organization.pk):
        assert runs.begin(committed.organization.pk) is runs.Begun.NOW
        assert set(InboundDelivery.objects.values_list("cut_off", flat=True)) == {0}

"""The database, the queue and the launcher itself are killed; what was promised is there afterwards."""

from __future__ import annotations

import os
import signal
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.calls import Api, Broken
from tests.copy import CHILDREN, SERVERS, Copy, wait_for
from tests.faults.following import following
from tests.faults.traffic import Traffic
from tests.simulated import Phones

SERVER_KILLS = ("postgres", "valkey", "postgres")


def test_killed_servers_are_back_and_nothing_is_lost(copy: Copy, phones: Phones, api: Api, seed: int) -> None:
    """BEY-01, BEY-02, BEY-03: PostgreSQL and Valkey die under way, and everything finds its way back to them."""
    traffic = Traffic(copy, phones, api, seed)
    traffic.open_chats(6)
    with following(copy, api.headers) as follower, ThreadPoolExecutor(1) as pool:
        killing = pool.submit(_kill_servers, copy)
        traffic.run(replies=40, inbound=40, clients=4, seconds=8)
        killing.result()
        wait_for(copy.is_ready, "everything to work again")
        # The answer to a sender's last word before its call may have died with the database.
        traffic.judge(lambda unsent: unsent.was_stopped)
        assert len({unsent.sending_at for unsent in traffic.unconfirmed}) <= SERVER_KILLS.count("postgres")
        wait_for(lambda: follower.has_heard("message.created", traffic.replied), "events of the replies")
        wait_for(lambda: follower.has_heard("message.received", traffic.written), "events of the questions")
        assert follower.doubled() == []


@pytest.mark.parametrize("everything", [False, True], ids=["the launcher alone", "everything at once"])
def test_the_next_start_recovers_from_a_killed_launcher(
    copy: Copy, phones: Phones, api: Api, seed: int, everything: bool
) -> None:
    """BEY-01, BEY-02, IMPL-03: without a word to anyone, in the middle of the work."""
    traffic = Traffic(copy, phones, api, seed)
    traffic.open_chats(6)
    with ThreadPoolExecutor(1) as pool:
        working = pool.submit(traffic.run, replies=24, inbound=24, clients=4, seconds=6)
        wait_for(lambda: len(traffic.replied) > 6, "some replies to be on their way")
        wait_for(lambda: all(copy.pid(name) for name in (*CHILDREN, *SERVERS)), "everything to run")
        before = {name: copy.pid(name) for name in (*CHILDREN, *SERVERS)}
        if everything:
            copy.note_processes()
            for pid in before.values():
                os.kill(pid, signal.SIGKILL)
        copy.kill_launcher()
        copy.start()
        working.result()
    after = {name: copy.pid(name) for name in before}
    assert not set(before.values()) & set(after.values())
    traffic.judge(lambda unsent: unsent.was_stopped)
    strangers = [line for line in copy.left_behind() if int(line.split()[0]) in before.values()]
    assert strangers == [], "processes of the killed start still run"


def _kill_servers(copy: Copy) -> None:
    for name in SERVER_KILLS:
        pid = copy.kill(name)
        copy.wait_for_return(name, pid)

        def answers() -> bool:
            try:
                return Api(copy.url, {}).call("GET", "/me").status == 401
            except Broken:
                return False

        wait_for(answers, "the API to answer again")

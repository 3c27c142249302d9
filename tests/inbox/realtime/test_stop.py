"""A server that stops says so."""

from __future__ import annotations

import signal

import pytest

from tests.inbox.realtime.conftest import Inbox
from tests.inbox.realtime.lines import line
from tests.inbox.realtime.servers import SERVERS, running


@pytest.mark.parametrize("name", SERVERS)
def test_sockets_are_closed_with_restarting_and_resume_elsewhere(inbox: Inbox, name: str) -> None:
    row = inbox.chat()
    with running(name) as server, line(server, inbox.cast.ana) as ana, line(server, inbox.cast.beto) as beto:
        ana.hello(), beto.hello()
        ana.until_through(inbox.receive(row))
        server.process.send_signal(signal.SIGTERM)
        # Uvicorn speaks for itself; through daphne we have to.
        assert {ana.closed(), beto.closed()} == {1012 if name == "uvicorn" else 4012}
    inbox.receive(row)
    with running(name) as server, line(server, inbox.cast.ana, query=inbox.query(ana.through)) as ana:
        ana.until_through(inbox.receive(row))
        assert [event["seq"] for event in ana.events] == [2, 3]

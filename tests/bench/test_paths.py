import asyncio
import re
from collections.abc import Sequence
from contextlib import nullcontext
from types import SimpleNamespace
from typing import cast

import orjson
import pytest

from bench import paths
from bench.delivery import Delivery
from bench.loads import graph, http
from bench.loads.sockets import Client, Crowd, Seat
from bench.options import Bench, Options
from bench.paths import f1, growth, w1, w2


def test_every_path_says_what_its_figure_means() -> None:
    for name, path in paths.PATHS.items():
        assert len(paths.meaning(path)) > 40, name


def test_paths_are_chosen_by_name_and_keep_their_order() -> None:
    assert list(paths.wanted(["F1", "W1"])) == ["W1", "F1"]
    assert paths.wanted([]) == paths.PATHS
    with pytest.raises(SystemExit, match="no X9"):
        paths.wanted(["X9"])


def test_statuses_of_a_message_come_in_their_order() -> None:
    next_request = w2.steps(5)
    asked = [next_request() or b"" for _ in range(15)]

    said = [
        next((step, number) for step in w2.STEPS for number in range(1, 6) if _says(request, step, number))
        for request in asked
    ]
    assert sorted(said) == sorted((step, number) for step in w2.STEPS for number in range(1, 6))
    for number in range(1, 6):
        assert [step for step, other in said if other == number] == list(w2.STEPS)


def _says(request: bytes, step: str, number: int) -> bool:
    return f'"wamid.bench.{number}","status":"{step}"'.encode() in request


def test_a_request_says_how_long_it_is() -> None:
    made = http.request("POST", "/x", {"Host": "127.0.0.1:9"}, b"{}")

    assert made == b"POST /x HTTP/1.1\r\nHost: 127.0.0.1:9\r\nContent-Length: 2\r\n\r\n{}"
    assert b"Content-Length" not in http.request("GET", "/x")


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", True),
        (b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nx: y\r\n\r\no", False),
        (b"HTTP/1.1 200 OK\r\ncontent-le", False),
        (b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n", False),
        (b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n", True),
    ],
)
def test_an_answer_counts_when_it_is_whole(answer: bytes, expected: bool) -> None:
    assert http.is_whole(answer) is expected


def test_what_was_refused_is_no_measurement() -> None:
    load = http.Load(bad=1, first_bad=b"HTTP/1.1 403 Forbidden")
    with pytest.raises(RuntimeError, match="1 bad answers, 0 lost connections"):
        load.check()


def _frame(body: bytes) -> bytes:
    head = bytes([0x81, len(body)]) if len(body) < 126 else b"\x81\x7e" + len(body).to_bytes(2, "big")
    return head + body


def _events(*numbers: int) -> bytes:
    events = b",".join(b'{"seq":%d,"data":{}}' % number for number in numbers)
    return b'{"type":"events","events":[%b],"through":%d}' % (events, numbers[-1])


async def test_a_crowd_counts_events_however_frames_are_cut() -> None:
    crowd = Crowd()
    client = Client(crowd, Seat(1, "/", {}))
    stream = b"HTTP/1.1 101 Switching\r\n\r\n" + b"".join(
        map(_frame, [b'{"type":"hello"}', _events(1, 2, 3), _events(3), _events(*range(4, 40))])
    )

    for start in range(0, len(stream), 7):
        client.data_received(stream[start : start + 7])

    assert crowd.hellos == 1
    assert crowd.frames == 3
    assert crowd.doubled == 1
    assert client.through == 39
    assert sorted(crowd.arrivals) == [(0, number) for number in range(1, 40)]
    assert not crowd.ended


async def test_a_crowd_knows_who_was_closed() -> None:
    crowd = Crowd()
    Client(crowd, Seat(1, "/", {})).data_received(b"HTTP/1.1 101 x\r\n\r\n\x88\x02\x11\x3a")

    assert crowd.ended == [4410]


def test_a_status_of_w1_is_meant_for_its_tenant() -> None:
    next_request = w1.statuses((1, 2))
    first, second = next_request(), next_request()

    assert b"/webhook/whatsapp/bench-1 " in first
    assert b"/webhook/whatsapp/bench-2 " in second


@pytest.mark.parametrize(("missing", "doubled"), [(1, 0), (0, 1)])
def test_no_path_takes_frames_that_were_lost_for_a_figure(
    monkeypatch: pytest.MonkeyPatch, missing: int, doubled: int
) -> None:
    lossy = Delivery(frames=10, missing=missing, doubled=doubled, delays=(0.01,), cpu_seconds=0.1)
    stage = SimpleNamespace(environment={})
    tenant = SimpleNamespace(id=1, app_id=1)
    bench = cast(
        Bench, SimpleNamespace(stage=stage, tenants=[tenant], tenant=tenant, options=Options(rounds=1))
    )
    for path in (f1, growth):
        monkeypatch.setattr(path, "deliver", lambda *args, **kwargs: lossy)
        with pytest.raises(RuntimeError, match=f"{missing} missing, {doubled} doubled"):
            path.measure(bench)


def test_organisations_are_compared_with_their_like(monkeypatch: pytest.MonkeyPatch) -> None:
    """The large one has other rows: beside twenty small ones it says nothing about their number."""
    asked: list[tuple[int, ...]] = []

    def answered(webs: object, places: Sequence[int] = (0,)) -> float:
        asked.append(tuple(places))
        return 1.0

    monkeypatch.setattr(w1, "answered", answered)
    stage = SimpleNamespace(web=lambda server: nullcontext())
    for count in growth.ORGANIZATIONS:
        growth._webhooks_by_organizations(cast(Bench, SimpleNamespace(stage=stage)), count)
    assert asked == [(1,), tuple(range(1, 21))]


class _Transport:
    def __init__(self) -> None:
        self.written = b""

    def write(self, data: bytes) -> None:
        self.written += data


def test_the_graph_api_of_the_bench_counts_what_comes_however_it_is_cut() -> None:
    counts, transport = graph.Counts(), _Transport()
    line = graph.Connection(counts)
    line.connection_made(cast(asyncio.BaseTransport, transport))
    sent = [orjson.dumps({"to": "57300", "biz_opaque_callback_data": one}) for one in ("a", "b", "b")]
    stream = b"".join(http.request("POST", "/v26.0/1/messages", {}, body) for body in sent)

    for start in range(0, len(stream), 7):
        line.data_received(stream[start : start + 7])

    assert transport.written.count(b"HTTP/1.1 200 OK") == 3
    assert len(set(re.findall(rb"wamid[.0-9a-z]+", transport.written))) == 3
    assert counts.tell() == "3 2"
    assert counts.tell() == "0 0"

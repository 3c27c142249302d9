"""However an address that is not public is written, no socket is opened to it."""

from __future__ import annotations

import socket
from collections.abc import Callable
from ipaddress import IPv4Address, IPv4Network
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core import http
from core.addresses import may_be_called
from core.http import AddressRefused, GuardedClient, RemoteFailed, checked
from tests.core.test_http import NameServer

INSIDE = [
    IPv4Network(network)
    for network in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "224.0.0.0/4",
        "240.0.0.0/4",
    )
]
METADATA = [IPv4Address("169.254.169.254"), IPv4Address("100.100.100.200"), IPv4Address("192.0.0.192")]
_BASES: list[Callable[[int], str]] = [str, lambda part: f"0{part:o}", hex, lambda part: f"0X{part:04X}"]


def _any_of(network: IPv4Network) -> st.SearchStrategy[IPv4Address]:
    first, last = int(network.network_address), int(network.broadcast_address)
    return st.integers(first, last).map(IPv4Address)


inside = st.one_of(st.sampled_from(METADATA), *map(_any_of, INSIDE))


@st.composite
def old_spellings(draw: st.DrawFn) -> tuple[IPv4Address, str]:
    """An address as `inet_aton` reads it: one to four parts, each decimal, octal or hexadecimal."""
    address = draw(inside)
    count = draw(st.integers(1, 4))
    number = int(address)
    parts = [number >> (24 - 8 * place) & 0xFF for place in range(count - 1)]
    parts.append(number & ((1 << (8 * (5 - count))) - 1))
    spelled = ".".join(draw(st.sampled_from(_BASES))(part) for part in parts)
    return address, spelled + draw(st.sampled_from(["", "."]))


@st.composite
def wrapped(draw: st.DrawFn) -> tuple[IPv4Address, str]:
    """An address within an IPv6 one: mapped, compatible, translated, NAT64, 6to4."""
    address = draw(inside)
    high, low = int(address) >> 16, int(address) & 0xFFFF
    pattern = draw(
        st.sampled_from(
            [
                "[::ffff:{a}]",
                "[::ffff:{h:x}:{l:x}]",
                "[0:0:0:0:0:FFFF:{h:04X}:{l:04X}]",
                "[::{a}]",
                "[::{h:x}:{l:x}]",
                "[::ffff:0:{a}]",
                "[64:ff9b::{a}]",
                "[64:ff9b:1::{h:x}:{l:x}]",
                "[2002:{h:x}:{l:x}::1]",
                "[2001:0:{h:x}:{l:x}::1]",
            ]
        )
    )
    return address, pattern.format(a=address, h=high, l=low)


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The places to which a socket would have been opened; none ever is."""
    found: list[Any] = []

    def refuse(info: tuple[Any, ...]) -> socket.socket:
        http._check_address(str(info[4][0]))
        found.append(info[4])
        raise OSError("no socket is opened in this test")

    monkeypatch.setattr(http, "_open_socket", refuse)
    return found


async def _is_kept_out(url: str, *, resolver: NameServer | None = None) -> None:
    async with GuardedClient(resolver=resolver) as client:
        with pytest.raises((AddressRefused, RemoteFailed)):
            await client.request("GET", url, deadline_seconds=5, max_bytes=10)


# Names are looked up by the machine itself: nothing is asked over the network for what is spelt in digits.
CHEAP = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@CHEAP
@given(old_spellings())
async def test_no_old_spelling_is_called(opened: list[Any], case: tuple[IPv4Address, str]) -> None:
    address, spelled = case
    assert not may_be_called(str(address))
    await _is_kept_out(f"http://{spelled}/")
    assert opened == []


@CHEAP
@given(wrapped())
async def test_no_address_within_an_address_is_called(
    opened: list[Any], case: tuple[IPv4Address, str]
) -> None:
    await _is_kept_out(f"http://{case[1]}/")
    assert opened == []


@CHEAP
@given(inside, st.booleans())
async def test_no_name_that_leads_inside_is_called(
    opened: list[Any], address: IPv4Address, is_mapped: bool
) -> None:
    names = NameServer(inner_example=[["8.8.8.8", f"::ffff:{address}" if is_mapped else str(address)]])
    await _is_kept_out("http://inner.example/", resolver=names)
    assert opened == []


@pytest.mark.parametrize(
    "host",
    [
        "ⓛⓞⓒⓐⓛⓗⓞⓢⓣ",
        "localhost。",
        "１６９.254.169.254",
        "169。254。169。254",
        "①⑥⑨.②⑤④.①⑥⑨.②⑤④",
        "169.254.169.254%00.example.com",
        "[fe80::1]",
        "[fe80::1%25eth0]",
        "[fd00:ec2::254]",
        "[fc00::1]",
        "[ff02::1]",
        "[100::1]",
        "[::]",
        "[2001:db8::1]",
        "[v1.fe80::a]",
        "[::1",
        "127.0.0.1:80@8.8.8.8",
        "8.8.8.8:80@127.0.0.1",
        "8.8.8.8#@127.0.0.1",
        "xn--",
        "-",
        "." * 3,
        "a" * 300 + ".example",
    ],
)
async def test_odd_hosts_lead_nowhere(opened: list[Any], host: str) -> None:
    url = f"http://{host}/"
    if "#" in host:
        assert checked(url).host == "8.8.8.8"  # what follows the sign is no part of the address
        return
    await _is_kept_out(url)
    assert opened == []


async def test_the_tests_would_notice_a_call(opened: list[Any]) -> None:
    async with GuardedClient() as client:
        with pytest.raises(RemoteFailed):
            await client.request("GET", "http://8.8.8.8/", deadline_seconds=5, max_bytes=10)
    assert opened == [("8.8.8.8", 80)]

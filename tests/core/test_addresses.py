"""Which addresses are public servers."""

from __future__ import annotations

import pytest

from core.addresses import may_be_called

PUBLIC = [
    "8.8.8.8",
    "1.1.1.1",
    "157.240.0.35",
    "223.255.255.254",
    "2606:4700:4700::1111",
    "2a03:2880:f12f:83:face:b00c:0:25de",
]
OWN_AND_PRIVATE = [
    "127.0.0.1",
    "127.255.255.254",
    "10.0.0.1",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.1.1",
    "::1",
    "fd00::1",
]
NEVER = [
    "0.0.0.0",  # noqa: S104 - judged, not bound
    "0.1.2.3",
    "100.64.0.1",
    "100.127.255.255",
    "169.254.169.254",
    "169.254.0.1",
    "192.0.0.8",
    "192.0.2.1",
    "192.88.99.1",
    "198.18.0.1",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "239.255.255.255",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::127.0.0.1",
    "::8.8.8.8",
    "::ffff:127.0.0.1",
    "::ffff:8.8.8.8",
    "::ffff:0:127.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b::808:808",
    "64:ff9b:1::1",
    "100::1",
    "2001::1",
    "2001:10::1",
    "2001:db8::1",
    "2002:7f00:1::1",
    "3fff::1",
    "fe80::1",
    "fe80::1%eth0",
    "2606:4700:4700::1111%eth0",
    "fec0::1",
    "ff02::1",
    "fd00::1%1",
    "fd00:ec2::254",
    "",
    "localhost",
    "127.1",
    "2130706433",
]


@pytest.mark.parametrize("address", PUBLIC)
def test_public_servers_may_be_called(address: str) -> None:
    assert may_be_called(address)
    assert may_be_called(address, private_too=True)


@pytest.mark.parametrize("address", OWN_AND_PRIVATE)
def test_private_networks_only_when_asked_for(address: str) -> None:
    assert not may_be_called(address)
    assert may_be_called(address, private_too=True)


@pytest.mark.parametrize("address", NEVER)
def test_the_rest_never(address: str) -> None:
    assert not may_be_called(address)
    assert not may_be_called(address, private_too=True)


def test_172_ends_where_it_ends() -> None:
    assert may_be_called("172.15.255.255")
    assert may_be_called("172.32.0.0")
    assert may_be_called("100.63.255.255")
    assert may_be_called("100.128.0.0")

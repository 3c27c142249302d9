"""Which IP addresses the program may call when a tenant has typed the name."""

from __future__ import annotations

from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

# Nothing in these is a public server. Source: IANA IPv4 Special-Purpose Address Registry, and multicast.
_NOT_PUBLIC_4 = [
    IPv4Network(network)
    for network in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
    )
]
# Global unicast is all that is public, less what tunnels IPv4 (6to4, Teredo), documentation and the like. What lies
# outside of it, IPv4-mapped and NAT64 addresses among them, is refused without a look at what they carry.
# Source: IANA IPv6 Special-Purpose Address Registry.
_GLOBAL_6 = IPv6Network("2000::/3")
_NOT_PUBLIC_6 = [
    IPv6Network(network)
    for network in ("2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20")
]
# The own machine and private networks, without the places where clouds keep credentials: link-local, and one of ULA.
_PRIVATE = [
    ip_network(network)
    for network in ("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "::1/128", "fc00::/7")
]
_METADATA_6 = IPv6Network("fd00:ec2::/32")


def may_be_called(address: str, *, private_too: bool = False) -> bool:
    """Tell whether the address is a public server's.

    Args:
        address: in the spelling of a socket's peer, perhaps with an IPv6 zone.
        private_too: let the own machine and private networks pass, for development.
    """
    try:
        parsed = ip_address(address)
    except ValueError:
        return False
    if isinstance(parsed, IPv6Address) and (parsed.scope_id or parsed in _METADATA_6):
        return False
    if private_too and any(parsed in network for network in _PRIVATE):
        return True
    if isinstance(parsed, IPv6Address):
        return parsed in _GLOBAL_6 and not any(parsed in network for network in _NOT_PUBLIC_6)
    return not any(parsed in network for network in _NOT_PUBLIC_4)

"""Message ids that look like Meta's: base64 of the other side and a random id. Treat them as opaque."""

import base64
import secrets

_INBOUND = (b"\x15\x02\x00\x12\x18\x14", 10)
_OUTBOUND = (b"\x15\x02\x00\x11\x18\x12", 9)


def new_wamid(party: str, *, inbound: bool) -> str:
    """Make an unused id for a message with the customer `party` (digits or BSUID)."""
    marker, size = _INBOUND if inbound else _OUTBOUND
    who = party.encode()
    random_part = secrets.token_hex(size).upper()
    raw = b"\x1c\x18" + bytes([len(who)]) + who + marker + random_part.encode() + b"\x00"
    return "wamid." + base64.b64encode(raw).decode()

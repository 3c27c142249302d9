"""A client of the event socket that reads nothing."""

from __future__ import annotations

import socket
from collections.abc import Mapping


def open_unread(port: int, organization: str, headers: Mapping[str, str]) -> socket.socket:
    """Open an event socket by hand, with a small window, and read nothing but the answer to the handshake."""
    one = socket.socket()
    one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    one.connect(("127.0.0.1", port))
    lines = [
        f"GET /ws/v1/events?organization={organization} HTTP/1.1",
        f"Host: 127.0.0.1:{port}",
        f"Origin: http://127.0.0.1:{port}",
        *(f"{name}: {value}" for name, value in headers.items()),
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
    ]
    one.sendall("\r\n".join([*lines, "", ""]).encode())
    assert b" 101 " in one.recv(100)
    return one

"""`docs/access.md`, made of the table: `python -m tests.access.document` writes it."""

from __future__ import annotations

from itertools import groupby
from pathlib import Path

from tests.access.table import ACTIONS, CALLERS, HANDSHAKES, ROWS, SOCKETS, Row

_WHOSE = {
    "": "",
    "own": "of the agent who asks",
    "waiting": "that nobody has yet",
    "colleague": "of another agent",
    "ours": "begun by us, unanswered",
}
_HEAD = """\
# Who may do what

Written by `make access` from [`tests/access/table.py`](../tests/access/table.py), and held against the real views in
CI: every address, method and socket action of the product has its line here, or the build fails. Each cell is asked
of a copy with two organisations; whoever is refused has written nothing, and no answer holds anything of what its
reader may not see.

- **agent** asks in an organisation in which agents see their own chats only, **agent, TICK-08** in one where they also
  see what nobody has yet.
- **elsewhere** are the owner and an API key of another organisation, who ask in its name with the ids of this one. In
  the name of this one they get 404 for everything, with the same words as for an organisation that does not exist.
- **suspended** was a member once.
- An id of another organisation, an id that is not theirs to see and an id that does not exist are answered alike,
  wherever they stand: in the address, in the query or in the body.
- Whatever a line does not list is 405, and any other address is 404.

"""
_SOCKET = """
## The event socket

`{path}`: what the server says when it opens (`hello`, or the code with which it closes).

"""
_SIGNALS = """
What a client may say there and about which chat, those from elsewhere in their own name. `heard` by the colleagues who
see the chat, and nobody else, and at `typing` by the customer as well; `no`: it has no effect, and the id of a chat is
answered by silence whether there is one or not. Frames of other types are passed over, and sockets on any other path
are refused.

"""
_DOOR = """
## Meta's webhook

`GET` and `POST /webhook/whatsapp/{key}` ask neither for a session nor for a key of the API, and take none: what counts
is the verify token of the handshake (403 without) and the signature of the body (401 without, and nothing is stored).
"""


def document() -> str:
    """Return the whole page."""
    parts = [_HEAD]
    for title, rows in groupby(ROWS, key=_chapter):
        parts.append(f"## {title}\n\n{_table([('call', CALLERS), *map(_line, rows)])}\n")
    opened = [(f"in the name of {whose}", tuple(map(str, cells))) for whose, cells in HANDSHAKES.items()]
    parts += [_SOCKET.format(path=SOCKETS[0]), _table([("opening it", CALLERS), *opened])]
    lines = [(f"`{one.frame}` {_WHOSE[one.about]}".strip(), one.cells) for one in ACTIONS]
    parts += [_SIGNALS, _table([("frame", CALLERS), *lines]), _DOOR]
    return "".join(parts)


def _chapter(row: Row) -> str:
    return "The API" if row.address.startswith("/api/v1/") else "Pages, health and documentation"


def _line(row: Row) -> tuple[str, tuple[str, ...]]:
    about = ", ".join(part for part in (_WHOSE[row.about], row.does) if part)
    call = f"`{row.method} {row.address.removeprefix('/api/v1')}`"
    return f"{call} {about}".strip(), tuple(map(str, row.answers))


def _table(lines: list[tuple[str, tuple[str, ...]]]) -> str:
    cells = [[first, *rest] for first, rest in lines]
    rule = ["---", *([":-:"] * len(CALLERS))]
    return "\n".join(f"| {' | '.join(one)} |" for one in (cells[0], rule, *cells[1:])) + "\n"


def main() -> None:
    (Path(__file__).parents[2] / "docs" / "access.md").write_text(document())


if __name__ == "__main__":
    main()

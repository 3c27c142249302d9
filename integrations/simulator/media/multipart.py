"""Reads multipart/form-data without copying its files."""

from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message

from integrations.simulator.http import BadRequest
from integrations.simulator.media.sniff import Bytes

_LONGEST_HEAD = 16 * 1024
_MOST_PARTS = 20


@dataclass(frozen=True, slots=True)
class Part:
    """One field; `start` and `end` say where its content lies in the body."""

    name: str
    file_name: str | None
    content_type: str
    start: int
    end: int


def read_parts(content_type: str, body: Bytes) -> dict[str, Part]:
    """Find the fields of a form by name; of two with the same name the first counts.

    Raises:
        BadRequest: it is no multipart form.
    """
    head = Message()
    head["content-type"] = content_type
    boundary = head.get_boundary()
    if head.get_content_type() != "multipart/form-data" or not boundary:
        raise BadRequest("The body must be multipart/form-data.")
    mark = b"--" + boundary.encode("latin-1", "replace")
    parts: dict[str, Part] = {}
    if body[: len(mark)] != mark:
        raise BadRequest("The form does not begin with its boundary.")
    place = len(mark)
    for _ in range(_MOST_PARTS):
        if body[place : place + 2] == b"--":
            return parts
        if body[place : place + 2] != b"\r\n":
            break
        head_end = body.find(b"\r\n\r\n", place, place + _LONGEST_HEAD)
        end = body.find(b"\r\n" + mark, head_end + 2) if head_end >= 0 else -1
        if end < 0:
            break
        part = _part(bytes(body[place + 2 : head_end + 2]), head_end + 4, end)
        parts.setdefault(part.name, part)
        place = end + 2 + len(mark)
    raise BadRequest("The form is cut off or broken.")


def _part(head: bytes, start: int, end: int) -> Part:
    headers = message_from_bytes(head + b"\r\n")
    name = headers.get_param("name", header="content-disposition")
    declared = headers.get("content-type")
    return Part(
        name=name if isinstance(name, str) else "",
        file_name=headers.get_filename(),
        content_type=str(declared).strip() if declared else "",
        start=start,
        end=max(start, end),
    )


def text_of(body: Bytes, part: Part | None) -> str:
    """The content of a short field; "" when it is not there."""
    return (
        ""
        if part is None
        else bytes(body[part.start : min(part.end, part.start + 500)]).decode("utf-8", "replace")
    )

"""Frames of the socket: what the server says, ready to be sent, and what a client may say."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

import orjson

from core import jsons
from inbox.realtime.limits import FRAME_BYTES, HEARTBEAT_SECONDS
from inbox.signals import SignalKind

ResyncReason = Literal["too_old", "stream_changed", "overflow", "rights_changed", "settings_changed"]

_LARGEST_NUMBER = 2**63 - 1
# What a frame costs beside its text, so that a flood of small ones is bounded too.
_FRAME_COST = 64


class Close:
    """Codes with which we close.

    The first three mean what 1011, 1012 and 1013 mean, which daphne does not let an application send.
    """

    BROKEN = 4011
    RESTARTING = 4012
    TRY_LATER = 4013
    BAD_FRAME = 4400
    SIGNED_OUT = 4401
    NOT_VISIBLE = 4404
    RESYNC = 4410
    TOO_MANY = 4429


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame as ASGI sends it, shared by all sockets that get it.

    Attributes:
        through: the number up to which the receiver knows everything after it; 0 for frames without numbers.
    """

    message: dict[str, Any]
    size: int
    through: int = 0


def _frame(text: str, through: int = 0) -> Frame:
    return Frame({"type": "websocket.send", "text": text}, len(text) + _FRAME_COST, through)


def hello(stream_id: str, seq: int) -> Frame:
    return _frame(
        f'{{"type":"hello","stream_id":"{stream_id}","seq":{seq},"heartbeat_seconds":{HEARTBEAT_SECONDS}}}'
    )


def events(texts: Sequence[str], through: int) -> Frame:
    return _frame(f'{{"type":"events","events":[{",".join(texts)}],"through":{through}}}', through)


def heartbeat(seq: int, through: int) -> Frame:
    return _frame(f'{{"type":"heartbeat","seq":{seq},"through":{through}}}')


def signal(kind: SignalKind, conversation_id: int, member: dict[str, Any]) -> Frame:
    told = {"type": "signal", "signal": kind, "conversation": conversation_id, "member": member}
    return _frame(jsons.dumps(told).decode())


def resync(reason: ResyncReason) -> Frame:
    return _frame(f'{{"type":"resync","reason":"{reason}"}}')


class BadFrame(Exception):
    """The client said something that is no frame."""


@dataclass(frozen=True, slots=True)
class Ack:
    """Everything up to `through` has been applied."""

    through: int


@dataclass(frozen=True, slots=True)
class Signal:
    kind: SignalKind
    conversation_id: int


@dataclass(frozen=True, slots=True)
class Unknown:
    """A frame of a kind that a newer client knows; it is passed over."""


def parse(message: dict[str, Any]) -> Ack | Signal | Unknown:
    """Read what a client said.

    Args:
        message: `websocket.receive` of ASGI.

    Raises:
        BadFrame: it is binary, too large, no JSON object, or its fields are not what they should be.
    """
    text = message.get("text")
    if text is None or len(text) > FRAME_BYTES or (not text.isascii() and len(text.encode()) > FRAME_BYTES):
        raise BadFrame
    try:
        said = orjson.loads(text)
    except ValueError as error:
        raise BadFrame from error
    if not isinstance(said, dict) or not isinstance(said.get("type"), str):
        raise BadFrame
    read = ACTIONS.get(said["type"])
    return read(said) if read else Unknown()


def _ack(said: dict[str, Any]) -> Ack:
    return Ack(_number(said.get("through")))


def _signal(said: dict[str, Any]) -> Signal:
    for kind in get_args(SignalKind):
        if said.get("signal") == kind:
            return Signal(kind, _number(said.get("conversation")))
    raise BadFrame


# All that a client may say. `docs/access.md` lists who may say it, and a test holds the two together.
ACTIONS: dict[str, Callable[[dict[str, Any]], Ack | Signal]] = {"ack": _ack, "signal": _signal}


def read_object(text: str) -> dict[str, Any]:
    """Read JSON that stands in the database; anything but an object is an empty one."""
    value = orjson.loads(text)
    return value if isinstance(value, dict) else {}


def _number(value: object) -> int:
    if type(value) is not int or not 0 <= value <= _LARGEST_NUMBER:
        raise BadFrame
    return value

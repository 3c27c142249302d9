"""Whatever is sent to the webhook, it answers with no 5xx, and stores what was rightly signed and nothing else."""

from __future__ import annotations

import asyncio
import hmac
import json
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, assume, event, given, settings
from hypothesis import strategies as st

from integrations.whatsapp.webhook import LARGEST_BODY, Message, Receive, Scope, Send, WebhookApplication
from tests.integrations.whatsapp.asgi_client import KEY, SECRET, Answer, call, execute, stored
from tests.integrations.whatsapp.bodies import WEBHOOKS
from tests.integrations.whatsapp.conftest import Two

pytestmark = pytest.mark.django_db(transaction=True)

Header = tuple[bytes, bytes]
SIGNATURE, LENGTH = b"x-hub-signature-256", b"content-length"
GENERATED = settings(
    max_examples=120,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    # The database is meant to be the same for all examples: each leaves nothing behind.
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@dataclass(frozen=True)
class Request:
    """What a client does.

    Attributes:
        is_good: signed by the secret over exactly these bytes, in the one way that Meta does it, and sent to its end.
    """

    method: str
    key: str
    headers: list[Header]
    messages: list[Message]
    body: bytes
    is_good: bool


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=15,
)
_shaped = st.fixed_dictionaries(
    {},
    optional={
        "object": _json,
        "entry": _json | st.lists(st.fixed_dictionaries({"id": _json, "changes": _json}), max_size=3),
    },
)
_recorded = st.sampled_from(WEBHOOKS).map(lambda path: path.read_bytes())


@st.composite
def _damaged(draw: st.DrawFn) -> bytes:
    body = draw(_recorded)
    at = draw(st.integers(0, len(body)))
    return body[:at] + draw(st.binary(max_size=4)) + body[at + draw(st.integers(0, 3)) :]


_bodies = (
    st.binary(max_size=600)
    | (_json | _shaped).map(lambda document: json.dumps(document).encode())
    | _shaped.map(lambda document: json.dumps(document, ensure_ascii=False).encode("utf-8", "surrogatepass"))
    | _recorded
    | _damaged()
)


def _hex(body: bytes, secret: bytes = SECRET, digest: str = "sha256") -> bytes:
    return hmac.new(secret, body, digest).hexdigest().encode()


def _twisted(case: str, body: bytes) -> bytes:
    digest = _hex(body)
    return {"digest": b"sha256=" + digest.upper(), "prefix": b"SHA256=" + digest, "both": b"Sha256=" + digest.title()}[
        case
    ]  # fmt: skip


@st.composite
def _signatures(draw: st.DrawFn, body: bytes, is_right: bool) -> list[bytes]:
    """Values of the header. What is not exactly Meta's one value proves nothing."""
    right = b"sha256=" + _hex(body)
    if is_right:
        return [right]
    wrong: dict[str, list[bytes]] = {
        "secret": [b"sha256=" + _hex(body, b"another secret")],
        "body": [b"sha256=" + _hex(body + b" ")],
        "digest": [b"sha1=" + _hex(body, digest="sha1")],
        "missing": [],
        "twice": [right, right],
        "beside": draw(st.permutations([right, b"sha256=" + _hex(body, b"another secret")])),
        "case": [_twisted(draw(st.sampled_from(["digest", "prefix", "both"])), body)],
        "cut": [right[: -draw(st.integers(1, 70))]],
        "space": [draw(st.sampled_from([right + b" ", b" " + right, right + b"\n", right + b"," + right]))],
        "any": [draw(st.binary(max_size=80))],
    }
    kind = draw(st.sampled_from(sorted(wrong)))
    event(f"signature: {kind}")
    # A digest without letters has no other case.
    assume(wrong[kind] != [right])
    return wrong[kind]


@st.composite
def _lengths(draw: st.DrawFn, body: bytes, is_kept: bool) -> list[bytes]:
    """Values of `Content-Length`, which the body that follows keeps to or not."""
    kind = draw(st.sampled_from(["right", "missing", "fewer"] if is_kept else ["more", "junk", "huge"]))
    event(f"length: {kind}")
    told: dict[str, list[int | bytes]] = {
        "right": [len(body)],
        "missing": [],
        "fewer": [draw(st.integers(0, len(body)))],
        "more": [len(body) + draw(st.integers(1, 1_000))],
        "junk": [draw(st.sampled_from([b"", b"-1", b"+1", b"1.5", b"0x10", b"1 1", "١".encode(), b"\xb2"]))],
        "huge": [draw(st.sampled_from([LARGEST_BODY + 1, 10**15, int("9" * 300)]))],
    }
    return [value if isinstance(value, bytes) else str(value).encode() for value in told[kind]]


_names = st.sampled_from(
    [b"content-type", b"content-encoding", b"host", b"x-hub-signature", b"x-forwarded-for", b"expect", b""]
) | st.binary(max_size=20).map(bytes.lower)
_others = st.lists(
    st.tuples(_names.filter(lambda name: name not in (SIGNATURE, LENGTH)), st.binary(max_size=60)), max_size=5
)


@st.composite
def _messages(draw: st.DrawFn, body: bytes, stays: bool) -> list[Message]:
    """The body in pieces, empty ones among them; the client stays to the end of it or goes before."""
    cuts = sorted(draw(st.lists(st.integers(0, len(body)), max_size=6)))
    ends = [*cuts, len(body)]
    pieces = [body[start:end] for start, end in zip([0, *cuts], ends, strict=True)]
    messages: list[Message] = [
        {"type": "http.request", "body": piece, "more_body": place < len(pieces) - 1}
        for place, piece in enumerate(pieces)
    ]
    # Both words may be left out where they say nothing.
    if draw(st.booleans()):
        del messages[-1]["more_body"]
    for message in messages:
        if not message["body"] and draw(st.booleans()):
            del message["body"]
    if not stays:
        messages = messages[: draw(st.integers(0, len(messages) - 1))]
    return [*messages, {"type": "http.disconnect"}]


_wrong_methods = st.sampled_from(["PUT", "post", "OPTIONS", ""])
_wrong_keys = st.sampled_from(["nobody", "", "../aurora-key", "aurora-key/", "é", "x" * 500])
FLAWS = ("signature", "length", "leaves", "method", "key")


@st.composite
def _requests(draw: st.DrawFn) -> Request:
    body = draw(_bodies)
    flaws = draw(st.sets(st.sampled_from(FLAWS), max_size=2))
    signatures = draw(_signatures(body, "signature" not in flaws))
    lengths = draw(_lengths(body, "length" not in flaws))
    headers = [*((SIGNATURE, one) for one in signatures), *((LENGTH, one) for one in lengths), *draw(_others)]
    return Request(
        method=draw(_wrong_methods) if "method" in flaws else "POST",
        key=draw(_wrong_keys) if "key" in flaws else KEY,
        headers=draw(st.permutations(headers)),
        messages=draw(_messages(body, "leaves" not in flaws)),
        body=body,
        is_good=not flaws,
    )


@GENERATED
@given(request_=_requests())
def test_only_what_was_rightly_signed_is_stored(two: Two, request_: Request) -> None:
    answer, rows = asyncio.run(_sent([request_]))
    event(f"status: {answer[0].status}")
    assert answer[0].status in (200, 400, 401, 404, 405, 413, 0)
    assert (answer[0].status == 200) == request_.is_good
    if request_.is_good:
        assert rows == [(two.aurora.organization_id, two.aurora.pk, request_.body, "pending")]
    else:
        assert rows == []


@settings(GENERATED, max_examples=30)
@given(requests=st.lists(_requests(), min_size=2, max_size=12))
def test_one_client_does_no_harm_to_another(two: Two, requests: list[Request]) -> None:
    """They come at once, so that good ones share a group with those that go away."""
    answers, rows = asyncio.run(_sent(requests))
    for request, answer in zip(requests, answers, strict=True):
        assert answer.status < 500
        assert (answer.status == 200) == request.is_good
    assert sorted(row[2] for row in rows) == sorted(one.body for one in requests if one.is_good)


async def _sent(requests: list[Request]) -> tuple[list[Answer], list[tuple[Any, ...]]]:
    """Send them at once, and give the answers with what was stored, which is removed again."""
    application = WebhookApplication(_nowhere, lambda organization_id: None)
    try:
        answers = await asyncio.gather(
            *(call(application, one.method, one.key, headers=one.headers, messages=one.messages) for one in requests)
        )  # fmt: skip
        rows = await stored()
        await execute("DELETE FROM integrations_inbounddelivery")
    finally:
        await application.close()
    return answers, rows


async def _nowhere(scope: Scope, receive: Receive, send: Send) -> None:
    raise AssertionError("it is the webhook's path")

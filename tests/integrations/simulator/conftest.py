"""A receiver that plays the product's webhook, a simulator in the process, and a client of its Graph API."""

import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.error import HTTPError
from urllib.parse import parse_qsl, urlsplit
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from core.launcher.browser import require
from integrations.simulator.testing import LAURA, NOA, RunningSimulator, account, running

# A deadline for what should happen at once: machines for tests are slow and shared.
PATIENCE_MS = 30_000
NUMBER_ID = "417398204718336"
TOKEN = "EAAB_TEST_TOKEN"
MESSAGES = f"/v26.0/{NUMBER_ID}/messages"
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-quic", "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream", "--autoplay-policy=no-user-gesture-required",
]  # fmt: skip


@dataclass
class Delivered:
    """One POST that the receiver got."""

    path: str
    headers: dict[str, str]
    body: bytes
    at: float

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def values(self) -> list[dict[str, Any]]:
        return [change["value"] for entry in self.json["entry"] for change in entry["changes"]]


@dataclass
class Receiver:
    """A webhook: keeps what comes and answers with the next status of `answers`, then 200."""

    posts: list[Delivered] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)
    verify_token: str = "verify"
    url: str = ""

    def items(self, kind: str) -> list[dict[str, Any]]:
        """All messages or statuses in the order in which they came."""
        return [item for post in list(self.posts) for value in post.values for item in value.get(kind, [])]

    def statuses(self) -> list[str]:
        return [item["status"] for item in self.items("statuses")]

    def take(self, path: str, headers: Mapping[str, str], body: bytes) -> int:
        lowered = {key.lower(): value for key, value in headers.items()}
        self.posts.append(Delivered(path, lowered, body, time.monotonic()))
        return self.answers.pop(0) if self.answers else 200


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    receiver: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        self._answer(self.receiver.take(self.path, dict(self.headers), body), b"")

    def do_GET(self) -> None:
        query = dict(parse_qsl(urlsplit(self.path).query))
        is_right = query.get("hub.verify_token") == self.receiver.verify_token
        known = urlsplit(self.path).path == "/webhook"
        self._answer(
            200 if is_right and known else 403 if known else 404, query.get("hub.challenge", "").encode()
        )

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


class _Server(ThreadingHTTPServer):
    request_queue_size = 256
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A simulator that ends in the middle of a POST is no error here."""


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    receiver = Receiver()
    handler = type("Handler", (_Handler,), {"receiver": receiver})
    server = _Server(("127.0.0.1", 0), handler)
    receiver.url = f"http://127.0.0.1:{server.server_address[1]}/webhook"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield receiver
    server.shutdown()
    server.server_close()


@pytest.fixture
def simulator(receiver: Receiver) -> Iterator[RunningSimulator]:
    with running(accounts=[account(webhook_url=receiver.url)], customers=[LAURA, NOA]) as simulator:
        yield simulator


@dataclass
class Answer:
    status: int
    body: bytes
    headers: dict[str, str]

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def code(self) -> int:
        return int(self.json["error"]["code"])

    @property
    def wamid(self) -> str:
        return str(self.json["messages"][0]["id"])


def call(
    method: str, url: str, body: Any = None, *, headers: Mapping[str, str] | None = None, timeout: float = 60
) -> Answer:
    """Make an HTTP request; a body that is not bytes is sent as JSON."""
    data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
    request = Request(url, data=data, method=method, headers=dict(headers or {}))
    if data is not None and not request.has_header("Content-type"):
        request.add_header("Content-Type", "application/json")
    try:
        with urlopen(request, timeout=timeout) as response:
            return Answer(
                response.status, response.read(), {k.lower(): v for k, v in response.headers.items()}
            )
    except HTTPError as error:
        with error:
            return Answer(error.code, error.read(), {k.lower(): v for k, v in error.headers.items()})


Graph = Callable[..., Answer]


@pytest.fixture
def graph(simulator: RunningSimulator) -> Graph:
    """Call the Graph API with the account's token."""

    def request(method: str, path: str, body: Any = None, *, token: str | None = TOKEN) -> Answer:
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        return call(method, simulator.base_url + path, body, headers=headers)

    return request


def text(body: str = "Hola", **changes: Any) -> dict[str, Any]:
    """The body of a text message to Laura."""
    message = {
        "messaging_product": "whatsapp", "recipient_type": "individual", "to": "+573005550101", "type": "text",
        "text": {"body": body},
    }  # fmt: skip
    return {key: value for key, value in {**message, **changes}.items() if value is not ...}


@pytest.fixture
def open_window(simulator: RunningSimulator, receiver: Receiver) -> str:
    """Laura has written; gives the wamid of her message. The receiver forgets it again."""
    wamid = simulator.inbound({"from": LAURA["wa_id"], "text": "Hola", "wait": True})["wamid"]
    simulator.inbound({"from": NOA["user_id"], "text": "Hola", "wait": True})
    receiver.posts.clear()
    return str(wamid)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(require()), args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def phones(receiver: Receiver) -> Iterator[RunningSimulator]:
    """The built-in people and two businesses; messages are read when their chat is open."""
    second = account(
        phone_number_id="2",
        display_phone_number="+57 300 5550191",
        verified_name="Café",
        webhook_url=receiver.url,
    )
    timeline = {"sent": 0, "delivered": 0.05, "read": "when_open"}
    with running(accounts=[account(webhook_url=receiver.url), second], timeline=timeline) as simulator:
        yield simulator


@pytest.fixture
def page(chromium: Browser, phones: RunningSimulator) -> Iterator[Page]:
    """The page in a browser; anything on its console that is wrong fails the test."""
    context = chromium.new_context(
        viewport={"width": 1440, "height": 900}, locale="es-CO", permissions=["microphone"]
    )
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    troubles: list[str] = []
    page.on("console", lambda message: troubles.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.goto(phones.base_url)
    expect(page.locator(".person")).to_have_count(8)
    yield page
    context.close()
    # A refusal that the page shows in words is noted by the browser as well.
    assert [one for one in troubles if "400 (Bad Request)" not in one] == []

"""Every path of the simulator, each method of it, asked by a page of another site: refused before anything is done.

Controls and phone page ask for a loopback name and for no other origin. The Graph API is called by programs, under any
name; it asks for a token, which no page of another site has.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from integrations.simulator.accounts import Account
from integrations.simulator.app import Application
from integrations.simulator.core import Simulator
from integrations.simulator.http import Handler, Reply, Request, Router, json_reply
from integrations.simulator.media.shelf import LINK_PATH
from integrations.simulator.testing import account
from tests.integrations.simulator.conftest import NUMBER_ID, TOKEN
from tests.integrations.whatsapp.asgi_client import Answer, call

HOST = "127.0.0.1:8001"
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
Route = tuple[str, str]

# What the controls and the page answer, what streams, and what the Graph API answers.
PAGES: set[Route] = {
    ("GET", "/"),
    ("GET", "/page/{name}"),
    ("GET", "/page/{folder}/{name}"),
    ("GET", "/_sim/accounts"),
    ("POST", "/_sim/accounts"),
    ("GET", "/_sim/deliveries"),
    ("GET", "/_sim/events-of-accounts"),
    ("GET", "/_sim/faults"),
    ("POST", "/_sim/faults"),
    ("DELETE", "/_sim/faults"),
    ("DELETE", "/_sim/faults/{id}"),
    ("GET", "/_sim/health"),
    ("POST", "/_sim/inbound"),
    ("GET", "/_sim/ledger"),
    ("GET", "/_sim/limits"),
    ("POST", "/_sim/limits"),
    ("GET", "/_sim/media-clock"),
    ("POST", "/_sim/media-clock"),
    ("GET", "/_sim/phone"),
    ("GET", "/_sim/phone/chat"),
    ("POST", "/_sim/phone/files"),
    ("GET", "/_sim/phone/files/{id}"),
    ("POST", "/_sim/phone/look"),
    ("POST", "/_sim/phone/messages"),
    ("POST", "/_sim/phone/people"),
    ("POST", "/_sim/phone/people/marketing"),
    ("POST", "/_sim/phone/people/number"),
    ("POST", "/_sim/phone/people/profile"),
    ("POST", "/_sim/phone/played"),
    ("GET", "/_sim/phone/samples"),
    ("GET", "/_sim/phone/samples/{name}"),
    ("GET", "/_sim/reads"),
    ("POST", "/_sim/reset"),
    ("GET", "/_sim/timeline"),
    ("POST", "/_sim/timeline"),
    ("POST", "/_sim/verify-webhook"),
    ("GET", "/_sim/webhooks"),
    ("POST", "/_sim/webhooks"),
}
STREAMS: set[Route] = {("GET", "/_sim/events")}
GRAPH: set[Route] = {
    ("GET", "/v26.0/me"),
    ("GET", "/v26.0/debug_token"),
    ("GET", "/v26.0/{id}"),
    ("DELETE", "/v26.0/{id}"),
    ("POST", "/v26.0/{id}/messages"),
    ("POST", "/v26.0/{id}/media"),
    ("GET", "/v26.0/{id}/phone_numbers"),
    ("GET", "/v26.0/{id}/subscribed_apps"),
    ("POST", "/v26.0/{id}/subscribed_apps"),
    ("DELETE", "/v26.0/{id}/subscribed_apps"),
    ("POST", "/v26.0/{id}/register"),
    ("POST", "/v26.0/{id}/deregister"),
    ("GET", "/v26.0/{id}/whatsapp_business_profile"),
    ("POST", "/v26.0/{id}/whatsapp_business_profile"),
    ("GET", "/v26.0/{id}/block_users"),
    ("POST", "/v26.0/{id}/block_users"),
    ("DELETE", "/v26.0/{id}/block_users"),
}

# As a page of another site comes, and as one does whose name its owner lets point here.
FOREIGN: dict[str, dict[str, str]] = {
    "another origin": {"origin": "https://example.com"},
    "no origin that it tells": {"origin": "null"},
    "another port of this machine": {"origin": "http://127.0.0.1:8000"},
    "cross-site": {"sec-fetch-site": "cross-site"},
    "same-site": {"sec-fetch-site": "same-site"},
    "a script of another site": {
        "sec-fetch-site": "cross-site",
        "sec-fetch-mode": "cors",
        "sec-fetch-dest": "empty",
    },
    "another name": {"host": "evil.test"},
    "another name, its own origin": {"host": "evil.test", "origin": "http://evil.test"},
    "another name, same-origin": {"host": "evil.test", "sec-fetch-site": "same-origin"},
    "a name that begins as ours": {"host": "localhost.evil.test"},
    "an address of the network": {"host": "192.168.1.7:8001"},
    "no name": {"host": ""},
}
NAVIGATION = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"}


class Watched:
    """The application, with its handlers of controls and pages replaced by some that only note that they were asked."""

    def __init__(self) -> None:
        simulator = Simulator(None)
        simulator.put_accounts([Account.parse(account())], [], replace=True)
        self.app = Application(simulator)
        self.asked: list[Route] = []
        router: Any = self.app._router
        router._routes = [
            (method, regex, self._noting((method, written(regex)))) for method, regex, _ in router._routes
        ]
        self.app._streams = {path: self._streaming(("GET", path)) for path in self.app._streams}

    def _noting(self, route: Route) -> Handler:
        async def note(request: Request) -> Reply:
            self.asked.append(route)
            return json_reply({})

        return note

    def _streaming(self, route: Route) -> Any:
        async def note(request: Request, send: Any) -> None:
            self.asked.append(route)
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await send({"type": "http.response.body", "body": b""})

        return note

    async def ask(self, route: Route, **headers: str) -> Answer:
        method, path = route
        sent = {"host": HOST, **headers}
        return await call(
            self.app,
            method,
            path=path.replace("{id}", NUMBER_ID).replace("{", "").replace("}", ""),
            headers=[(name.replace("_", "-").encode(), value.encode()) for name, value in sent.items()],
            messages=[{"type": "http.request", "body": b"{}"}],
        )


@pytest.fixture
def watched() -> Watched:
    return Watched()


def written(regex: re.Pattern[str]) -> str:
    """A pattern as it was written, in the newest version."""
    path = re.sub(r"\(\?P<(\w+)>\[\^/\]\+\)", r"{\1}", regex.pattern.strip("^$"))
    return path.replace(r"/v\d+\.\d+", "/v26.0")


def routes_of(router: Any) -> Iterator[Route]:
    assert isinstance(router, Router)
    for method, regex, _ in router._routes:
        yield method, written(regex)


def test_every_route_stands_in_the_lists() -> None:
    app = Application(Simulator(None))
    assert set(routes_of(app._router)) == PAGES
    assert {("GET", path) for path in app._streams} == STREAMS
    assert set(routes_of(app._graph._router)) == GRAPH


@pytest.mark.parametrize("route", sorted(PAGES | STREAMS), ids=" ".join)
async def test_a_page_of_another_site_reaches_nothing(watched: Watched, route: Route) -> None:
    for what, headers in FOREIGN.items():
        answer = await watched.ask(route, **headers)
        assert (answer.status, watched.asked) == (403, []), what
        assert not [name for name in answer.headers if name.startswith(b"access-control-")], what
    # So that it was refused for where it came from.
    for headers in (
        {},
        {"origin": f"http://{HOST}", "sec-fetch-site": "same-origin"},
        {"sec-fetch-site": "none"},
    ):
        watched.asked.clear()
        answer = await watched.ask(route, **headers)
        assert (answer.status, watched.asked) == (200, [route])


@pytest.mark.parametrize("route", sorted(PAGES | STREAMS), ids=" ".join)
async def test_a_link_of_another_site_only_shows(watched: Watched, route: Route) -> None:
    """Whoever follows one sees the page. What it shows to them the other site does not get to see."""
    answer = await watched.ask(route, **NAVIGATION)
    is_shown = route[0] == "GET"
    assert (answer.status, watched.asked) == ((200, [route]) if is_shown else (403, []))
    for headers in ({"origin": "https://example.com"}, {"host": "evil.test"}):
        watched.asked.clear()
        assert (await watched.ask(route, **NAVIGATION, **headers)).status == 403
    assert watched.asked == []


@pytest.mark.parametrize("path", sorted({path for _, path in PAGES | STREAMS}))
async def test_other_methods_are_refused_to_them_as_well(watched: Watched, path: str) -> None:
    for method in METHODS:
        if (method, path) not in PAGES | STREAMS:
            answer = await watched.ask((method, path), origin="https://example.com")
            assert (answer.status, watched.asked) == (403, []), method
            assert not [name for name in answer.headers if name.startswith(b"access-control-")], method
            assert (await watched.ask((method, path))).status in (404, 405), method


@pytest.mark.parametrize("route", sorted(GRAPH), ids=" ".join)
async def test_the_graph_api_does_nothing_without_a_token(watched: Watched, route: Route) -> None:
    # As Meta answers: «an active access token must be used», and «invalid OAuth access token».
    for headers, code in (
        ({}, 2500),
        ({"origin": "https://example.com"}, 2500),
        ({"origin": "https://example.com", "authorization": "Bearer EAAB_ANOTHER"}, 190),
    ):
        answer = await watched.ask(route, **headers)
        assert (answer.status, json.loads(answer.body)["error"]["code"]) in ((400, code), (401, code)), (
            headers
        )
        assert not [name for name in answer.headers if name.startswith(b"access-control-")]
    with_token = await watched.ask(route, authorization=f"Bearer {TOKEN}")
    assert json.loads(with_token.body).get("error", {}).get("code") not in (2500, 190)


async def test_a_download_asks_for_a_token(watched: Watched) -> None:
    for method in METHODS:
        answer = await watched.ask((method, LINK_PATH), origin="https://example.com")
        assert answer.status == (401 if method == "GET" else 405), method

"""Windows and what is on them: the words of the screen stand here, so that tests read as people work."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Dialog, Locator, Page, expect

from tests.calls import Api, sign_in
from tests.copy import Copy, wait_for
from tests.simulated import Person

ANA = "ana@aurora.example"
MARTA = "marta@aurora.example"
BETO = "beto@aurora.example"
DIANA = "diana@aurora.example"
CARLA = "carla@tornillo.example"

# What Chromium itself reports of a request that failed: tests that cut the network mean it.
_NETWORK = re.compile(r"net::ERR_|Failed to load resource|WebSocket connection to")


class Desk:
    """Opens windows for people, each with cookies of their own, and notes what goes wrong on any page."""

    def __init__(self, copy: Copy, browser: Browser, sessions: dict[str, str]) -> None:
        self.copy = copy
        self._browser = browser
        self._sessions = sessions
        self._contexts: list[BrowserContext] = []
        self.troubles: list[str] = []

    def window(self, *, width: int = 1440, height: int = 900, **options: Any) -> BrowserContext:
        """A browser of one's own, signed in nowhere."""
        settings = {"locale": "es-CO", "timezone_id": "America/Bogota", **options}
        context = self._browser.new_context(viewport={"width": width, "height": height}, **settings)
        context.set_default_timeout(30_000)
        context.on("page", self._watch)
        self._contexts.append(context)
        return context

    def sign_in(self, email: str, **options: Any) -> BrowserContext:
        """A browser in which this person has signed in."""
        if email not in self._sessions:
            self._sessions[email] = sign_in(self.copy.url, email, self.copy.password(email)).headers["Cookie"]
        pairs = (pair.partition("=") for pair in self._sessions[email].split("; "))
        context = self.window(**options)
        context.add_cookies(
            [{"name": name, "value": value, "url": self.copy.url} for name, _, value in pairs]
        )
        return context

    def screen(self, email: str, **options: Any) -> Screen:
        """The chats of this person, live."""
        return Screen.open(self.sign_in(email, **options).new_page(), f"{self.copy.url}/")

    def phone(self, person: Person | None = None) -> Phone:
        """The simulator's page with the customers' phones."""
        page = self.window().new_page()
        page.goto(self.copy.simulator_url)
        phone = Phone(page)
        if person is not None:
            phone.choose(person)
        return phone

    def give(self, person: Person, email: str) -> None:
        """Assign a customer's chat, without a screen."""
        api = Api.by_key(self.copy.url, self.copy.organization()["api_key"])
        found: list[dict[str, Any]] = []

        def is_there() -> bool:
            found[:] = api.get("/conversations", q=person.phone).json()["results"]
            return bool(found)

        wait_for(is_there, "the chat to be there")
        members = api.get("/members").json()["results"]
        member = next(one["id"] for one in members if one["email"] == email)
        answer = api.post(f"/conversations/{found[0]['id']}/assignment", {"member": member})
        assert answer.status == 200, answer.body

    def close(self) -> None:
        for context in self._contexts:
            context.close()

    def _watch(self, page: Page) -> None:
        page.on("pageerror", lambda error: self.troubles.append(f"error on the page: {error}"))
        page.on("dialog", self._refuse)
        page.on("console", self._note)

    def _refuse(self, dialog: Dialog) -> None:
        self.troubles.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def _note(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not _NETWORK.search(message.text):
            self.troubles.append(f"console: {message.text}")


def fill_sign_in(page: Page, copy: Copy, email: str, password: str | None = None) -> None:
    """Fill in the sign-in page and send it."""
    page.goto(f"{copy.url}/")
    page.get_by_label("Correo electrónico").fill(email)
    page.get_by_label("Contraseña", exact=True).fill(password or copy.password(email))
    page.get_by_role("button", name="Iniciar sesión").click()


class Screen:
    """The chats page."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.list = page.get_by_role("list", name="Chats")
        self.rows = self.list.get_by_role("link")
        self.messages = page.get_by_test_id("messages")
        self.articles = self.messages.get_by_role("article")
        self.box = page.get_by_role("textbox", name="Escribir un mensaje")
        self.actions = page.get_by_role("group", name="Acciones del chat")
        self.connection = page.get_by_test_id("connection")

    @classmethod
    def open(cls, page: Page, url: str) -> Screen:
        page.goto(url)
        screen = cls(page)
        screen.wait_live()
        # A reload would take this along.
        page.evaluate("window.neverReloaded = true")
        return screen

    def wait_live(self) -> None:
        expect(self.connection).to_have_attribute("data-state", "live")

    def assert_never_reloaded(self) -> None:
        assert self.page.evaluate("window.neverReloaded === true"), "the page was loaded anew"

    def row(self, person: Person | str) -> Locator:
        """The row of a chat in the list."""
        return self.rows.filter(has_text=person if isinstance(person, str) else person.name)

    def find(self, words: str) -> None:
        """Search, also for a chat that is too far down to be drawn."""
        self.page.get_by_role("searchbox", name="Buscar nombre o número…").fill(words)

    def choose(self, person: Person | str) -> None:
        """Open a chat, and wait for its messages."""
        self.row(person).click()
        expect(self.articles.first).to_be_visible()

    def message(self, text: str) -> Locator:
        """The bubble with this text."""
        return self.articles.filter(has_text=text)

    def tick(self, text: str, status: str) -> Locator:
        """The sign of our message, when it stands at this status."""
        return self.message(text).locator(f"[data-status={status}]")

    def action(self, name: str) -> Locator:
        return self.actions.get_by_role("button", name=name)

    def write(self, text: str) -> None:
        """Answer with Enter."""
        self.box.fill(text)
        self.box.press("Enter")
        expect(self.box).to_have_value("")

    def filter(self, name: str) -> None:
        """Choose which chats are shown."""
        self.page.get_by_role("button", name=re.compile("^Filtrar por estado")).click()
        self.page.get_by_role("menuitemradio", name=name).click()

    def counts(self) -> dict[str, int]:
        """How many chats the filter says there are of each status."""
        with self._statuses() as options:
            # The numbers come a moment after the words.
            expect(options).to_have_text([re.compile(r"\D+\d+$")] * 4)
            pairs = (re.fullmatch(r"(\D+?)\s*(\d+)", text) for text in options.all_inner_texts())
            return {pair[1].strip(): int(pair[2]) for pair in pairs if pair}

    def expect_counts(self, wanted: dict[str, int]) -> None:
        """Wait until the filter says so."""
        with self._statuses() as options:
            for name, count in wanted.items():
                expect(options.filter(has_text=name)).to_have_text(re.compile(rf"^{name}\s*{count}$"))

    @contextmanager
    def _statuses(self) -> Iterator[Locator]:
        self.page.get_by_role("button", name=re.compile("^Filtrar por estado")).click()
        yield self.page.get_by_role("menuitemradio")
        self.page.keyboard.press("Escape")


class Phone:
    """The simulator's page."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.box = page.get_by_role("textbox", name="Escribe un mensaje")
        self.log = page.get_by_role("region", name="Mensajes")

    def choose(self, person: Person) -> None:
        self.page.get_by_role("button", name=person.name).click()
        expect(self.page.locator("#caption")).to_contain_text(person.name)

    def write(self, text: str) -> None:
        self.box.fill(text)
        self.box.press("Enter")

    def message(self, text: str) -> Locator:
        return self.log.locator(".bubble").filter(has_text=text)

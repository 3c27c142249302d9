"""What the phone page asks for, and the files it is made of."""

import asyncio
import json
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from integrations.simulator import drafts
from integrations.simulator.accounts import Account
from integrations.simulator.guard import PAGE_HEADERS
from integrations.simulator.http import BadRequest, Json, Reply, Request, Router, Send, json_reply
from integrations.simulator.inbound import write
from integrations.simulator.people import Person
from integrations.simulator.phone_files import PhoneFiles
from integrations.simulator.phone_people import PhonePeople, chat_of, person_json

if TYPE_CHECKING:
    from integrations.simulator.core import Simulator

PAGE_FOLDER = Path(__file__).parent / "page"
# Not `mimetypes`: what it says depends on the machine.
KINDS = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}
HISTORY = 60
HEARTBEAT_SECONDS = 15.0


class Phone:
    """Handlers of the phone page."""

    def __init__(self, simulator: "Simulator") -> None:
        self._simulator = simulator

    def route(self, router: Router) -> None:
        """Put the page, its files and its API on the route table."""
        router.add("GET", "/", self.page)
        router.add("GET", r"/page/{name}", self.page)
        router.add("GET", r"/page/{folder}/{name}", self.page)
        router.add("GET", "/_sim/phone", self.overview)
        router.add("GET", "/_sim/phone/chat", self.chat)
        router.add("POST", "/_sim/phone/look", self.look)
        router.add("POST", "/_sim/phone/messages", self.write)
        router.add("POST", "/_sim/phone/played", self.play)
        PhoneFiles(self._simulator).route(router)
        PhonePeople(self._simulator).route(router)

    async def page(self, request: Request) -> Reply:
        """A file of the page; only what lies in its folder exists."""
        parts = request.parameters
        relative = "/".join(parts[key] for key in ("folder", "name") if key in parts) or "index.html"
        path = (PAGE_FOLDER / relative).resolve()
        if not path.is_relative_to(PAGE_FOLDER) or not path.is_file():
            return json_reply({"error": "The simulator has no such path."}, 404)
        return Reply(200, path.read_bytes(), KINDS.get(path.suffix, "application/octet-stream"))

    async def overview(self, request: Request) -> Reply:
        """Numbers, people, and every chat's last message with the asked number."""
        accounts = list(self._simulator.accounts)
        chosen = request.query.get("phone_number_id") or (accounts[0].phone_number_id if accounts else "")
        chats = self._simulator.chats.overview(chosen)
        return json_reply({
            "accounts": [
                {"phone_number_id": a.phone_number_id, "name": a.verified_name, "phone": a.display_phone_number}
                for a in accounts
            ],
            "phone_number_id": chosen,
            "people": [
                {**self._person(chosen, person), **chats.get(person.user_id, {"last": None, "unread": 0})}
                for person in self._simulator.people.everyone()
            ],
            "receipts": self._simulator.timeline.read == "when_open",
        })  # fmt: skip

    async def chat(self, request: Request) -> Reply:
        """The newest messages of a chat, or those before one; with the quoted messages."""
        account, person = self._chat_of(request.query)
        before = request.query.get("before", "")
        bubbles = self._simulator.chats.history(
            account.phone_number_id,
            person.user_id,
            before=int(before) if before.isdigit() else None,
            limit=HISTORY,
        )
        return json_reply({
            "messages": [{**bubble.as_json(), "quoted": self._quoted(bubble.context)} for bubble in bubbles],
            "more": len(bubbles) == HISTORY,
        })  # fmt: skip

    async def look(self, request: Request) -> Reply:
        """A page shows a chat, or none."""
        body = await request.json()
        name = str(body.get("page") or "")
        if not body.get("user_id"):
            self._simulator.pages.look(name, None)
            return json_reply({})
        account, person = self._chat_of(body)
        self._simulator.pages.look(name, (account.phone_number_id, person.user_id))
        self._simulator.sending.look_at_chat(account.phone_number_id, person.user_id)
        return json_reply({})

    async def write(self, request: Request) -> Reply:
        """The person of a chat sends something; `late_hours` makes it an old message."""
        body = await request.json()
        account, person = self._chat_of(body)
        order = {name: body[name] for name in drafts.KEYS if name in body}
        for name in ("text", "caption"):
            if len(str(order.get(name) or "")) > 4096:
                raise BadRequest("A message has 4096 characters at most.")
        if order.get("type", "text") == "text" and not str(order.get("text") or "").strip():
            raise BadRequest("A message needs 1 to 4096 characters.")
        if late := body.get("late_hours"):
            order["timestamp"] = int(time.time() - float(late) * 3600)
        if context := body.get("context"):
            order["context_wamid"] = context
        answer = write(self._simulator, account, person, order)
        bubble = self._simulator.chats.find(str(answer["wamid"]))
        if bubble is None or bubble.is_bare:
            return json_reply({"message": None}, 201)
        return json_reply({"message": {**bubble.as_json(), "quoted": self._quoted(bubble.context)}}, 201)

    async def play(self, request: Request) -> Reply:
        """The person of a chat plays a voice message of the business."""
        body = await request.json()
        _, person = self._chat_of(body)
        bubble = self._simulator.chats.find(str(body.get("wamid")))
        if bubble is None or bubble.direction != "out" or bubble.user_id != person.user_id:
            raise BadRequest("There is no such message.")
        self._simulator.sending.play(bubble, person)
        return json_reply({})

    async def stream(self, request: Request, send: Send) -> None:
        """Server-sent events for one page, until it goes."""
        name = request.query.get("page") or "page"
        page = self._simulator.pages.enter(name)
        headers = {**PAGE_HEADERS, "content-type": "text/event-stream", "cache-control": "no-store"}
        head = [(key.encode(), value.encode()) for key, value in headers.items()]
        await send({"type": "http.response.start", "status": 200, "headers": head})
        await _event(send, {"type": "hello"})
        leaving = asyncio.ensure_future(_until_gone(request))
        stopping = asyncio.ensure_future(self._simulator.stopping.wait())
        try:
            while not leaving.done() and not stopping.done():
                news = asyncio.ensure_future(page.queue.get())
                await asyncio.wait(
                    (news, leaving, stopping), timeout=HEARTBEAT_SECONDS, return_when=asyncio.FIRST_COMPLETED
                )
                if news.done():
                    await _event(send, self._with_quote(news.result()))
                else:
                    news.cancel()
                    await send({"type": "http.response.body", "body": b": still here\n\n", "more_body": True})
        finally:
            leaving.cancel()
            stopping.cancel()
            self._simulator.pages.leave(name, page)
        await send({"type": "http.response.body", "body": b""})

    def _with_quote(self, event: dict[str, Any]) -> dict[str, Any]:
        if event["type"] != "message" or self._simulator.stopping.is_set():
            return event
        return {**event, "message": {**event["message"], "quoted": self._quoted(event["message"]["context"])}}

    def _quoted(self, wamid: str | None) -> dict[str, Any] | None:
        if wamid is None:
            return None
        bubble = self._simulator.chats.find(wamid)
        if bubble is None:
            return {"id": None, "direction": None, "text": ""}
        shown = bubble.as_json()
        return {
            "id": bubble.id, "direction": bubble.direction, "text": shown["text"][:200], "type": bubble.type,
            "content": shown["content"], "extras": shown["extras"],
        }  # fmt: skip

    def _person(self, phone_number_id: str, person: Person) -> dict[str, Any]:
        account = self._simulator.accounts.by_phone_number_id(phone_number_id)
        has_stopped = account is not None and self._simulator.identities.has_stopped(account, person)
        return {**person_json(person), "has_stopped": has_stopped}

    def _chat_of(self, values: Json | dict[str, str]) -> tuple[Account, Person]:
        return chat_of(self._simulator, values)


async def _event(send: Send, event: dict[str, Any]) -> None:
    body = b"data: " + json.dumps(event).encode() + b"\n\n"
    await send({"type": "http.response.body", "body": body, "more_body": True})


async def _until_gone(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass

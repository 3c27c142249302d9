"""Who gets what: every address and method of the product, every action of the socket, and the answer to each caller.

`docs/access.md` is written from here by `python -m tests.access.document`, and the tests of this folder hold it
against the real views: an address, a method or an action that is missing here fails them.

In an address, `{chat}` stands for the id of a chat and so on; `about` says whose: of the agent who asks (`own`), of
nobody yet (`waiting`), of another agent (`colleague`). The two callers from elsewhere ask in the name of their own
organisation, with the ids of this one; in the name of this one they get 404 for everything, as does whoever was
suspended.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

CALLERS = (
    "owner",
    "manager",
    "agent",
    "agent, TICK-08",
    "API key",
    "signed out",
    "owner elsewhere",
    "key elsewhere",
    "suspended",
)

Answers = tuple[int, ...]  # one for each of CALLERS


@dataclass(frozen=True)
class Row:
    """One call, and what it is answered with.

    Attributes:
        about: whose things the ids in address and body are.
        body: JSON; a value such as "{message}" stands for an id.
        form: the fields of a form instead; with `file` it is an upload.
        does: what the call does, where method and address do not say it.
    """

    method: str
    address: str
    about: str
    answers: Answers
    body: Mapping[str, Any] | None = None
    form: Mapping[str, str] = field(default_factory=dict)
    does: str = ""

    @property
    def name(self) -> str:
        return f"{self.method} {self.address} {self.about} {self.does}".strip()


API = "/api/v1/"


def api(method: str, address: str, about: str, *answers: int, does: str = "", **body: Any) -> Row:
    return Row(method, API + address, about, answers, body or None, {}, does)


def page(method: str, address: str, *answers: int, does: str = "", **form: str) -> Row:
    return Row(method, address, "", answers, None, form, does)


#                                                            own. man. agt. TI08 key. out. o-el k-el susp
ROWS: list[Row] = [
    # The caller.
    api("GET", "me", "",                                     200, 200, 200, 200, 200, 401, 200, 200, 404),
    api("PATCH", "preferences", "",                          200, 200, 200, 200, 403, 401, 200, 403, 404,
        language="en"),
    api("GET", "events?after=0", "",                         200, 200, 200, 200, 200, 401, 200, 200, 404),
    # Conversations.
    api("GET", "conversations", "",                          200, 200, 200, 200, 200, 401, 200, 200, 404),
    api("GET", "conversations/counts", "",                   200, 200, 200, 200, 200, 401, 200, 200, 404),
    api("GET", "conversations/{chat}", "own",                200, 200, 200, 200, 200, 401, 404, 404, 404),
    api("GET", "conversations/{chat}", "waiting",            200, 200, 404, 200, 200, 401, 404, 404, 404),
    api("GET", "conversations/{chat}", "colleague",          200, 200, 404, 404, 200, 401, 404, 404, 404),
    api("GET", "conversations/{chat}", "ours",               200, 200, 404, 404, 200, 401, 404, 404, 404),
    api("GET", "conversations/{chat}/tickets", "own",        200, 200, 200, 200, 200, 401, 404, 404, 404),
    api("GET", "conversations/{chat}/tickets", "waiting",    200, 200, 404, 200, 200, 401, 404, 404, 404),
    api("GET", "conversations/{chat}/tickets", "colleague",  200, 200, 404, 404, 200, 401, 404, 404, 404),
    api("GET", "conversations/{chat}/messages", "own",       200, 200, 200, 200, 200, 401, 404, 404, 404),
    api("GET", "conversations/{chat}/messages", "waiting",   200, 200, 404, 200, 200, 401, 404, 404, 404),
    api("GET", "conversations/{chat}/messages", "colleague", 200, 200, 404, 404, 200, 401, 404, 404, 404),
    # Writing.
    api("POST", "conversations/{chat}/messages", "own",      201, 201, 201, 201, 201, 401, 404, 404, 404,
        text="Hola", reply_to="{message}", does="quotes"),
    api("POST", "conversations/{chat}/messages", "waiting",  201, 201, 404, 201, 201, 401, 404, 404, 404,
        text="Hola", reply_to="{message}", does="quotes"),
    api("POST", "conversations/{chat}/messages", "colleague", 201, 201, 404, 404, 201, 401, 404, 404, 404,
        text="Hola", reply_to="{message}", does="quotes"),
    api("POST", "conversations/{chat}/messages", "own",      201, 201, 201, 201, 201, 401, 404, 404, 404,
        type="image", media={"id": "{file}"}, does="sends a file of the same chat"),
    api("POST", "conversations/{chat}/messages", "own",      404, 404, 201, 201, 404, 401, 404, 404, 404,
        type="image", media={"id": "{upload}"}, does="sends what the agent has uploaded"),
    api("POST", "messages/text", "own",                      201, 201, 201, 201, 201, 401, 404, 404, 404,
        to="{phone}", text="Hola"),
    api("POST", "messages/text", "waiting",                  201, 201, 404, 201, 201, 401, 404, 404, 404,
        to="{phone}", text="Hola"),
    api("POST", "messages/text", "colleague",                201, 201, 404, 404, 201, 401, 404, 404, 404,
        to="{phone}", text="Hola"),
    api("POST", "messages/{failed}/attempts", "own",         201, 201, 201, 201, 201, 401, 404, 404, 404,
        even_if_unconfirmed=False),
    api("POST", "messages/{failed}/attempts", "waiting",     201, 201, 404, 201, 201, 401, 404, 404, 404,
        even_if_unconfirmed=False),
    api("POST", "messages/{failed}/attempts", "colleague",   201, 201, 404, 404, 201, 401, 404, 404, 404,
        even_if_unconfirmed=False),
    # Routing.
    api("POST", "conversations/{chat}/assignment", "own",    200, 200, 403, 403, 200, 401, 404, 404, 404,
        member="{colleague}", does="gives it to a colleague"),
    api("POST", "conversations/{chat}/assignment", "own",    200, 200, 200, 200, 200, 401, 404, 404, 404,
        member=None, does="hands it back"),
    api("POST", "conversations/{chat}/assignment", "waiting", 200, 200, 404, 200, 200, 401, 404, 404, 404,
        member="{me}", does="takes it"),
    api("POST", "conversations/{chat}/assignment", "waiting", 200, 200, 404, 403, 200, 401, 404, 404, 404,
        member="{colleague}", does="gives it to a colleague"),
    api("POST", "conversations/{chat}/assignment", "colleague", 200, 200, 404, 404, 200, 401, 404, 404, 404,
        member="{me}", does="takes it"),
    api("POST", "conversations/{chat}/resolution", "own",    200, 200, 200, 200, 200, 401, 404, 404, 404),
    api("POST", "conversations/{chat}/resolution", "waiting", 200, 200, 404, 403, 200, 401, 404, 404, 404),
    api("POST", "conversations/{chat}/resolution", "colleague", 200, 200, 404, 404, 200, 401, 404, 404, 404),
    api("DELETE", "conversations/{closed}/resolution", "own", 200, 200, 200, 200, 200, 401, 404, 404, 404),
    api("DELETE", "conversations/{closed}/resolution", "colleague", 200, 200, 404, 404, 200, 401, 404, 404, 404),
    api("POST", "conversations/{chat}/read", "own",          200, 200, 200, 200, 200, 401, 404, 404, 404,
        through_message_id="{message}"),
    api("POST", "conversations/{chat}/read", "waiting",      200, 200, 404, 200, 200, 401, 404, 404, 404,
        through_message_id="{message}"),
    api("POST", "conversations/{chat}/read", "colleague",    200, 200, 404, 404, 200, 401, 404, 404, 404,
        through_message_id="{message}"),
    # Messages.
    api("PUT", "messages/{message}/reaction", "own",         200, 200, 200, 200, 200, 401, 404, 404, 404,
        emoji="👍"),
    api("PUT", "messages/{message}/reaction", "waiting",     200, 200, 404, 200, 200, 401, 404, 404, 404,
        emoji="👍"),
    api("PUT", "messages/{message}/reaction", "colleague",   200, 200, 404, 404, 200, 401, 404, 404, 404,
        emoji="👍"),
    api("DELETE", "messages/{message}/reaction", "own",      200, 200, 200, 200, 200, 401, 404, 404, 404),
    api("DELETE", "messages/{message}/reaction", "waiting",  200, 200, 404, 200, 200, 401, 404, 404, 404),
    api("DELETE", "messages/{message}/reaction", "colleague", 200, 200, 404, 404, 200, 401, 404, 404, 404),
    api("GET", "messages/{message}/edits", "own",            200, 200, 200, 200, 200, 401, 404, 404, 404),
    api("GET", "messages/{message}/edits", "waiting",        200, 200, 404, 200, 200, 401, 404, 404, 404),
    api("GET", "messages/{message}/edits", "colleague",      200, 200, 404, 404, 200, 401, 404, 404, 404),
    # Files.
    page("POST", "/api/v1/media",                            201, 201, 201, 201, 201, 401, 201, 201, 404,
         file="notas.txt", kind="document"),
    api("GET", "media/limits", "",                           200, 200, 200, 200, 200, 401, 200, 200, 404),
    api("GET", "attachments/{file}/content", "own",          200, 200, 200, 200, 200, 401, 404, 404, 404),
    api("GET", "attachments/{file}/content", "waiting",      200, 200, 404, 200, 200, 401, 404, 404, 404),
    api("GET", "attachments/{file}/content", "colleague",    200, 200, 404, 404, 200, 401, 404, 404, 404),
    api("GET", "attachments/{upload}/content", "own",        404, 404, 200, 200, 404, 401, 404, 404, 404,
        does="not sent yet"),
    api("GET", "attachments/{upload}/content", "colleague",  404, 404, 404, 404, 404, 401, 404, 404, 404,
        does="not sent yet"),
    api("HEAD", "attachments/{file}/content", "own",         200, 200, 200, 200, 200, 401, 404, 404, 404),
    api("HEAD", "attachments/{file}/content", "colleague",   200, 200, 404, 404, 200, 401, 404, 404, 404),
    api("POST", "attachments/{lost}/fetch", "own",           200, 200, 200, 200, 200, 401, 404, 404, 404),
    api("POST", "attachments/{lost}/fetch", "waiting",       200, 200, 404, 200, 200, 401, 404, 404, 404),
    api("POST", "attachments/{lost}/fetch", "colleague",     200, 200, 404, 404, 200, 401, 404, 404, 404),
    # People.
    api("GET", "members", "",                                200, 200, 200, 200, 200, 401, 200, 200, 404),
    api("GET", "contacts", "",                               200, 200, 200, 200, 200, 401, 200, 200, 404),
    api("POST", "contacts", "",                              201, 201, 201, 201, 201, 401, 201, 201, 404,
        phone="+573005559999", name="Nadie Nuevo"),
    api("GET", "contacts/{contact}", "own",                  200, 200, 200, 200, 200, 401, 404, 404, 404),
    api("GET", "contacts/{contact}", "waiting",              200, 200, 404, 200, 200, 401, 404, 404, 404),
    api("GET", "contacts/{contact}", "colleague",            200, 200, 404, 404, 200, 401, 404, 404, 404),
    api("POST", "contacts/{contact}/merge", "own",           200, 200, 403, 403, 200, 401, 404, 404, 404,
        other="{third}"),
    api("GET", "merge-proposals", "",                        200, 200, 403, 403, 200, 401, 200, 200, 404),
    api("POST", "merge-proposals/{proposal}/acceptance", "own", 200, 200, 403, 403, 200, 401, 404, 404, 404,
        keep="{contact}"),
    api("DELETE", "merge-proposals/{merged}/acceptance", "own", 200, 200, 403, 403, 200, 401, 404, 404, 404),
    api("POST", "merge-proposals/{proposal}/dismissal", "own", 200, 200, 403, 403, 200, 401, 404, 404, 404),
    # The organisation's connection.
    api("GET", "channels", "",                               200, 200, 200, 200, 200, 401, 200, 200, 404),
    api("POST", "channels/{channel}/resume", "own",          200, 403, 403, 403, 403, 401, 404, 403, 404),
    api("GET", "channel-alerts", "",                         200, 403, 403, 403, 200, 401, 200, 200, 404),
    api("GET", "deliveries", "",                             200, 403, 403, 403, 200, 401, 200, 200, 404),
    api("GET", "deliveries/{delivery}", "own",               200, 403, 403, 403, 200, 401, 404, 404, 404),
    api("POST", "deliveries/{delivery}/replay", "own",       200, 403, 403, 403, 200, 401, 404, 404, 404),
    # Anything else under the API.
    api("GET", "{path}", "",                                 404, 404, 404, 404, 404, 404, 404, 404, 404),
    # Pages. A key is no session: to them it is nobody.
    page("GET", "/",                                         200, 200, 200, 200, 302, 302, 200, 302, 403),
    page("GET", "/o/{path}",                                 200, 200, 200, 200, 302, 302, 200, 302, 403),
    page("GET", "/accounts/login/",                          302, 302, 302, 302, 200, 200, 302, 200, 302),
    page("POST", "/accounts/login/",                         302, 302, 302, 302, 422, 422, 302, 422, 302,
         login="nobody@example.com", password="wrong"),
    page("GET", "/accounts/logout/",                         200, 200, 200, 200, 302, 302, 200, 302, 200),
    page("POST", "/accounts/logout/",                        302, 302, 302, 302, 302, 302, 302, 302, 302, now="1"),
    page("POST", "/accounts/language/",                      302, 302, 302, 302, 302, 302, 302, 302, 302,
         language="en"),
    page("GET", "/favicon.ico",                              302, 302, 302, 302, 302, 302, 302, 302, 302),
    # For machines, and for developers.
    page("GET", "/api/schema/",                              200, 200, 200, 200, 200, 200, 200, 200, 200),
    page("GET", "/api/docs/",                                200, 200, 200, 200, 200, 200, 200, 200, 200),
    page("GET", "/health/live",                              200, 200, 200, 200, 200, 200, 200, 200, 200),
    page("GET", "/health/ready",                             200, 200, 200, 200, 200, 200, 200, 200, 200,
         does="without figures"),
]  # fmt: skip


# The paths at which a socket can be opened; on any other it is refused.
SOCKETS = ("/ws/v1/events",)

# The event socket, by the organisation in its address: `hello`, or the code with which it closes.
HANDSHAKES: dict[str, tuple[str | int, ...]] = {
    "this organisation": ("hello", "hello", "hello", "hello", "hello", 4401, 4404, 4404, 4404),
    "their own": ("hello", "hello", "hello", "hello", "hello", 4401, "hello", "hello", 4404),
}


@dataclass(frozen=True)
class Action:
    """One frame of a client, about somebody's chat.

    Attributes:
        cells: `heard` when colleagues are told, `taken` when it counts for the caller alone, `no` when it has no
            effect, `-` when there is no socket to say it on.
    """

    frame: str
    about: str
    cells: tuple[str, ...]


def _signals(kind: str) -> list[Action]:
    # A key has no colleagues; those from elsewhere have theirs, and no chats of this organisation.
    frame, outside = f"signal {kind}", ("no", "-", "no", "no", "-")
    return [
        Action(frame, "own", ("heard", "heard", "heard", "heard", *outside)),
        Action(frame, "waiting", ("heard", "heard", "no", "heard", *outside)),
        Action(frame, "colleague", ("heard", "heard", "no", "no", *outside)),
        Action(frame, "ours", ("heard", "heard", "no", "no", *outside)),
    ]


ACTIONS: list[Action] = [
    Action("ack", "", ("taken", "taken", "taken", "taken", "taken", "-", "taken", "taken", "-")),
    *_signals("typing"),
    *_signals("viewing"),
    *_signals("left"),
]

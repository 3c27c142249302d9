"""The routes of the Graph API."""

import re
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from integrations.simulator.graph import media, messages, numbers, profile, tokens
from integrations.simulator.graph.errors import GRAPH_VERSION, GraphError, error_reply, graph_reply
from integrations.simulator.graph.troubles import Call, break_reply, refuse, reset_early, wait
from integrations.simulator.http import BadRequest, Reply, Request, Router

if TYPE_CHECKING:
    from integrations.simulator.core import Simulator

GraphHandler = Callable[["Simulator", Request], Awaitable[Reply]]

_PATH = re.compile(r"^/v(\d{1,3})\.\d{1,2}(/.*)?$")


class Graph:
    """Answers what is under /v{n}/."""

    def __init__(self, simulator: "Simulator") -> None:
        self._simulator = simulator
        self._router = Router()
        version = r"/v\d+\.\d+"
        self._add("GET", version + "/me", _me)
        self._add("GET", version + "/debug_token", tokens.debug_token)
        self._router.add("POST", version + r"/{id}/messages", self._bind(messages.post_message, guarded=True))
        self._router.add("POST", version + r"/{id}/media", self._bind(media.upload, guarded=True))
        self._add("GET", version + "/{id}/phone_numbers", numbers.list_numbers)
        self._add("GET", version + "/{id}/subscribed_apps", numbers.get_subscribed_apps)
        self._add("POST", version + "/{id}/subscribed_apps", numbers.post_subscribed_apps)
        self._add("DELETE", version + "/{id}/subscribed_apps", numbers.delete_subscribed_apps)
        self._add("POST", version + "/{id}/register", profile.register)
        self._add("POST", version + "/{id}/deregister", profile.deregister)
        self._add(("GET", "POST"), version + "/{id}/whatsapp_business_profile", profile.business_profile)
        self._add(("GET", "POST", "DELETE"), version + "/{id}/block_users", profile.block_users)
        self._add("GET", version + r"/{id}", _get_object)
        self._add("DELETE", version + r"/{id}", media.delete)

    def serves(self, path: str) -> bool:
        """Tell whether the path belongs to the Graph API, or to the downloads that it gives links to."""
        return _PATH.match(path) is not None or media.is_link(path)

    async def answer(self, request: Request) -> Reply:
        """Answer one call, with a refusal in Meta's shape where it must be refused."""
        if media.is_link(request.path):
            return await self._download(request)
        found = _PATH.match(request.path)
        version, rest = int(found[1]) if found else 0, (found[2] or "/") if found else "/"
        try:
            handler = self._router.find(request)
            if handler is None or not 1 <= version <= GRAPH_VERSION:
                raise GraphError(2500, message=f"Unknown path components: {rest}")
            return await handler(request)
        except GraphError as error:
            return error_reply(error)
        except BadRequest as error:
            return error_reply(GraphError(100, str(error)))

    async def _download(self, request: Request) -> Reply:
        if request.method != "GET":
            return Reply(405, b"", "text/plain", {"allow": "GET"})
        return await media.download(self._simulator, request)

    def _add(self, method: str | tuple[str, ...], pattern: str, handler: GraphHandler) -> None:
        self._router.add(method, pattern, self._bind(handler))

    def _bind(self, handler: GraphHandler, *, guarded: bool = False) -> Callable[[Request], Awaitable[Reply]]:
        """Hand the simulator along; calls that do not look after faults themselves (`guarded`) meet them here."""

        async def bound(request: Request) -> Reply:
            if guarded:
                return await handler(self._simulator, request)
            object_id = request.parameters.get("id", "")
            file = self._simulator.shelf.find(object_id)
            known = self._simulator.accounts.by_phone_number_id(file.phone_number_id if file else object_id)
            call = Call("media" if file else "other", known.phone_number_id if known else None)
            known = known or next(iter(self._simulator.accounts.of_waba(object_id)), None)
            if early := reset_early(self._simulator, call):
                return early
            await wait(self._simulator, call, "before_accept")
            if refusal := refuse(self._simulator, call, None, known):
                return refusal
            reply, _ = break_reply(self._simulator, call, None, await handler(self._simulator, request))
            await wait(self._simulator, call, "after_accept")
            return reply

        return bound


async def _get_object(simulator: "Simulator", request: Request) -> Reply:
    file = simulator.shelf.find(request.parameters["id"])
    if file is not None:
        return await media.look_up(simulator, request, file)
    return await numbers.get_object(simulator, request)


async def _me(simulator: "Simulator", request: Request) -> Reply:
    account = tokens.authorise(simulator, request)[0]
    return graph_reply({"name": f"{account.app_name} System User", "id": "104169029247128"})

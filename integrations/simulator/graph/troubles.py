"""Where faults meet calls: before the body, before accepting, and on the way of the answer."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from integrations.simulator.accounts import Account
from integrations.simulator.faults import Fault
from integrations.simulator.graph.errors import GraphError, error_reply
from integrations.simulator.http import Reply

if TYPE_CHECKING:
    from integrations.simulator.core import Simulator

_HTML = b"<html><head><title>%d</title></head><body>Bad Gateway</body></html>"


@dataclass(frozen=True, slots=True)
class Call:
    """What a fault may be limited to."""

    operation: str
    phone_number_id: str | None = None
    addresses: frozenset[str] = frozenset()

    def take(self, simulator: "Simulator", kinds: Mapping[str, str | None]) -> Fault | None:
        """Give the first fault of these kinds that strikes this call."""
        return simulator.faults.take(
            kinds, operation=self.operation, phone_number_id=self.phone_number_id, addresses=self.addresses
        )


def reset_early(simulator: "Simulator", call: Call) -> Reply | None:
    """Reset the connection before the body is read."""
    return Reply(wire="reset") if call.take(simulator, {"reset": "before_body"}) else None


async def wait(simulator: "Simulator", call: Call, when: str) -> None:
    """Let a delay pass."""
    if fault := call.take(simulator, {"delay": when}):
        await asyncio.sleep(fault.seconds)


def refuse(
    simulator: "Simulator", call: Call, trigger: Fault | None, account: Account | None
) -> Reply | None:
    """Refuse, fail or ignore the call before anything is accepted."""
    fault = call.take(simulator, {"error": None, "html": "before_accept", "silent": "before_accept"})
    if fault is None and trigger is not None and trigger.when in ("", "before_accept"):
        fault = trigger
    if fault is None or fault.kind == "status_failed":
        return None
    if fault.kind == "error":
        return error_reply(GraphError(fault.code or 0, fault.details), account.waba_id if account else "")
    if fault.kind == "html":
        return _html(fault.status)
    return Reply(wire="silent") if fault.kind == "silent" else None


def break_reply(
    simulator: "Simulator", call: Call, trigger: Fault | None, reply: Reply
) -> tuple[Reply, Fault | None]:
    """Spoil the answer to something that was accepted; gives the fault that did it."""
    fault = call.take(
        simulator,
        {
            "reset": "after_accept",
            "silent": "after_accept",
            "html": "after_accept",
            "garbage": None,
            "drip": None,
            "stall": None,
        },
    ) or call.take(simulator, {"reset": "half_response"})
    if fault is None and trigger is not None and trigger.kind in ("reset", "silent", "html", "garbage"):
        fault = trigger
    if fault is None:
        return reply, None
    if fault.kind == "html":
        return _html(fault.status), fault
    if fault.kind == "garbage":
        return _garbage(reply, fault.body), fault
    if fault.kind == "drip":
        return replace(reply, wire="drip", drip_seconds=fault.seconds), fault
    wire = "half_response" if fault.when == "half_response" else fault.kind
    return replace(reply, wire=wire), fault


def _html(status: int) -> Reply:
    return Reply(status, _HTML % status, "text/html")


def _garbage(reply: Reply, kind: str) -> Reply:
    if kind == "html":
        return Reply(200, _HTML % 200, "text/html")
    bodies = {
        "empty": b"",
        "cut": bytes(reply.body[: len(reply.body) // 2]),
        "no_id": b'{"messaging_product":"whatsapp"}',
    }
    return replace(reply, body=bodies[kind])


def spoil_file(simulator: "Simulator", call: Call, reply: Reply) -> Reply:
    """Let a download be gone, of another type than told, or not the bytes that were told."""
    fault = call.take(simulator, {"gone": None, "wrong_type": None, "changed_bytes": None})
    if fault is None:
        return reply
    if fault.kind == "gone":
        return Reply(404, b"", "text/plain")
    if fault.kind == "wrong_type":
        return replace(reply, content_type=fault.mime_type)
    return replace(reply, body=bytes(255 - byte for byte in bytes(reply.body)))

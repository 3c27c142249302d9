"""POST {phone_number_id}/messages: validates, refuses or accepts, and lets faults have their way."""

import asyncio
import json
import re
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from integrations.simulator.accounts import Account
from integrations.simulator.faults import Fault
from integrations.simulator.graph.errors import GraphError, graph_reply
from integrations.simulator.graph.media import check_ids, resolve
from integrations.simulator.graph.schema import Outgoing, ReadMark, parse_request
from integrations.simulator.graph.tokens import needs_scope, number_of
from integrations.simulator.graph.troubles import Call, break_reply, refuse, reset_early, wait
from integrations.simulator.http import Json, Reply, Request
from integrations.simulator.people import Person, country_prefix, digits, variants
from integrations.simulator.triggers import triggered_by

if TYPE_CHECKING:
    from integrations.simulator.core import Simulator

REACTION_SECONDS = 30 * 86_400


async def post_message(simulator: "Simulator", request: Request) -> Reply:
    """Send a message of any kind, or mark a customer's message as read."""
    account = number_of(simulator, request, request.parameters["id"])
    call = Call("send", account.phone_number_id)
    if early := reset_early(simulator, call):
        return early
    body = _object(await request.body())
    call = replace(call, operation="read" if "status" in body else "send")
    needs_scope([account], "whatsapp_business_messaging")
    content = parse_request(body)
    if not account.registered:
        raise GraphError(133010)
    if isinstance(content, ReadMark):
        return await _mark_read(simulator, account, content, call)
    check_ids(simulator, account, content.files)
    return await _send(simulator, account, content, call)


def _object(raw: bytes) -> Json:
    try:
        value = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise GraphError(100, "The request body is not valid JSON.") from error
    if not isinstance(value, dict):
        raise GraphError(100, "The request body must be a JSON object.")
    return value


async def _mark_read(simulator: "Simulator", account: Account, mark: ReadMark, call: Call) -> Reply:
    await wait(simulator, call, "before_accept")
    if refusal := refuse(simulator, call, None, account):
        return refusal
    bubble = simulator.chats.find(mark.message_id)
    if bubble is None or bubble.direction != "in" or bubble.phone_number_id != account.phone_number_id:
        raise GraphError(131009, "Invalid message_id")
    simulator.sending.take_read(bubble, typing=mark.typing)
    reply, _ = break_reply(simulator, call, None, graph_reply({"success": True}))
    await wait(simulator, call, "after_accept")
    return reply


async def _send(simulator: "Simulator", account: Account, message: Outgoing, call: Call) -> Reply:
    number = None if message.to is None else _number(account, message.to)
    call = replace(call, addresses=_addresses(simulator, number, message.recipient))
    await wait(simulator, call, "before_accept")
    if number is not None and number in variants(account.wa_id):
        raise GraphError(131021)
    trigger = triggered_by(number)
    if refusal := refuse(simulator, call, trigger, account):
        return refusal
    person = _recipient(simulator, account, number, message.recipient)
    if code := simulator.limits.refuse(account.phone_number_id, person.user_id):
        raise GraphError(code)
    _check_target(simulator, account, person, message)
    files = await resolve(simulator, account, message.files)
    failing = _failing(simulator, call, trigger)
    entry_id, bubble = simulator.sending.accept(
        account, person, message, files, addressed="bsuid" if number is None else "phone"
    )
    contact = {"input": message.to, "wa_id": person.number}
    if number is None:
        contact = {"input": message.recipient, "user_id": person.user_id}
    reply = graph_reply(
        {"messaging_product": "whatsapp", "contacts": [contact], "messages": [{"id": bubble.wamid}]}
    )
    reply, fault = break_reply(simulator, call, trigger, reply)
    if fault or failing:
        simulator.ledger.note_fault(entry_id, (fault or failing or Fault("")).name)
    if fault is None or fault.kind == "drip":
        reply.after = lambda waited: simulator.sending.note_answered(entry_id) if waited else None
    posted = simulator.sending.plan_statuses(bubble, person, failed_code=failing.code if failing else None)
    if simulator.timeline.early and posted:
        await asyncio.wait(posted, timeout=5)
        simulator.outbox.give_up(bubble.wamid)
    await wait(simulator, call, "after_accept")
    return reply


def _number(account: Account, to: str) -> str:
    """The digits that Meta dials: without a plus it puts the business's own country in front."""
    if not re.fullmatch(r"\+?[\d\s().-]+", to):
        raise GraphError(131009, "Param to is not a valid WhatsApp phone number.")
    number = digits(to)
    if not to.startswith("+"):
        number = country_prefix(account.wa_id) + number
    if not 7 <= len(number) <= 17:
        raise GraphError(131009, "Param to is not a valid WhatsApp phone number.")
    return number


def _addresses(simulator: "Simulator", number: str | None, recipient: str | None) -> frozenset[str]:
    """Every name of the recipient that a fault may use."""
    person = simulator.people.by_number(number) if number else simulator.people.by_user_id(recipient or "")
    names = {number, recipient if number is None else None}
    if person is not None:
        names |= {person.number, person.user_id}
    return frozenset(name for name in names if name)


def _recipient(simulator: "Simulator", account: Account, number: str | None, recipient: str | None) -> Person:
    if number is None:
        person = simulator.people.by_user_id(recipient or "")
        if person is None:
            raise GraphError(131026)
    else:
        person = simulator.people.by_number(number)
    # A number that nobody here has is a person on WhatsApp who never wrote to this business.
    now = time.time()
    if person is None or not simulator.chats.window_is_open(account.phone_number_id, person.user_id, now):
        raise GraphError(131047)
    return person


def _check_target(simulator: "Simulator", account: Account, person: Person, message: Outgoing) -> None:
    """Refuse a reaction to something that is not in this chat, or older than 30 days."""
    if message.type != "reaction":
        return
    target = simulator.chats.find(message.content["message_id"])
    chat = (account.phone_number_id, person.user_id)
    if target is None or (target.phone_number_id, target.user_id) != chat or target.is_bare:
        raise GraphError(131009, "Invalid message_id")
    if target.meta_time < time.time() - REACTION_SECONDS:
        raise GraphError(131009, "The message is too old for a reaction.")


def _failing(simulator: "Simulator", call: Call, trigger: Fault | None) -> Fault | None:
    if trigger is not None and trigger.kind == "status_failed":
        return trigger
    return call.take(simulator, {"status_failed": None})

"""The same webhook many times, and two copies of bandeja on one machine."""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor

from tests.calls import Api, call
from tests.copy import Copy, running_copy, wait_for
from tests.faults.traffic import conversation_of, post_until_taken
from tests.simulated import Phones

COPIES = 100


def test_a_hundred_copies_of_a_webhook_at_once_have_one_effect(copy: Copy, phones: Phones, api: Api) -> None:
    """BEY-01, BEY-06: one contact, one conversation, one message, one event; each copy gets its 200."""
    person = phones.person()
    wamid = f"wamid.{secrets.token_hex(16).upper()}"
    message = {
        "from": person.phone,
        "id": wamid,
        "timestamp": str(int(time.time())),
        "type": "text",
        "text": {"body": "Una sola vez"},
    }
    channel = copy.organization()["channel"]
    change = {"field": "messages", "value": phones.value(person, [message])}
    body = json.dumps(
        {
            "object": "whatsapp_business_account",
            "entry": [{"id": channel["waba_id"], "changes": [change]}],
        }
    ).encode()
    digest = hmac.new(channel["app_secret"].encode(), body, hashlib.sha256).hexdigest()
    headers = {"Content-Type": "application/json", "X-Hub-Signature-256": f"sha256={digest}"}
    together = threading.Barrier(COPIES)

    def post() -> int:
        together.wait()
        return call("POST", channel["webhook_url"], body, headers=headers).status

    with ThreadPoolExecutor(COPIES) as pool:
        statuses = [pool.submit(post) for _ in range(COPIES)]
        assert {status.result() for status in statuses} == {200}
    conversation = conversation_of(api, person)
    wait_for(lambda: _waiting(copy) == 0, "all copies to be taken in")
    questions = {
        "contacts": "SELECT count(*) FROM inbox_contact WHERE phone = %s",
        "identities": "SELECT count(*) FROM inbox_contactidentity WHERE value LIKE '%%' || %s",
    }
    counts = {
        "contacts": copy.sql(questions["contacts"], person.number),
        "identities": copy.sql(questions["identities"], person.phone),
        "conversations": copy.sql(
            "SELECT count(*) FROM inbox_conversation c JOIN inbox_contact p ON p.id = c.contact_id WHERE p.phone = %s",
            person.number,
        ),
        "messages": copy.sql("SELECT count(*) FROM inbox_message WHERE wa_message_id = %s", wamid),
        "unread": copy.sql("SELECT unread_count FROM inbox_conversation WHERE id = %s", conversation),
        "tickets": copy.sql("SELECT count(*) FROM inbox_ticket WHERE conversation_id = %s", conversation),
        "events": copy.sql(
            "SELECT count(*) FROM core_event WHERE type = 'message.received' "
            "AND (data::jsonb->'conversation'->>'id')::bigint = %s",
            conversation,
        ),
    }
    assert {name: rows[0][0] for name, rows in counts.items()} == dict.fromkeys(counts, 1)


def test_two_copies_run_side_by_side_and_one_that_is_stopped_leaves_nothing(
    copy: Copy, phones: Phones, api: Api
) -> None:
    """IMPL-03: own ports, own data, own secrets; SIGTERM ends every process, and the other goes on."""
    with running_copy() as other:
        others = Phones(other)
        person = others.person()
        others.writes(person, "Solo para la otra")
        foreign = Api.by_key(other.url, other.organization()["api_key"])
        post_until_taken(foreign, conversation_of(foreign, person), "Desde la otra")
        wait_for(lambda: others.sent_to(person), "the answer to leave")
        others.wait_idle()

        assert api.get("/conversations", q=person.phone).json()["results"] == []
        assert phones.sent_to(person) == []
        assert Api.by_key(copy.url, other.organization()["api_key"]).get("/me").status == 401

        assert other.stop(signal.SIGTERM) == 0
        assert other.left_behind() == []
        assert "killed" not in other.said().split("Stopping.")[-1]
    assert copy.is_ready()


def _waiting(copy: Copy) -> int:
    [(count,)] = copy.sql("SELECT count(*) FROM integrations_inbounddelivery WHERE state = 'pending'")
    return int(count)

"""sends: replies that wait in the queue, drained a second by one sender: claimed, sent to a Graph API, written down.

Floor: an aiohttp session with batched SQL, which marks attempts before and writes results after. The Graph API accepts
everything at once. Each reply is of a conversation of its own, and in the end every one has reached it once. Bulk sends
(O1), for which the floor is meant, do not exist yet: a sender of replies keeps the order within each conversation,
looks at the window, and tells the sockets of every step. So nothing is asked of the ratio.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from django.db import connection

from bench import seed
from bench.figures import Line, median, per_second, ratio_of_rounds
from bench.options import Bench, say
from bench.stage import Running, free_port
from core import jobs

REPLIES = 2_000
_PATIENCE_SECONDS = 120.0
_QUEUE = (
    """
    INSERT INTO inbox_message (organization_id, conversation_id, channel_id, direction, type, text, content, client_id,
                               is_late, status, error_detail, occurred_at, created_at)
    SELECT organization_id, id, channel_id, 'outbound', 'text', %(text)s, '{}', gen_random_uuid(), false, 'queued', '',
           date_trunc('second', now()), now()
    FROM inbox_conversation WHERE organization_id = %(organization)s ORDER BY id LIMIT %(replies)s
    """,
    """
    INSERT INTO inbox_sendattempt (organization_id, message_id, conversation_id, channel_id, number, lane, state,
                                   callback_id, due_at, error_detail, created_at)
    SELECT organization_id, id, conversation_id, channel_id, 1, 'interactive', 'pending', gen_random_uuid(), now(), '',
           now()
    FROM inbox_message WHERE organization_id = %(organization)s AND status = 'queued' AND text = %(text)s
    """,
)


def measure(bench: Bench) -> list[Line]:
    replies = min(REPLIES, bench.tenant.sizes.conversations)
    port = free_port()
    graph = f"http://127.0.0.1:{port}"
    floors, ours = [], []
    with bench.stage.helper("bench.loads.graph", str(port)) as stub:
        for _ in range(bench.options.rounds):
            floors.append(_drained(stub, replies, lambda text: _floor(bench, graph, replies, text)))
            ours.append(_drained(stub, replies, lambda text: _product(bench, graph, replies, text)))
            say(f"  sends: floor {floors[-1]:,.0f}/s, ours {ours[-1]:,.0f}/s")
    what = f"{replies:,} replies drained, one sender"
    ratio = ratio_of_rounds(ours, floors)
    return [Line("sends", what, f"{median(ours):,.0f}/s", f"{median(floors):,.0f}/s", ratio)]


def _drained(stub: Running, replies: int, drain: Callable[[str], float]) -> float:
    """Replies a second.

    Args:
        drain: sends replies with a text, and returns how many seconds it took. Each time has a text of its own: what
            other paths and times have left stays, as messages that are pointed to from everywhere go slowly.

    Raises:
        RuntimeError: one did not arrive once, or is not written down as accepted.
    """
    stub.say("forget")
    stub.lines_until("done")
    text = f"Sí, nos queda una. ¿Te la guardo? {time.time_ns()}"
    seconds = drain(text)
    stub.say("count")
    came, different = map(int, stub.lines_until("done")[-1].split())
    accepted = _count("inbox_message WHERE status = 'accepted' AND text = %s", text)
    if not came == different == accepted == replies:
        raise RuntimeError(
            f"of {replies} replies {different} arrived, {came - different} twice, {accepted} accepted"
        )
    return per_second(replies, seconds)


def _floor(bench: Bench, graph: str, replies: int, text: str) -> float:
    words = [str(bench.tenant.channel_id), str(seed.PHONE_NUMBER_ID), graph]
    with bench.stage.helper("bench.floors.sends", *words, core=None) as helper:
        _queue(bench, replies, text)
        helper.say("go")
        return float(helper.lines_until("done")[-1])


def _product(bench: Bench, graph: str, replies: int, text: str) -> float:
    with bench.stage.worker("interactive", settings={"WHATSAPP_GRAPH_URL": graph}):
        # Until it has looked for the first time and found nothing.
        time.sleep(4)
        started = _queue(bench, replies, text)
        jobs.ring("inbox.send", channel_id=bench.tenant.channel_id)
        while _count("inbox_sendattempt WHERE state IN ('pending', 'claimed', 'sending')"):
            if time.monotonic() - started > _PATIENCE_SECONDS:
                raise RuntimeError("the sender does not come to an end")
            time.sleep(0.02)
        return time.monotonic() - started


def _queue(bench: Bench, replies: int, text: str) -> float:
    """Let replies wait, and return the moment since when they do: a sender that looks may begin before the bell."""
    seed.clear()
    values: dict[str, int | str] = {"organization": bench.tenant.id, "replies": replies, "text": text}
    with connection.cursor() as cursor:
        cursor.execute(_QUEUE[0], values)
        seed.vacuum("inbox_message", "inbox_sendattempt")
        cursor.execute(_QUEUE[1], values)
    return time.monotonic()


def _count(what: str, *values: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {what}", values or None)  # noqa: S608 - constants of this file
        return int(cursor.fetchone()[0])

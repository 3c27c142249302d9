"""Bodies that end the process which reads them: counted before they are read, and set aside.

A batch that fails is undone and looked at by who failed. A process that is killed, by the kernel for its memory or by
a fault in a library, tells nobody: its batch would be read again by the next process, for ever. So each batch notes
that it begins, in a commit of its own, and the end of the batch takes the note back; so does whoever gives a batch up
and lives, as in the database's trouble. A note of another process that nobody took back means that its batch was cut
off. The deliveries of that batch are then read one by one, and one in whose reading `MOST` processes have died is not
read any more until somebody replays it.

Somebody may live and be taken for dead: when the database is away again as the note should be taken back, or when the
machine is so slow that another one comes in between. So a delivery keeps the names of the dead, and who begins and
finds its own name there takes it off: it lives. What was set aside for want of that word waits again.
"""

from __future__ import annotations

import logging
import os
import uuid
from enum import Enum

from django.db import DatabaseError, InterfaceError, connection, transaction

from core import statements
from core.tenancy import current_organization_id
from inbox import locks
from inbox.intake.journal import MOST_DELIVERIES
from integrations.models import DeliveryState

logger = logging.getLogger(__name__)

MOST = 3

# Takes the name of this process off where it was taken for dead, and returns that of another one whose note stood
# there. Two may note their batches within a moment of each other; no process is killed and replaced as quickly.
# The note has to outlive the process, not the machine: nobody waits for the disk.
_NOTE = """
WITH absolved AS (
    UPDATE integrations_inbounddelivery
    SET cut_off = cut_off - 1, cut_off_in = array_remove(cut_off_in, %(runner)s::varchar),
        state = 'pending', processed_at = NULL
    WHERE organization_id = %(organization)s AND cut_off > 0 AND cut_off_in @> ARRAY[%(runner)s]::varchar[]
    RETURNING id),
forgotten AS (
    DELETE FROM integrations_inboundproblem p USING absolved
    WHERE p.delivery_id = absolved.id AND p.code = 'cut_off')
INSERT INTO integrations_inboundrun AS run (organization_id, runner, begun_at)
SELECT %(organization)s, %(runner)s, now() WHERE EXISTS (SELECT 1 FROM absolved) OR EXISTS (
    SELECT 1 FROM integrations_inbounddelivery WHERE organization_id = %(organization)s AND state = 'pending')
ON CONFLICT (organization_id) DO UPDATE SET runner = excluded.runner, begun_at = excluded.begun_at
RETURNING coalesce((
    SELECT old.runner FROM integrations_inboundrun old WHERE old.organization_id = run.organization_id
    AND old.runner <> %(runner)s AND old.begun_at < now() - interval '0.3 seconds'), ''),
    CASE WHEN %(is_own_commit)s THEN set_config('synchronous_commit', 'off', true) END
"""

# The oldest one was in the batch that was cut off, and alone if it was suspected before.
_SUSPECT = """
WITH waiting AS (
    SELECT id, cut_off FROM integrations_inbounddelivery
    WHERE organization_id = %(organization)s AND state = 'pending' ORDER BY id LIMIT %(most)s),
oldest AS (SELECT id, cut_off FROM waiting ORDER BY id LIMIT 1)
UPDATE integrations_inbounddelivery d SET cut_off = d.cut_off + 1, cut_off_in = d.cut_off_in || %(dead)s::varchar
FROM waiting, oldest
WHERE d.id = waiting.id AND (CASE WHEN oldest.cut_off > 0 THEN d.id = oldest.id ELSE d.cut_off = 0 END)
"""

_SET_ASIDE = """
WITH hopeless AS (
    UPDATE integrations_inbounddelivery SET state = %(failed)s, processed_at = now(), attempts = attempts + cut_off
    WHERE organization_id = %(organization)s AND state = 'pending' AND cut_off >= %(most)s
    RETURNING id)
INSERT INTO integrations_inboundproblem (organization_id, delivery_id, pointer, code, reason, created_at)
SELECT %(organization)s, id, '', 'cut_off', %(reason)s, now() FROM hopeless RETURNING delivery_id
"""

_END = "UPDATE integrations_inboundrun SET runner = '' WHERE organization_id = %s"

# Without waiting: who holds the row is about to write over it.
_TAKE_BACK = """
UPDATE integrations_inboundrun SET runner = '' WHERE organization_id = (
    SELECT organization_id FROM integrations_inboundrun
    WHERE organization_id = %s AND runner = %s FOR UPDATE SKIP LOCKED)
"""


class Begun(Enum):
    """Whether a batch may begin: now, not as nothing waits, or not as somebody else is at it."""

    NOW = "now"
    NOTHING = "nothing"
    ELSEWHERE = "elsewhere"


_runner = ""
_runner_pid = 0


def _name() -> str:
    """Return the random name of this process."""
    global _runner, _runner_pid
    if _runner_pid != os.getpid():
        _runner, _runner_pid = uuid.uuid4().hex, os.getpid()
    return _runner


def begin(organization_id: int) -> Begun:
    """Note that a batch begins, and look whether the last one was cut off. Call within the tenant's scope."""
    is_own_commit = not connection.in_atomic_block
    with transaction.atomic(), statements.cursor() as cursor:
        if not locks.try_lock(locks.intake_of(organization_id)):
            return Begun.ELSEWHERE
        cursor.execute(
            _NOTE, {"organization": organization_id, "runner": _name(), "is_own_commit": is_own_commit}
        )
        noted = cursor.fetchone()
        if noted is None:
            return Begun.NOTHING
        dead, _ = noted
        if dead:
            _suspect(organization_id, dead)
    return Begun.NOW


def end(organization_id: int) -> None:
    """Take the note back, in the transaction of the batch."""
    with statements.cursor() as cursor:
        cursor.execute(_END, [organization_id])


def take_back(organization_id: int) -> None:
    """Take the note of this process back after a batch that came to nothing, as far as the database answers."""
    # The connection may be the very one that was cut.
    if not connection.in_atomic_block:
        connection.close_if_unusable_or_obsolete()
    try:
        with statements.cursor() as cursor:
            cursor.execute(_TAKE_BACK, [organization_id, _name()])
    except (DatabaseError, InterfaceError) as error:
        logger.warning("intake.note_left", extra={"reason": type(error).__name__})


def _suspect(organization_id: int, dead: str) -> None:
    """Note that a process died with the batch in hand."""
    with statements.cursor() as cursor:
        cursor.execute(_SUSPECT, {"organization": organization_id, "most": MOST_DELIVERIES, "dead": dead})
        logger.warning("intake.cut_off", extra={"deliveries": cursor.rowcount})
        cursor.execute(
            _SET_ASIDE,
            {
                "organization": current_organization_id(),
                "failed": DeliveryState.FAILED,
                "most": MOST,
                "reason": f"{MOST} processes ended while they read it",
            },
        )
        for (delivery_id,) in cursor.fetchall():
            logger.error("intake.set_aside", extra={"delivery": delivery_id})

"""What people say that they want to receive."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection

from core import jsons
from core.actors import system_actor
from core.tenancy import current_organization_id
from inbox import contacts, news
from inbox.contacts import Sighting
from integrations.whatsapp.payloads import Preference

FROM_WHATSAPP = "whatsapp"

# The latest word holds, whatever comes first. The clock is Meta's.
_WRITE = """
UPDATE inbox_contact c
SET preference_at = i.at, updated_at = now(),
    opted_out_at = CASE WHEN i.is_stop THEN coalesce(c.opted_out_at, i.at) END,
    opt_out_source = CASE WHEN i.is_stop THEN %s ELSE '' END
FROM json_to_recordset(%s::json) AS i (id bigint, at timestamptz, is_stop boolean)
WHERE c.organization_id = %s AND c.id = i.id
  AND (c.preference_at IS NULL OR c.preference_at < i.at
       OR (c.preference_at = i.at AND (c.opted_out_at IS NOT NULL) <> i.is_stop))
RETURNING c.id
"""


def apply(told: Sequence[Preference]) -> None:
    """Note who wants marketing messages and who does not; within `service()`.

    Somebody who is not known becomes a contact: a wish not to be written to holds for those who are imported later.
    """
    if not told:
        return
    known = contacts.resolve([Sighting(one.person) for one in told])
    latest = {
        found.contact.pk: one
        for one, found in sorted(zip(told, known, strict=True), key=lambda pair: pair[0].sent_at)
    }
    rows = [
        {"id": pk, "at": one.sent_at, "is_stop": one.value == "stop"} for pk, one in sorted(latest.items())
    ]
    with connection.cursor() as cursor:
        cursor.execute(_WRITE, [FROM_WHATSAPP, jsons.recordset(rows), current_organization_id()])
        changed = [pk for (pk,) in cursor.fetchall()]
    if changed:
        news.note_contacts(changed, system_actor(current_organization_id()))

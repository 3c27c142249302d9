"""Django's sessions in the database, read by a query that is written out: every request begins with it."""

from __future__ import annotations

from typing import Any

from django.contrib.sessions.backends import db
from django.utils import timezone

from core.rows import first_row

_LOAD = "SELECT session_data FROM django_session WHERE session_key = %s AND expire_date > %s"


class SessionStore(db.SessionStore):
    """As Django's, with the same rows and signatures: a signature has the class's name in it, which thus stays."""

    def load(self) -> dict[str, Any]:
        found = first_row(_LOAD, [self.session_key, timezone.now()])
        if found is None:
            # What was not begun here, or is over, gives its key to no new session.
            self._session_key = None
            return {}
        return self.decode(found[0])

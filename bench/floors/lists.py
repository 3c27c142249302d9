"""I4's floors: the product's handler without middleware, and views that give `values()` of a page through orjson.

No session, no tenant, no access, no paging and no rendering: fifty rows with what the list shows of them. `values` asks
Django for them, as one would; `prepared` has the statement that Django makes of it composed once, planned once for each
connection, and its times read by psycopg's compiled loader, by a connection of its own for each thread: nothing could
give these rows with less.
"""

from __future__ import annotations

import os
import sys
import threading
from functools import cache
from typing import Any, cast

os.environ["DJANGO_SETTINGS_MODULE"] = "core.project.settings"

import django
import orjson
import psycopg
from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import path
from psycopg.rows import dict_row

django.setup(set_prefix=False)

from core import garbage
from core.handler import Handler
from core.tenancy import all_tenants
from inbox.models import Conversation
from inbox.renderers import CONVERSATION_FIELDS

ROWS = 50
_threads = threading.local()


def values(request: HttpRequest) -> HttpResponse:
    return _answer(list(rows_of(int(request.GET["organization"]))))


def prepared(request: HttpRequest) -> HttpResponse:
    return _answer(_connection().execute(statement(), [int(request.GET["organization"])]).fetchall())


def rows_of(organization_id: int) -> QuerySet[Conversation, dict[str, Any]]:
    """The first page of an organisation's conversations."""
    with all_tenants():
        rows = Conversation.objects.filter(organization_id=organization_id)
    page = rows.order_by("-last_activity_at", "-id").values(*CONVERSATION_FIELDS)[:ROWS]
    return cast(QuerySet[Conversation, dict[str, Any]], page)


@cache
def statement() -> str:
    """What Django makes of `rows_of`; its one value is the organisation."""
    text, _ = rows_of(0).query.sql_with_params()
    return str(text)


def _answer(rows: list[dict[str, Any]]) -> HttpResponse:
    return HttpResponse(orjson.dumps({"results": rows}), content_type="application/json")


def _connection() -> psycopg.Connection[dict[str, Any]]:
    if not hasattr(_threads, "connection"):
        # As the product's connections are: `core.project.environment`.
        options = "-c plan_cache_mode=force_generic_plan -c timezone=UTC"
        made = psycopg.connect(
            os.environ["DATABASE_URL"], autocommit=True, row_factory=dict_row, options=options
        )
        made.prepare_threshold = 0
        _threads.connection = made
    connection: psycopg.Connection[dict[str, Any]] = _threads.connection
    return connection


urlpatterns = [path("values", values), path("prepared", prepared)]
settings.MIDDLEWARE = []
settings.ROOT_URLCONF = sys.modules[__name__].__name__
application = Handler()
garbage.settle()

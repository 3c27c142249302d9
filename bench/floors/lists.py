"""I4's floor: the product's handler without middleware, and a view that gives `values()` of a page through orjson.

No session, no tenant, no access, no paging and no rendering: fifty rows with what the list shows of them. What is cheap
in the product is as cheap here: the statement that Django makes of `values()` is composed once, planned once for each
connection, and its times are read by psycopg's compiled loader. Each thread keeps a connection of its own.
"""

from __future__ import annotations

import os
import sys
import threading
from functools import cache
from typing import Any

os.environ["DJANGO_SETTINGS_MODULE"] = "core.project.settings"

import django
import orjson
import psycopg
from django.conf import settings
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


def conversations(request: HttpRequest) -> HttpResponse:
    found = _connection().execute(statement(), [int(request.GET["organization"])])
    return HttpResponse(orjson.dumps({"results": found.fetchall()}), content_type="application/json")


@cache
def statement() -> str:
    """What Django makes of `values()`; its one value is the organisation."""
    with all_tenants():
        rows = Conversation.objects.filter(organization_id=0).order_by("-last_activity_at", "-id")
        text, _ = rows.values(*CONVERSATION_FIELDS)[:ROWS].query.sql_with_params()
    return str(text)


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


urlpatterns = [path("conversations", conversations)]
settings.MIDDLEWARE = []
settings.ROOT_URLCONF = sys.modules[__name__].__name__
application = Handler()
garbage.settle()

"""I4's floor: Django's own handler without middleware, a view that gives `values()` through orjson, and nothing else.

No session, no tenant, no access, no paging: fifty rows with what the list shows of them.
"""

from __future__ import annotations

import os
import sys

os.environ["DJANGO_SETTINGS_MODULE"] = "core.project.settings"

import django
import orjson
from django.conf import settings
from django.core.asgi import get_asgi_application
from django.http import HttpRequest, HttpResponse
from django.urls import path

django.setup(set_prefix=False)

from core.tenancy import all_tenants
from inbox.models import Conversation

ROWS = 50
_FIELDS = (
    "id",
    "status",
    "unread_count",
    "last_activity_at",
    "last_inbound_at",
    "created_at",
    "contact_id",
    "contact__name",
    "contact__phone",
    "contact__username",
    "channel_id",
    "channel__name",
    "channel__phone",
    "assignee_id",
    "assignee__user__name",
    "ticket_id",
    "ticket__opened_at",
    "last_message_id",
    "last_message__direction",
    "last_message__type",
    "last_message__text",
    "last_message__status",
    "last_message__occurred_at",
)


def conversations(request: HttpRequest) -> HttpResponse:
    organization_id = int(request.GET["organization"])
    with all_tenants():
        rows = list(
            Conversation.objects.filter(organization_id=organization_id)
            .order_by("-last_activity_at", "-id")
            .values(*_FIELDS)[:ROWS]
        )
    return HttpResponse(orjson.dumps({"results": rows}), content_type="application/json")


urlpatterns = [path("conversations", conversations)]
settings.MIDDLEWARE = []
settings.ROOT_URLCONF = sys.modules[__name__].__name__
application = get_asgi_application()

"""Meta's webhook asks for a signature, and for nothing that people or programs have."""

from __future__ import annotations

import pytest
from django.conf import settings

from core.handler import Handler
from integrations.whatsapp.webhook import WebhookApplication
from tests.access.callers import make_askers
from tests.access.world import make_world
from tests.inbox.realtime.lines import sign_in
from tests.inbox.realtime.local import in_database
from tests.integrations.whatsapp.asgi_client import call, post, stored


@pytest.mark.django_db(transaction=True)
async def test_neither_session_nor_key_opens_the_webhook() -> None:
    askers = await in_database(lambda: make_askers(make_world()))
    app = WebhookApplication(otherwise=Handler(), doorbell=lambda organization_id: None)
    before = await stored()
    try:
        for asker in askers.values():
            session = await in_database(sign_in, asker.me)
            headers = [
                (b"cookie", f"{settings.SESSION_COOKIE_NAME}={session}".encode()),
                (b"authorization", asker.caller.headers.get("Authorization", "").encode()),
            ]
            body = {"type": "http.request", "body": b"{}"}
            assert (await call(app, headers=headers, messages=[body])).status == 401
            assert (await call(app, "GET", headers=headers)).status == 403
        assert await stored() == before
        assert (await post(app, b"{}")).status == 200
        assert len(await stored()) == len(before) + 1
    finally:
        await app.close()

"""Every 200 has a row, and nothing that was not signed has one."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from core.tenancy import all_tenants
from integrations.whatsapp import apps_cache, webhook
from integrations.whatsapp.signatures import sign
from integrations.whatsapp.webhook import LARGEST_BODY, Message, Receive, Scope, Send, WebhookApplication
from tests.factories import VERIFY_TOKEN
from tests.integrations.whatsapp.asgi_client import KEY, SECRET, call, execute, post, signed, stored
from tests.integrations.whatsapp.bodies import WEBHOOKS, body_of
from tests.integrations.whatsapp.conftest import Two
from tests.integrations.whatsapp.test_signatures import BAD, BODY

pytestmark = pytest.mark.django_db(transaction=True)
TEXT = body_of("msg_text_basic")


@pytest.fixture
def rung() -> list[int]:
    return []


@pytest.fixture
async def app(two: Two, rung: list[int]) -> AsyncIterator[WebhookApplication]:
    application = WebhookApplication(_otherwise, rung.append)
    yield application
    await application.close()


async def _otherwise(scope: Scope, receive: Receive, send: Send) -> None:
    await send({"type": "http.response.start", "status": 299, "headers": []})
    await send({"type": "http.response.body", "body": b"elsewhere"})


def _parts(*parts: bytes) -> list[Message]:
    last = len(parts) - 1
    return [{"type": "http.request", "body": part, "more_body": n < last} for n, part in enumerate(parts)]


class TestStoring:
    async def test_a_signed_body_is_stored_raw_and_then_acknowledged(
        self, app: WebhookApplication, two: Two, rung: list[int]
    ) -> None:
        answer = await post(app, TEXT)
        assert (answer.status, answer.body) == (200, b"")
        assert await stored() == [(two.aurora.organization_id, two.aurora.pk, TEXT, "pending")]
        assert rung == [two.aurora.organization_id]

    async def test_the_moment_of_reception_is_kept(self, app: WebhookApplication) -> None:
        before = datetime.now(UTC)
        await post(app, TEXT)
        [(received_at, items, attempts, processed_at)] = await execute(
            "SELECT received_at, items, attempts, processed_at FROM integrations_inbounddelivery"
        )
        assert before <= received_at <= datetime.now(UTC)
        assert (items, attempts, processed_at) == (0, 0, None)

    @pytest.mark.parametrize(
        "body",
        [b"", b"{", b"\xff\x00\xfe", b"[" * 100_000, b"{}", gzip.compress(TEXT), "ñ".encode("utf-16")],
        ids=["empty", "broken", "binary", "deep", "no entry", "gzip", "utf-16"],
    )
    async def test_a_signed_body_is_stored_whatever_it_holds(
        self, app: WebhookApplication, body: bytes
    ) -> None:
        assert (await post(app, body)).status == 200
        assert [row[2] for row in await stored()] == [body]

    async def test_every_recorded_body_is_stored_byte_for_byte(self, app: WebhookApplication) -> None:
        bodies = [path.read_bytes() for path in WEBHOOKS]
        answers = await asyncio.gather(*(post(app, body) for body in bodies))
        assert {answer.status for answer in answers} == {200}
        assert sorted(row[2] for row in await stored()) == sorted(bodies)

    async def test_a_hundred_copies_at_once_are_a_hundred_rows(self, app: WebhookApplication) -> None:
        answers = await asyncio.gather(*(post(app, TEXT) for _ in range(100)))
        assert {answer.status for answer in answers} == {200}
        assert [row[2] for row in await stored()] == [TEXT] * 100

    async def test_a_body_in_pieces_is_put_together(self, app: WebhookApplication) -> None:
        pieces = [TEXT[:1], b"", TEXT[1:500], TEXT[500:]]
        answer = await call(app, headers=signed(TEXT), messages=_parts(*pieces))
        assert answer.status == 200
        assert [row[2] for row in await stored()] == [TEXT]

    async def test_each_app_signs_for_its_own_organisation(
        self, app: WebhookApplication, two: Two, rung: list[int]
    ) -> None:
        assert (await post(app, TEXT, key="lejano-key")).status == 200
        assert [row[:2] for row in await stored()] == [(two.other.organization_id, two.other.pk)]
        assert rung == [two.other.organization_id]


class TestSignatures:
    @pytest.mark.parametrize("name", BAD)
    async def test_a_bad_signature_is_401_and_stores_nothing(
        self, app: WebhookApplication, rung: list[int], name: str
    ) -> None:
        header = BAD[name]
        headers = [] if header is None else [(b"x-hub-signature-256", header)]
        answer = await call(app, headers=headers, messages=_parts(BODY))
        assert answer.status == 401
        assert await stored() == []
        assert rung == []

    async def test_two_signatures_are_none(self, app: WebhookApplication) -> None:
        good = (b"x-hub-signature-256", sign(TEXT, SECRET))
        assert (await call(app, headers=[good, good], messages=_parts(TEXT))).status == 401
        assert (await call(app, headers=[good], messages=_parts(TEXT))).status == 200

    async def test_the_sha1_header_is_not_looked_at(self, app: WebhookApplication) -> None:
        headers = [(b"x-hub-signature", sign(TEXT, SECRET))]
        assert (await call(app, headers=headers, messages=_parts(TEXT))).status == 401

    async def test_the_signature_of_one_app_is_worth_nothing_to_another(
        self, app: WebhookApplication, two: Two
    ) -> None:
        await _set_secrets(two, secret="secreto de aurora")
        assert (await post(app, TEXT, secret=b"secreto de aurora", key="lejano-key")).status == 401
        assert (await post(app, TEXT, secret=SECRET)).status == 401
        assert await stored() == []

    async def test_an_app_without_a_secret_takes_nothing_in(self, app: WebhookApplication, two: Two) -> None:
        await execute(
            "UPDATE integrations_metaapp SET app_secret_ciphertext = '' WHERE id = %s", (two.aurora.pk,)
        )
        for secret in (b"", SECRET):
            assert (await post(app, TEXT, secret=secret)).status == 401

    async def test_a_secret_that_cannot_be_decrypted_takes_nothing_in(
        self, app: WebhookApplication, two: Two
    ) -> None:
        await execute(
            "UPDATE integrations_metaapp SET app_secret_ciphertext = 'v1:gone:AAAA' WHERE id = %s",
            (two.aurora.pk,),
        )
        assert (await post(app, TEXT)).status == 401

    @pytest.mark.parametrize(
        ("until", "status"), [(timedelta(hours=24), 200), (timedelta(seconds=-1), 401), (None, 401)]
    )
    async def test_the_previous_secret_holds_for_its_time(
        self, app: WebhookApplication, two: Two, until: timedelta | None, status: int
    ) -> None:
        at = None if until is None else datetime.now(UTC) + until
        await _set_secrets(two, secret="nuevo", previous="anterior", until=at)
        assert (await post(app, TEXT, secret=b"nuevo")).status == 200
        assert (await post(app, TEXT, secret=b"anterior")).status == status

    async def test_a_new_secret_holds_within_two_seconds(
        self, app: WebhookApplication, two: Two, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        assert (await post(app, TEXT)).status == 200
        await _set_secrets(two, secret="nuevo")
        assert (await post(app, TEXT, secret=b"nuevo")).status == 401, "known for two seconds"
        monkeypatch.setattr(apps_cache, "FRESH_SECONDS", 0.0)
        assert (await post(app, TEXT, secret=b"nuevo")).status == 200
        assert (await post(app, TEXT)).status == 401

    async def test_bad_signatures_do_not_fill_the_log(
        self, app: WebhookApplication, caplog: pytest.LogCaptureFixture
    ) -> None:
        for _ in range(20):
            await post(app, TEXT, secret=b"wrong")
        assert len([record for record in caplog.records if record.message == "webhook.bad_signature"]) == 1


class TestLimits:
    async def test_a_body_announced_too_large_is_not_read(self, app: WebhookApplication) -> None:
        headers = [
            (b"content-length", str(LARGEST_BODY + 1).encode()),
            (b"x-hub-signature-256", sign(b"", SECRET)),
        ]
        answer = await call(app, headers=headers)
        assert answer.status == 413

    async def test_a_body_that_grows_too_large_is_cut_off(self, app: WebhookApplication) -> None:
        headers = [(b"x-hub-signature-256", sign(b"", SECRET))]
        endless: list[Message] = [{"type": "http.request", "body": b"x" * 65536, "more_body": True}] * 1000
        assert (await call(app, headers=headers, messages=endless)).status == 413
        assert await stored() == []

    async def test_the_largest_body_is_taken(self, app: WebhookApplication) -> None:
        assert (await post(app, b"x" * LARGEST_BODY)).status == 200
        assert (await post(app, b"x" * (LARGEST_BODY + 1))).status == 413

    @pytest.mark.parametrize("length", [b"-1", b"x", b"1e3", b"+5", b""])
    async def test_a_length_that_is_none_is_400(self, app: WebhookApplication, length: bytes) -> None:
        headers = [(b"content-length", length), (b"x-hub-signature-256", sign(TEXT, SECRET))]
        assert (await call(app, headers=headers, messages=_parts(TEXT))).status == 400

    async def test_a_body_shorter_than_announced_is_400(self, app: WebhookApplication) -> None:
        assert (await call(app, headers=signed(TEXT), messages=_parts(TEXT[:-1]))).status == 400

    async def test_a_dripping_client_is_cut_off(
        self, app: WebhookApplication, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(webhook, "READ_SECONDS", 0.05)
        drip: list[Message] = [{"type": "http.request", "body": TEXT[:1], "more_body": True}]
        assert (await call(app, headers=signed(TEXT), messages=drip)).status == 408

    async def test_all_bodies_together_have_a_limit_of_memory(
        self, app: WebhookApplication, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(webhook, "READING_BYTES", 3000)
        hold: list[Message] = [{"type": "http.request", "body": b"x" * 2500, "more_body": True}]
        slow = asyncio.create_task(call(app, headers=signed(b"x" * 5000), messages=hold))
        async with asyncio.timeout(60):
            while not any(desk._reading_bytes for desk in app._desks.values()):
                await asyncio.sleep(0)
        assert (await post(app, TEXT)).status == 503
        slow.cancel()
        await asyncio.gather(slow, return_exceptions=True)
        assert (await post(app, TEXT)).status == 200

    @pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE"])
    async def test_other_methods_are_405(self, app: WebhookApplication, method: str) -> None:
        answer = await call(app, method, headers=signed(TEXT), messages=_parts(TEXT))
        assert (answer.status, answer.headers[b"allow"]) == (405, b"GET, POST")

    async def test_a_client_that_goes_away_in_its_body_leaves_nothing(self, app: WebhookApplication) -> None:
        messages: list[Message] = [
            {"type": "http.request", "body": TEXT[:10], "more_body": True},
            {"type": "http.disconnect"},
        ]
        assert (await call(app, headers=signed(TEXT), messages=messages)).status == 0
        assert await stored() == []


class TestAddresses:
    async def test_other_paths_go_on_to_the_application_behind(self, app: WebhookApplication) -> None:
        for path in ("/", "/webhook/whatsapp", "/webhook/other/x", "/api/v1/me"):
            assert (await call(app, "GET", path=path)).body == b"elsewhere"

    @pytest.mark.parametrize(
        "key",
        [
            "nobody",
            "",
            "aurora-key/",
            "aurora-key/x",
            "AURORA-KEY",
            "a" * 65,
            "x'--",
            "ñ",
            "..",
            "aurora key",
        ],
    )
    @pytest.mark.parametrize("method", ["GET", "POST"])
    async def test_an_unknown_key_is_404(self, app: WebhookApplication, key: str, method: str) -> None:
        answer = await call(app, method, key, headers=signed(TEXT), messages=_parts(TEXT))
        assert (answer.status, answer.body) == (404, b"")

    async def test_unknown_keys_are_remembered_shortly_and_boundedly(
        self, app: WebhookApplication, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(apps_cache, "UNKNOWN_KEYS", 10)
        for number in range(50):
            assert (await call(app, "GET", f"nobody-{number}")).status == 404
        [desk] = app._desks.values()
        assert len(desk._apps._unknown) == 10

    async def test_a_flood_of_unknown_keys_leaves_known_ones_answered(self, app: WebhookApplication) -> None:
        assert (await post(app, TEXT)).status == 200
        flood = [call(app, "GET", f"nobody-{number}") for number in range(500)]
        answers = await asyncio.gather(*flood, post(app, TEXT))
        assert {answer.status for answer in answers[:-1]} <= {404, 503}
        assert answers[-1].status == 200

    async def test_a_key_that_appears_later_is_found(
        self, app: WebhookApplication, two: Two, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(apps_cache, "UNKNOWN_SECONDS", 0.05)
        assert (await post(app, TEXT, key="later")).status == 404
        await execute("UPDATE integrations_metaapp SET webhook_key = 'later' WHERE id = %s", (two.aurora.pk,))
        await asyncio.sleep(0.1)
        assert (await post(app, TEXT, key="later")).status == 200


class TestHandshake:
    async def _ask(self, app: WebhookApplication, query: str, key: str = KEY) -> tuple[int, bytes]:
        answer = await call(app, "GET", key, query=query.encode())
        assert answer.headers[b"content-type"].startswith(b"text/plain")
        assert answer.headers[b"x-content-type-options"] == b"nosniff"
        return answer.status, answer.body

    async def test_the_challenge_comes_back_as_it_was(self, app: WebhookApplication, two: Two) -> None:
        query = f"hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token={VERIFY_TOKEN}"
        assert await self._ask(app, query) == (200, b"1158201444")
        [(handshake_at,)] = await execute(
            "SELECT handshake_at FROM integrations_metaapp WHERE id = %s", (two.aurora.pk,)
        )
        assert datetime.now(UTC) - handshake_at < timedelta(seconds=10)

    async def test_it_works_before_there_is_any_secret(self, app: WebhookApplication) -> None:
        await execute("UPDATE integrations_metaapp SET app_secret_ciphertext = ''")
        query = f"hub.mode=subscribe&hub.challenge=%C3%B1%20%26&hub.verify_token={VERIFY_TOKEN}"
        assert await self._ask(app, query) == (200, "ñ &".encode())

    @pytest.mark.parametrize(
        "query",
        [
            "",
            "hub.mode=subscribe&hub.challenge=1",
            "hub.mode=subscribe&hub.challenge=1&hub.verify_token=",
            "hub.mode=subscribe&hub.challenge=1&hub.verify_token=wrong",
            "hub.mode=subscribe&hub.challenge=1&hub.verify_token=TOKEN%00",
            "hub.mode=subscribe&hub.challenge=1&hub.verify_token=%C3%B1",
            "hub.mode=subscribe&hub.challenge=1&hub.verify_token=TOKEN&hub.verify_token=TOKEN",
            "hub.mode=subscribe&hub.verify_token=TOKEN",
            "hub.mode=unsubscribe&hub.challenge=1&hub.verify_token=TOKEN",
            "hub.mode=SUBSCRIBE&hub.challenge=1&hub.verify_token=TOKEN",
            "hub.challenge=1&hub.verify_token=TOKEN",
            "hub_mode=subscribe&hub_challenge=1&hub_verify_token=TOKEN",
            "hub.mode=subscribe&hub.verify_token=TOKEN&hub.challenge=" + "1" * 2000,
            "&".join(f"a{n}=1" for n in range(50)) + "&hub.mode=subscribe",
        ],
    )
    async def test_anything_else_is_403(self, app: WebhookApplication, two: Two, query: str) -> None:
        assert await self._ask(app, query.replace("TOKEN", VERIFY_TOKEN)) == (403, b"")
        [(handshake_at,)] = await execute(
            "SELECT handshake_at FROM integrations_metaapp WHERE id = %s", (two.aurora.pk,)
        )
        assert handshake_at is None

    async def test_an_app_without_a_token_answers_nobody(self, app: WebhookApplication) -> None:
        await execute("UPDATE integrations_metaapp SET verify_token_ciphertext = ''")
        assert await self._ask(app, "hub.mode=subscribe&hub.challenge=1&hub.verify_token=") == (403, b"")


async def _set_secrets(two: Two, *, secret: str, previous: str = "", until: datetime | None = None) -> None:
    def save() -> None:
        with all_tenants():
            two.aurora.app_secret, two.aurora.previous_secret = secret, previous
            two.aurora.previous_secret_until = until
            two.aurora.save()

    await asyncio.to_thread(save)


def test_the_intake_is_rung_by_its_name(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    settings.INBOUND_JOB = "somewhere.take_in"
    rung: list[Any] = []
    monkeypatch.setattr(webhook, "ring", lambda name, **ids: rung.append((name, ids)))
    webhook._ring_intake(7)
    assert rung == [("somewhere.take_in", {"organization_id": 7})]

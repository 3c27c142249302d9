"""The apps at Meta by webhook key, with their secrets decrypted, for a path that may not wait for either."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import OrderedDict
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import psycopg

from core.crypto import DecryptionFailed, decrypt
from integrations.models import MetaApp
from integrations.whatsapp.connection import Link

logger = logging.getLogger(__name__)

FRESH_SECONDS = 2.0
UNKNOWN_SECONDS = 5.0
UNKNOWN_KEYS = 1000
LOOK_UPS_AT_ONCE = 50
LOOK_UP_SECONDS = 5.0

_SELECT = """
    SELECT id, organization_id, previous_secret_until, verify_token_ciphertext, app_secret_ciphertext,
           previous_secret_ciphertext
    FROM integrations_metaapp WHERE webhook_key = %s
"""
_PLACES = (MetaApp.verify_token.place, MetaApp.app_secret.place, MetaApp.previous_secret.place)


class LookUpFailed(Exception):
    """The database did not say which app the key names."""


@dataclass(frozen=True, slots=True)
class App:
    """What the webhook needs of a MetaApp. Empty bytes stand for a secret that is not set.

    Attributes:
        previous_secret_until: until when the previous secret's signatures hold.
    """

    id: int
    organization_id: int
    verify_token: bytes
    secret: bytes
    previous_secret: bytes
    previous_secret_until: datetime | None

    def __repr__(self) -> str:
        return f"App({self.id})"

    def secrets(self) -> tuple[bytes, ...]:
        """Return the secrets that may have signed a body that arrives now."""
        if self.previous_secret_until is None or self.previous_secret_until <= datetime.now(UTC):
            return (self.secret,)
        return (self.secret, self.previous_secret)


@dataclass(slots=True)
class _Known:
    app: App
    row: tuple[Any, ...]
    checked_at: float


class AppsCache:
    """Answers from memory, and reads a row again when it is older than two seconds."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self._lock = asyncio.Lock()
        self._known: dict[str, _Known] = {}
        self._unknown: OrderedDict[str, float] = OrderedDict()
        self._look_ups: dict[str, asyncio.Task[App | None]] = {}

    async def find(self, key: str) -> App | None:
        """Return the app of a webhook key, None if no app has it.

        Raises:
            LookUpFailed: nobody knows, and nobody knew a moment ago.
        """
        now = time.monotonic()
        known = self._known.get(key)
        if known is not None and now - known.checked_at < FRESH_SECONDS:
            return known.app
        if known is None and self._unknown.get(key, now) > now:
            return None
        try:
            return await self._look_up_once(key)
        except LookUpFailed:
            if known is None:
                raise
            return known.app  # storing its body will fail too, if the database is really away

    async def note_handshake(self, app: App) -> None:
        """Remember that Meta has asked and was answered; the settings page shows it."""
        try:
            await self._execute(
                "UPDATE integrations_metaapp SET handshake_at = now() WHERE id = %s", (app.id,)
            )
        except LookUpFailed:
            logger.warning("webhook.handshake_not_noted", extra={"meta_app": app.id})

    async def _look_up_once(self, key: str) -> App | None:
        """Let everyone who asks for the same key at the same time wait for one query."""
        task = self._look_ups.get(key)
        if task is None:
            if len(self._look_ups) >= LOOK_UPS_AT_ONCE:
                raise LookUpFailed("too many at once")
            task = self._look_ups[key] = asyncio.create_task(self._look_up(key))
            task.add_done_callback(lambda ended: self._end_look_up(key, ended))
        return await asyncio.shield(task)

    def _end_look_up(self, key: str, ended: asyncio.Task[App | None]) -> None:
        del self._look_ups[key]
        if not ended.cancelled():
            ended.exception()  # everyone who waited for it may be gone, and asyncio complains about silence

    async def _look_up(self, key: str) -> App | None:
        rows = await self._execute(_SELECT, (key,))
        now = time.monotonic()
        if not rows:
            self._known.pop(key, None)
            self._unknown[key] = now + UNKNOWN_SECONDS
            self._unknown.move_to_end(key)
            if len(self._unknown) > UNKNOWN_KEYS:
                self._unknown.popitem(last=False)
            return None
        self._unknown.pop(key, None)
        known = self._known.get(key)
        # The ciphertexts say whether there is something to decrypt again.
        app = known.app if known is not None and known.row == rows[0] else _app(rows[0])
        self._known[key] = _Known(app, rows[0], now)
        return app

    async def _execute(self, query: str, values: tuple[object, ...]) -> list[tuple[Any, ...]]:
        try:
            # The turn is waited for within the time, too: one after the other could make the last one wait for long.
            async with asyncio.timeout(LOOK_UP_SECONDS), self._lock:
                return await self._executed(query, values)
        except (psycopg.Error, OSError, TimeoutError) as error:
            raise LookUpFailed(type(error).__name__) from error

    async def _executed(self, query: str, values: tuple[object, ...]) -> list[tuple[Any, ...]]:
        try:
            connection = await self._link.open()
            cursor = await connection.execute(query.encode(), values)
            return await cursor.fetchall() if cursor.description else []
        except BaseException:
            # Also when the time is over in the middle: only whoever has the turn may let the connection go.
            await self._link.discard()
            raise


def _app(row: tuple[Any, ...]) -> App:
    app_id, organization_id, previous_secret_until, *ciphertexts = row
    token, secret, previous = (
        _opened(ciphertext, organization_id, place)
        for ciphertext, place in zip(ciphertexts, _PLACES, strict=True)
    )
    return App(app_id, organization_id, token, secret, previous, previous_secret_until)


def _opened(ciphertext: str, organization_id: int, place: str) -> bytes:
    if not ciphertext:
        return b""
    try:
        return decrypt(ciphertext, organization_id=organization_id, place=place).encode()
    except DecryptionFailed:
        # Without its secret an app takes nothing in; Meta repeats what it sends until the key is back.
        logger.exception("webhook.secret_unreadable", extra={"place": place})
        return b""

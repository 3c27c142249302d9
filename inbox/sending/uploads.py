"""Handing the file of a message over to Meta, before the message leaves.

Whatever goes wrong here, the message has certainly not been sent: its attempt is only claimed, and may be repeated.
"""

from __future__ import annotations

import asyncio
import logging

from django.db import Error as DatabaseError

from inbox.files import outgoing, storage
from inbox.sending import attempts
from inbox.sending.database import in_scope
from inbox.sending.letters import Letter, with_file
from integrations.whatsapp.client import GraphClient
from integrations.whatsapp.errors import NotSent, Refused
from integrations.whatsapp.media import Uploaded

logger = logging.getLogger(__name__)

AT_ONCE = 4
_HOLD_EVERY_SECONDS = 15.0


class Lost(Exception):
    """The attempt is no longer ours: the lease ran out, and somebody else sends it."""


class Uploader:
    """Uploads for one number: a few at a time, and beside its sends, so that no reply waits for a film."""

    def __init__(self, client: GraphClient, *, organization_id: int, phone_number_id: str) -> None:
        self._client = client
        self._organization_id = organization_id
        self._phone_number_id = phone_number_id
        self._places = asyncio.Semaphore(AT_ONCE)

    async def complete(self, letter: Letter) -> Letter | Refused | NotSent:
        """Upload the file of a claimed letter, and return the letter committed as `sending`; or why it failed.

        Raises:
            Lost: it is somebody else's now.
        """
        holder = asyncio.create_task(self._hold(letter))
        try:
            async with self._places:
                given = await self._upload(letter)
        finally:
            holder.cancel()
        if not isinstance(given, Uploaded):
            return given
        file = letter.file
        if file is not None:
            await in_scope(
                self._organization_id, lambda: outgoing.note_uploaded(file.attachment_id, given.media_id)
            )
        if letter.attempt_id not in await self._start(letter):
            raise Lost
        return with_file(letter, given.media_id)

    async def _start(self, letter: Letter) -> set[int]:
        starting = asyncio.ensure_future(
            in_scope(self._organization_id, lambda: attempts.start([letter.attempt_id]))
        )
        try:
            return await asyncio.shield(starting)
        except asyncio.CancelledError:
            # Whoever gives the letter back must find it as it is in the end.
            await starting
            raise

    async def give_back(self, letter: Letter) -> None:
        """Let somebody else send, at once, a letter whose completion was cancelled: it has not left."""
        await in_scope(self._organization_id, lambda: attempts.release(letter.attempt_id))

    async def _upload(self, letter: Letter) -> Uploaded | Refused | NotSent:
        file = letter.file
        if file is None:
            raise ValueError("there is nothing to upload")
        try:
            opened = await asyncio.to_thread(storage.path_of(file.organization_id, file.key).open, "rb")
        except OSError as error:
            logger.error(
                "files.lost", extra={"attachment": file.attachment_id, "reason": type(error).__name__}
            )
            return NotSent(f"the file is not there: {type(error).__name__}")
        with opened:
            answer = await self._client.upload_media(
                self._phone_number_id, opened, mime_type=file.mime_type, file_name=file.upload_name
            )
        if isinstance(answer, Uploaded | Refused):
            return answer
        # Without a clear answer it may lie there twice, which harms nobody: no message names it.
        return NotSent(f"upload: {answer.reason}")

    async def _hold(self, letter: Letter) -> None:
        while True:
            await asyncio.sleep(_HOLD_EVERY_SECONDS)
            try:
                is_ours = await in_scope(self._organization_id, lambda: attempts.hold(letter.attempt_id))
            except DatabaseError:
                # The lease outlives several turns.
                continue
            if not is_ours:
                return

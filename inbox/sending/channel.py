"""The sender of one number: many requests in flight, one at a time for each conversation."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass

from django.conf import settings
from django.db import Error as DatabaseError
from django.db import InterfaceError, OperationalError

from core import outbox
from inbox import reactions
from inbox.receipts import TYPING, TYPING_SECONDS, lane_of
from inbox.sending import attempts, outcomes
from inbox.sending.attempts import Batch
from inbox.sending.database import across_tenants, in_scope
from inbox.sending.letters import Letter
from inbox.sending.outcomes import Outcome
from inbox.sending.uploads import Lost, Uploader
from integrations.models import Channel
from integrations.whatsapp.client import GraphClient
from integrations.whatsapp.errors import Accepted, Done, NotSent, Refused, Unknown

logger = logging.getLogger(__name__)

MOST_IN_FLIGHT = 40
MOST_UPLOADS = 40  # more are claimed in one go at most
_RECEIPTS_AT_ONCE = 10
_SECONDS_BETWEEN_WRITES_IN_TROUBLE = 0.5
_FIRST_RECEIPT_WAIT_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Line:
    """What the sender of a channel needs to know of it."""

    channel_id: int
    organization_id: int
    phone_number_id: str
    access_token: str


def load(channel_id: int) -> Line | None:
    """Return the line of a channel that may send; call within `all_tenants`, as only the id is known yet."""
    channel = Channel.objects.filter(pk=channel_id, is_active=True, trouble_since__isnull=True).first()
    if channel is None:
        return None
    return Line(channel.pk, channel.organization_id, channel.phone_number_id, channel.access_token)


class ChannelSender:
    """Drains one channel until nothing is due, then ends; the loop makes a new one when something is."""

    def __init__(self, line: Line) -> None:
        self.line = line
        self._client = GraphClient(
            settings.WHATSAPP_GRAPH_URL, settings.WHATSAPP_GRAPH_VERSION, line.access_token
        )
        self._calls: set[asyncio.Task[None]] = set()
        self._uploads: dict[asyncio.Task[None], Letter] = {}
        self._uploader = Uploader(
            self._client, organization_id=line.organization_id, phone_number_id=line.phone_number_id
        )
        self._finished: list[Outcome] = []
        self._moved = asyncio.Event()
        self._receipts: asyncio.Task[None] | None = None
        self._is_rung = True
        self._is_stopping = False

    def wake(self) -> None:
        """Look again soon: something may have become due."""
        self._is_rung = True
        self._moved.set()

    def stop(self) -> None:
        """Claim nothing more; what is in flight is finished and written down."""
        self._is_stopping = True
        self._moved.set()

    async def run(self) -> None:
        while await self._step():
            pass
        await self._give_back_uploads()
        # What an upload has left at the last moment.
        while await self._step():
            pass
        if self._receipts is not None:
            await self._receipts

    async def _step(self) -> bool:
        """Claim, write down what has come back, and tell whether there is more to wait for."""
        self._moved.clear()
        if self._is_rung and (self._receipts is None or self._receipts.done()):
            self._is_rung = False
            self._receipts = asyncio.create_task(self._send_receipts())
            self._receipts.add_done_callback(lambda _: self._moved.set())
        await self._write_finished()
        claimed = await self._claim()
        # A reply that is written meanwhile does not wait for blue ticks.
        is_idle = not self._calls and (self._receipts is None or self._receipts.done())
        is_waited_for = bool(self._uploads) and not self._is_stopping
        if not claimed and is_idle and not is_waited_for and not self._finished:
            return self._moved.is_set() and not self._is_stopping
        if not self._finished:
            await self._moved.wait()
        return True

    async def _claim(self) -> bool:
        room = MOST_IN_FLIGHT - len(self._calls)
        if room <= 0 or self._is_stopping:
            return False
        # Words do not wait for files, of which many may wait for few places.
        with_files = len(self._uploads) < MOST_UPLOADS
        try:
            batch: Batch = await in_scope(
                self.line.organization_id,
                lambda: attempts.claim(
                    self.line.channel_id, lane="interactive", limit=room, with_files=with_files
                ),
            )
        except DatabaseError as error:
            logger.warning(
                "sender.no_claim", extra={"channel": self.line.channel_id, "reason": type(error).__name__}
            )
            await asyncio.sleep(_SECONDS_BETWEEN_WRITES_IN_TROUBLE)
            return False
        for letter, refusal in batch.refused:
            self._finished.append(Outcome(letter, refusal))
        for letter in batch.letters:
            call = asyncio.create_task(self._send(letter))
            self._calls.add(call)
            call.add_done_callback(self._calls.discard)
        for letter in batch.uploads:
            upload = asyncio.create_task(self._upload(letter))
            self._uploads[upload] = letter
            upload.add_done_callback(self._end_upload)
        return bool(batch.letters or batch.refused or batch.uploads)

    async def _upload(self, letter: Letter) -> None:
        """Hand the file of a letter over, and let the letter follow. Until then it has certainly not been sent."""
        try:
            completed = await self._uploader.complete(letter)
        except Lost:
            return
        except DatabaseError as error:
            # Its lease runs out, and it is claimed again.
            logger.warning("sender.no_upload", extra={"reason": type(error).__name__})
            return
        except Exception as error:
            logger.exception("sender.upload_broke", extra={"attempt": letter.attempt_id})
            completed = NotSent(f"upload broke: {type(error).__name__}")
        if isinstance(completed, Letter):
            call = asyncio.create_task(self._send(completed))
            self._calls.add(call)
            call.add_done_callback(self._calls.discard)
        else:
            self._finished.append(Outcome(letter, completed))

    def _end_upload(self, upload: asyncio.Task[None]) -> None:
        self._uploads.pop(upload, None)
        self._moved.set()

    async def _give_back_uploads(self) -> None:
        """Stop uploading; what was to follow has not left, and somebody else may send it at once."""
        under_way, self._uploads = self._uploads, {}
        for upload in under_way:
            upload.cancel()
        await asyncio.gather(*under_way, return_exceptions=True)
        for upload, letter in under_way.items():
            if not upload.cancelled():
                continue
            try:
                await self._uploader.give_back(letter)
            except DatabaseError as error:
                # Its lease runs out, and it is claimed again.
                logger.warning(
                    "sender.not_given_back",
                    extra={"attempt": letter.attempt_id, "reason": type(error).__name__},
                )

    async def _send(self, letter: Letter) -> None:
        try:
            verdict = await self._client.send_message(self.line.phone_number_id, letter.body)
            self._finished.append(Outcome(letter, verdict))
        except Exception as error:
            # Whatever broke here, the message may be on its way: never send it again by ourselves.
            logger.exception("sender.call_broke", extra={"attempt": letter.attempt_id})
            self._finished.append(Outcome(letter, Unknown(f"sender broke: {type(error).__name__}")))
        finally:
            self._moved.set()

    async def _write_finished(self) -> None:
        """Write down all that has come back, in one transaction; go on trying while the database is away.

        Should this process die first, the lease runs out and the attempts are unknown: seen, and never sent twice.
        """
        while self._finished:
            written, self._finished = self._finished, []
            try:
                await self._write(written)
            except (OperationalError, InterfaceError) as error:
                logger.warning(
                    "sender.not_written", extra={"count": len(written), "reason": type(error).__name__}
                )
                self._finished = written + self._finished
                await asyncio.sleep(_SECONDS_BETWEEN_WRITES_IN_TROUBLE)

    async def _write(self, written: list[Outcome]) -> None:
        """Write outcomes; one that cannot be written stands alone in the end, and its lease makes it unknown."""
        try:
            await in_scope(self.line.organization_id, lambda: outcomes.write(self.line.channel_id, written))
        except (OperationalError, InterfaceError):
            raise
        except Exception as error:
            if len(written) > 1:
                for one in written:
                    await self._write([one])
                return
            # Its words may hold a customer's, so that the kinds alone are named.
            cause = type(error.__cause__).__name__
            logger.error(
                "sender.outcome_broken",
                extra={
                    "attempt": written[0].letter.attempt_id,
                    "reason": f"{type(error).__name__} ({cause})",
                },
            )

    async def _send_receipts(self) -> None:
        """Show blue ticks and reactions. A repetition harms nobody, so these are simply tried again."""
        lane = lane_of(self.line.channel_id)
        while not self._is_stopping:
            try:
                due = await across_tenants(lambda: outbox.claim(lane, limit=_RECEIPTS_AT_ONCE))
                if not due:
                    return
                await asyncio.gather(*(self._send_receipt(item) for item in due))
            except DatabaseError as error:
                logger.warning("sender.no_receipts", extra={"reason": type(error).__name__})
                return

    async def _send_receipt(self, item: outbox.Due) -> None:
        if item.kind == reactions.REACTION:
            await self._send_reaction(item)
            return
        # That somebody writes is true now or not at all: it is shown once.
        is_typing = item.kind == TYPING
        if is_typing and item.age_seconds > TYPING_SECONDS:
            await across_tenants(lambda: outbox.finish([item]))
            return
        reply = await self._client.mark_read(
            self.line.phone_number_id, item.payload["wamid"], typing=is_typing
        )
        if isinstance(reply, Refused) and await self._has_stopped(reply) and not is_typing:
            await self._put_off(item, "the number was stopped")
            return
        if is_typing or isinstance(reply, Done) or (isinstance(reply, Refused) and not reply.retryable):
            await across_tenants(lambda: outbox.finish([item]))
            return
        await self._put_off(item, type(reply).__name__)

    async def _send_reaction(self, item: outbox.Due) -> None:
        """Send our present reaction. One that has arrived twice is still one, so that it is simply tried again."""
        message_id = int(item.payload["message"])
        leaf = await in_scope(self.line.organization_id, lambda: reactions.leaf(message_id))
        if leaf is None:
            await across_tenants(lambda: outbox.finish([item]))
            return
        verdict = await self._client.send_message(self.line.phone_number_id, leaf.body)
        if isinstance(verdict, Refused) and await self._has_stopped(verdict):
            await self._put_off(item, "the number was stopped")
            return
        is_hopeless = isinstance(verdict, Refused) and not verdict.retryable
        if not isinstance(verdict, Accepted) and not is_hopeless and item.attempts < outbox.MOST_ATTEMPTS:
            await self._put_off(item, type(verdict).__name__)
            return
        if not isinstance(verdict, Accepted):
            await in_scope(
                self.line.organization_id, lambda: reactions.take_off(message_id, emoji=leaf.emoji)
            )
        await across_tenants(lambda: outbox.finish([item]))

    async def _has_stopped(self, refusal: Refused) -> bool:
        """Whether a refusal stops the number, which it does here."""
        if not outcomes.stops_channel(refusal):
            return False
        await in_scope(
            self.line.organization_id, lambda: outcomes.stop_channel(self.line.channel_id, refusal)
        )
        return True

    async def _put_off(self, item: outbox.Due, reason: str) -> None:
        wait = _FIRST_RECEIPT_WAIT_SECONDS * 2**item.attempts
        await across_tenants(lambda: outbox.put_off(item, seconds=wait, reason=reason))

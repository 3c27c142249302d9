"""Answers many equal and simultaneous questions with few queries."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Batcher(Generic[K, V]):
    """Gathers questions while earlier ones are being answered, and answers each distinct one once.

    An answer is never older than its question. A thousand sockets that come back at once ask a handful of queries.

    Args:
        answer: answers distinct questions, at most `most` at a time; a question that it leaves out has no answer.
    """

    def __init__(self, answer: Callable[[list[K]], Awaitable[dict[K, V]]], *, most: int = 500) -> None:
        self._answer = answer
        self._most = most
        self._waiting: dict[K, asyncio.Future[V | None]] = {}
        self._task: asyncio.Task[None] | None = None

    async def ask(self, question: K) -> V | None:
        """Return the answer, None if there is none. What `answer` raises is raised to all who asked."""
        waiting = self._waiting.get(question)
        if waiting is None:
            waiting = self._waiting[question] = asyncio.get_running_loop().create_future()
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._run())
        # Shared with others, so that the one who gives up must not take it away from them.
        return await asyncio.shield(waiting)

    async def _run(self) -> None:
        await asyncio.sleep(0)  # whoever asks in this very turn of the loop joins the first batch
        while self._waiting:
            batch = {question: self._waiting.pop(question) for question in list(self._waiting)[: self._most]}
            try:
                answers = await self._answer(list(batch))
            except asyncio.CancelledError:
                for waiting in batch.values():
                    waiting.cancel()
                raise
            except Exception as error:  # told to those who asked
                for waiting in batch.values():
                    waiting.set_exception(error)
                    waiting.exception()  # seen, even if all who asked have gone
            else:
                for question, waiting in batch.items():
                    waiting.set_result(answers.get(question))

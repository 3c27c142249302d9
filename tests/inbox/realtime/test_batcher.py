"""Many equal questions, few answers."""

from __future__ import annotations

import asyncio

import pytest

from inbox.realtime.batcher import Batcher


async def test_a_crowd_is_answered_at_once() -> None:
    batches: list[list[int]] = []

    async def answer(questions: list[int]) -> dict[int, int]:
        batches.append(questions)
        await asyncio.sleep(0.01)
        return {question: question * 2 for question in questions if question != 3}

    batcher: Batcher[int, int] = Batcher(answer, most=4)
    answers = await asyncio.gather(*(batcher.ask(number % 6) for number in range(600)))
    assert answers == [None if number % 6 == 3 else number % 6 * 2 for number in range(600)]
    assert batches == [[0, 1, 2, 3], [4, 5]]


async def test_an_answer_is_never_older_than_its_question() -> None:
    now = 0
    asked, told = asyncio.Event(), asyncio.Event()

    async def answer(questions: list[str]) -> dict[str, int]:
        seen = now
        asked.set()
        await told.wait()
        return dict.fromkeys(questions, seen)

    batcher: Batcher[str, int] = Batcher(answer)
    first = asyncio.create_task(batcher.ask("what"))
    await asked.wait()
    now = 1
    second = asyncio.create_task(batcher.ask("what"))
    await asyncio.sleep(0)
    told.set()
    assert await second == 1
    assert await first == 0


async def test_trouble_is_told_to_all_who_asked_and_the_next_one_has_its_chance() -> None:
    async def answer(questions: list[str]) -> dict[str, str]:
        if "bad" in questions:
            raise LookupError("bad")
        return {question: question for question in questions}

    batcher: Batcher[str, str] = Batcher(answer)
    answers = await asyncio.gather(*(batcher.ask("bad") for _ in range(3)), return_exceptions=True)
    assert [type(one) for one in answers] == [LookupError] * 3
    assert await batcher.ask("good") == "good"


async def test_the_one_who_gives_up_takes_the_answer_from_nobody() -> None:
    asked, told = asyncio.Event(), asyncio.Event()

    async def answer(questions: list[str]) -> dict[str, str]:
        asked.set()
        await told.wait()
        return {question: question for question in questions}

    batcher: Batcher[str, str] = Batcher(answer)
    impatient, patient = asyncio.create_task(batcher.ask("what")), asyncio.create_task(batcher.ask("what"))
    await asked.wait()
    impatient.cancel()
    with pytest.raises(asyncio.CancelledError):
        await impatient
    told.set()
    assert await patient == "what"

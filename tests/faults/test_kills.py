"""Processes killed outright at random moments under load: what was acknowledged is stored and counted, once."""

import asyncio
import random
from collections.abc import Callable
from typing import Any

import pytest

from tests.support.faults import COUNT_SECONDS, SIZE, Books, Phones, kill
from tests.support.stack import RealStack, eventually
from tests.support.survey import Survey, counted, open_survey


@pytest.mark.parametrize("part", ["surveys", "gateway", "reports", "postgres"])
async def test_killed_under_load_nothing_is_lost_and_nothing_is_twice(
    stack: RealStack, database: str, tell: Callable[[dict[str, Any]], None], part: str
) -> None:
    survey = await asyncio.to_thread(open_survey, stack)
    chance = random.Random(part)
    books = Books(stack, survey, database)
    async with stack.async_client("enumerator", region="33.25") as client:
        phones = Phones(survey, client, chance)
        async with phones.sending():
            await phones.hear_of(1)
            for _ in range(SIZE.kills):
                if part == "reports":
                    await _counting_again(stack, survey)
                await phones.hear_of(chance.randint(50, 150))
                kill(stack, part)
            await phones.hear_of(50)
        figures = await books.close(phones, SIZE.kills)
    tell(figures.as_dict())


async def _counting_again(stack: RealStack, survey: Survey) -> None:
    """Wait until reports has come back and goes on counting: answers do not stop while it is away."""
    before = await asyncio.to_thread(eventually, lambda: counted(stack, survey), lambda count: count > 0, COUNT_SECONDS)
    await asyncio.to_thread(eventually, lambda: counted(stack, survey), lambda count: count > before, COUNT_SECONDS)

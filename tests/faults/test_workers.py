"""Two processes of surveys on one database that receive the same id at the same moment."""

import asyncio
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx2

from tests.support.faults import PHONES, SIZE, Books, beside, kept_aside, straight
from tests.support.stack import RealStack
from tests.support.survey import ELEMENTS, open_survey


async def race(
    stack: RealStack, folder: Path, pairs: list[tuple[dict[str, Any], dict[str, Any]]]
) -> list[tuple[httpx2.Response, ...]]:
    """Send the two of each pair at the same moment, one to the stack's process, one to another; their answers."""
    left, answers = iter(pairs), []

    async def send(one: httpx2.AsyncClient, other: httpx2.AsyncClient) -> None:
        for first, second in left:
            answers.append(
                await asyncio.gather(one.post("/responses", json=first), other.post("/responses", json=second))
            )

    async with (
        beside(stack, folder) as origin,
        straight(stack, stack.stack.url("surveys")) as one,
        straight(stack, origin) as other,
    ):
        await asyncio.gather(*(send(one, other) for _ in range(PHONES)))
    return [tuple(pair) for pair in answers]


async def test_the_same_response_is_created_by_one_and_known_to_the_other(
    stack: RealStack, tmp_path: Path, database: str, tell: Callable[[dict[str, Any]], None]
) -> None:
    survey = await asyncio.to_thread(open_survey, stack)
    books = Books(stack, survey, database)
    bodies = [survey.response(1 + number % 4) for number in range(SIZE.ids)]
    answers = await race(stack, tmp_path, [(body, body) for body in bodies])
    assert {tuple(sorted(answer.status_code for answer in pair)) for pair in answers} == {(200, 201)}
    assert all(len({answer.json()["receipt"] for answer in pair}) == 1 for pair in answers)
    await books.stored_exactly(bodies)
    first = Counter(pair[0].status_code for pair in answers)[201]
    tell({"ids": SIZE.ids, "by the first": first, "counted": await books.counted_exactly(bodies)})


async def test_of_two_contents_one_is_stored_and_the_other_kept_aside(
    stack: RealStack, tmp_path: Path, database: str, tell: Callable[[dict[str, Any]], None]
) -> None:
    survey = await asyncio.to_thread(open_survey, stack)
    books = Books(stack, survey, database)
    pairs = []
    for _ in range(SIZE.ids):
        body = survey.response(1)
        pairs.append((body, body | {"answers": dict.fromkeys(ELEMENTS, 4)}))
    answers = await race(stack, tmp_path, pairs)
    assert {tuple(sorted(answer.status_code for answer in pair)) for pair in answers} == {(201, 409)}
    aside = await kept_aside(database, survey)
    assert aside == {first["id"]: 1 for first, _ in pairs}
    created = {pair[0].json()["id"] for pair in answers if pair[0].status_code == 201}
    won = [first if first["id"] in created else second for first, second in pairs]
    await books.stored_exactly(won)
    tell({"ids": SIZE.ids, "aside": len(aside), "counted": await books.counted_exactly(won)})

"""Bad lines between phones and the gateway: whatever is cut and sent again, each response is there exactly once."""

import asyncio
import gzip
import json
import random
from collections import Counter
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import httpx2

from tests.support.faults import PHONES, SIZE, Books, deliver, stored, try_to_send
from tests.support.line import Breaks, Fate, Line
from tests.support.segment import EitherWay
from tests.support.stack import RealStack, eventually
from tests.support.survey import counted, open_survey

STORM = 10
BATCH = 100
NDJSON = "application/x-ndjson"


def phone(stack: RealStack, line: Line) -> httpx2.AsyncClient:
    """A phone on a line; each request is a connection of its own, so that each has a fate of its own."""
    return httpx2.AsyncClient(
        base_url=f"{line.origin}/api/v1", timeout=30, transport=EitherWay(keep=False),
        headers={"Authorization": f"Bearer {stack.token('enumerator', region='33.25')}"},
    )  # fmt: skip


def line_to(stack: RealStack, fate: Callable[[], Fate]) -> Line:
    """A line to the stack's gateway."""
    door = urlsplit(stack.origin)
    assert door.hostname
    assert door.port
    return Line(door.hostname, door.port, fate)


def any_fate(chance: random.Random) -> Fate:
    """A third of the connections live."""
    broken = [each for each in Breaks if each is not Breaks.NOWHERE]
    breaks = chance.choice(broken) if chance.random() < 2 / 3 else Breaks.NOWHERE
    return Fate(breaks, chance.random(), at_once=chance.random() < 0.5)


async def test_cut_anywhere_and_sent_again_each_is_there_once(
    stack: RealStack, database: str, tell: Callable[[dict[str, Any]], None]
) -> None:
    survey = await asyncio.to_thread(open_survey, stack)
    chance = random.Random(5)
    books = Books(stack, survey, database)
    bodies = [survey.response(chance.randint(1, 4)) for _ in range(SIZE.ids)]
    statuses: Counter[int] = Counter()
    async with line_to(stack, lambda: any_fate(chance)) as line, phone(stack, line) as client:
        left = iter(bodies)

        async def send() -> None:
            for body in left:
                statuses[(await deliver(client, body)).status_code] += 1

        await asyncio.gather(*(send() for _ in range(PHONES)))
        assert line.broken > SIZE.ids / 2
        broken = line.broken
    assert statuses[200] > 0, "no answer was lost that had been stored"
    assert statuses[200] + statuses[201] == SIZE.ids
    await books.stored_exactly(bodies)
    tell({"ids": SIZE.ids, "broken": broken, "counted": await books.counted_exactly(bodies), **named(statuses)})


async def test_storms_of_the_same_response_store_it_once_and_give_one_receipt(
    stack: RealStack, database: str, tell: Callable[[dict[str, Any]], None]
) -> None:
    survey = await asyncio.to_thread(open_survey, stack)
    books = Books(stack, survey, database)
    bodies = [survey.response(1 + number % 4) for number in range(SIZE.ids)]
    statuses: Counter[int] = Counter()
    async with stack.async_client("enumerator", region="33.25") as client:
        left = iter(bodies)

        async def storm() -> None:
            for body in left:
                answers = await asyncio.gather(*(client.post("/responses", json=body) for _ in range(STORM)))
                assert sorted(answer.status_code for answer in answers) == [200] * (STORM - 1) + [201]
                assert len({answer.json()["receipt"] for answer in answers}) == 1
                statuses.update(answer.status_code for answer in answers)

        await asyncio.gather(*(storm() for _ in range(4)))
    await books.stored_exactly(bodies)
    tell({"ids": SIZE.ids, "counted": await books.counted_exactly(bodies), **named(statuses)})


async def test_a_batch_that_is_cut_leaves_all_or_nothing_and_is_whole_when_sent_again(
    stack: RealStack, database: str
) -> None:
    survey = await asyncio.to_thread(open_survey, stack)
    books = Books(stack, survey, database)
    sent: list[dict[str, Any]] = []
    for breaks in Breaks:
        batch = [survey.response(2) for _ in range(BATCH)]
        fates = iter([Fate(breaks, 0.6), Fate()])
        async with line_to(stack, lambda fates=fates: next(fates)) as line, phone(stack, line) as client:
            try:
                await client.post("/responses/batch", json={"items": batch})
            except httpx2.HTTPError:
                assert breaks is not Breaks.NOWHERE
            assert len(await stored(database, survey)) - len(sent) in {0, BATCH}
            answer = await client.post("/responses/batch", json={"items": batch}) if line.broken else None
        if answer is not None:
            assert answer.status_code == 200, answer.text
            (status,) = {one["status"] for one in answer.json()["results"]}
            if breaks is Breaks.IN_THE_BODY:
                assert status == "created"
        sent += batch
        await books.stored_exactly(sent)
    await books.counted_exactly(sent)


async def test_a_file_that_is_cut_leaves_whole_responses_and_goes_on_when_sent_again(
    stack: RealStack, database: str
) -> None:
    survey = await asyncio.to_thread(open_survey, stack)
    books = Books(stack, survey, database)
    sent: list[dict[str, Any]] = []
    for breaks, packed in ((Breaks.IN_THE_BODY, False), (Breaks.IN_THE_BODY, True), (Breaks.BEFORE_THE_ANSWER, False)):
        file = [survey.response(3) for _ in range(SIZE.ids * 10)]
        text = b"".join(json.dumps(body).encode() + b"\n" for body in file)
        content, encoding = (gzip.compress(text), {"Content-Encoding": "gzip"}) if packed else (text, {})
        headers = {"Content-Type": NDJSON, **encoding}
        fates = iter([Fate(breaks, 0.7), Fate()])
        async with line_to(stack, lambda fates=fates: next(fates)) as line, phone(stack, line) as client:
            try:
                await client.post("/responses/stream", content=content, headers=headers)
            except httpx2.HTTPError:
                pass
            else:
                raise AssertionError("the line did not break")
            answer = await client.post("/responses/stream", content=content, headers=headers)
        assert answer.status_code == 200, answer.text
        statuses = Counter(json.loads(one)["status"] for one in answer.text.splitlines())
        assert set(statuses) <= {"created", "duplicate"}
        assert statuses["duplicate"] > 0, "nothing of what had come in was kept"
        assert statuses.total() == len(file)
        sent += file
        await books.stored_exactly(sent)
    await books.counted_exactly(sent)


async def test_a_body_that_never_ends_stores_nothing_and_disturbs_nobody(stack: RealStack, database: str) -> None:
    survey = await asyncio.to_thread(open_survey, stack)
    books = Books(stack, survey, database)
    cut, whole = survey.response(1), survey.response(4)
    async with line_to(stack, lambda: Fate(Breaks.IN_THE_BODY, 1.0)) as line, phone(stack, line) as client:
        assert await try_to_send(client, cut) is None
    async with stack.async_client("enumerator", region="33.25") as client:
        assert (await client.post("/responses", json=whole)).status_code == 201
    await asyncio.to_thread(eventually, lambda: counted(stack, survey), lambda count: count == 1)
    await books.stored_exactly([whole])


def named(statuses: Counter[int]) -> dict[str, int]:
    """Counts by status, for the report."""
    return {str(status): count for status, count in sorted(statuses.items())}

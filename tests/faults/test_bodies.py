"""Requests by the thousand that were once valid, at a real process: none of them is a failure of ours, what is taken in
can be read and is counted, and memory does not grow with their number."""

import asyncio
import random
from collections import Counter
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from resource import getpagesize
from typing import Any

import aiohttp
import orjson

from tests.support.faults import COUNT_SECONDS, PHONES, SIZE, internal, stored
from tests.support.mutations import Mutations, Request
from tests.support.stack import RealStack, eventually
from tests.support.survey import Survey, counted, open_survey, words

SEED = 3
WARM_UP = 0.25  # the share of the bodies after which memory has to stay as it is
GROWTH_BYTES = 40_000_000
FURTHER: list[dict[str, Any]] = [
    {
        "kind": "choice", "key": "sex", "text": words("Sex"), "group": True,
        "options": [{"value": value, "label": words(value)} for value in ("f", "m")],
    },
    {"kind": "text", "key": "wish", "text": words("Wish"), "max_length": 200},
]  # fmt: skip


def resident(pid: int) -> int:
    """Bytes of memory that a process has right now."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * getpagesize()


class Sender:
    """Sends requests straight to surveys and keeps to what has to hold for each answer."""

    def __init__(self, stack: RealStack, session: aiohttp.ClientSession) -> None:
        self._headers = internal(stack)
        self._origin, self._session = f"{stack.stack.url('surveys')}/api/v1", session
        self.statuses: Counter[int] = Counter()

    async def send_all(self, requests: Mutations, count: int) -> None:
        """So many requests, several at a time. Raises AssertionError that shows the request."""
        left = iter(range(count))

        async def send() -> None:
            for _ in left:
                await self._send(requests.request())

        async with asyncio.TaskGroup() as group:
            for _ in range(PHONES):
                group.create_task(send())

    async def _send(self, request: Request) -> None:
        url, headers = self._origin + request.path, {**self._headers, **request.headers}
        # As a file, because the client warns of bytes when they are many.
        async with self._session.post(url, data=BytesIO(request.content), headers=headers) as answer:
            text = await answer.read()
        self.statuses[answer.status] += 1
        shown = f"{answer.status} for {request.path} {request.headers} {request.content[:2000]!r}: {text[:500]!r}"
        assert answer.status < 500, shown
        if answer.status >= 400:
            assert answer.content_type == "application/problem+json", shown
            assert orjson.loads(text)["status"] == answer.status, shown


def valid(survey: Survey, chance: random.Random) -> dict[str, Any]:
    """A response to each question, of a device."""
    body = survey.response(chance.randint(1, 4), device="phone-1")
    body["answers"] |= {"sex": "f", "wish": "more of it, ünd \U0001f600"}
    return body


async def test_no_body_is_a_failure_of_ours_and_memory_does_not_grow(
    stack: RealStack, database: str, tell: Callable[[dict[str, Any]], None]
) -> None:
    survey = await asyncio.to_thread(open_survey, stack, FURTHER)
    chance = random.Random(SEED)
    mutations = Mutations(lambda: valid(survey, chance), chance)
    pid = stack.stack.part("surveys").pid
    assert pid
    warm = int(SIZE.bodies * WARM_UP)
    async with aiohttp.ClientSession() as session:
        sender = Sender(stack, session)
        await sender.send_all(mutations, warm)
        before = resident(pid)
        await sender.send_all(mutations, SIZE.bodies - warm)
        after = resident(pid)
    assert stack.stack.part("surveys").pid == pid, "the process has ended on the way"
    assert after - before < GROWTH_BYTES
    assert {200, 201, 400, 415, 422} <= set(sender.statuses)
    taken = await everything_read(stack, survey)
    assert sorted(taken) == sorted(await stored(database, survey))
    await asyncio.to_thread(
        eventually, lambda: counted(stack, survey), lambda count: count == len(taken), COUNT_SECONDS
    )
    statuses = {str(status): count for status, count in sorted(sender.statuses.items())}
    memory = {"MB before": before // 10**6, "MB after": after // 10**6}
    tell({"bodies": SIZE.bodies, "stored": len(taken)} | memory | statuses)


async def everything_read(stack: RealStack, survey: Survey) -> list[str]:
    """The ids of all responses of the survey, read page by page."""
    found: list[str] = []
    async with stack.async_client("team", region="33.25") as client:
        cursor: str | None = ""
        while cursor is not None:
            params = {"visit": survey.visit, "limit": "200"} | ({"cursor": cursor} if cursor else {})
            answer = await client.get("/responses", params=params)
            assert answer.status_code == 200, answer.text
            page = answer.json()
            found += [item["id"] for item in page["items"]]
            cursor = page["next"]
    return found

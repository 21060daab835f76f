"""The change feed while responses come in and are changed side by side."""

import asyncio
import random
from typing import Any
from uuid import UUID, uuid4

import orjson

from services.surveys.responses.domain import Content
from services.surveys.responses.store import Store
from tests.unit.surveys import bodies
from tests.unit.surveys.conftest import Surveys

ROUNDS = 12
ACTIONS = {"PUT": "updated", "DELETE": "deleted", "review": "reviewed", "restore": "restored"}


async def test_a_reader_sees_every_revision_once_and_in_order(surveys: Surveys, url: str) -> None:
    """Intake of two server processes, six people who change responses and get in each other's way, planners between
    them, and a reader that pages with limits drawn at random."""
    visit = await surveys.visit()
    context = await surveys.cast.app.state.contexts.find(UUID(visit["id"]))
    start = await cursor_at_the_end(surveys)
    chance = random.Random(11)
    stores = [Store(url), Store(url)]
    told: list[tuple[str, int, str]] = []
    ids: list[str] = []
    busy = asyncio.Event()
    body = orjson.dumps({"answers": bodies.answers(), "filled_at": None})

    async def intake(store: Store) -> None:
        for _ in range(25):
            group = [Content(str(uuid4()), context, uuid4().bytes * 2, None, body) for _ in range(chance.randint(1, 6))]
            await store.add(group, "test")
            ids.extend(str(one.id) for one in group)
            told.extend((str(one.id), 1, "created") for one in group)

    async def change() -> None:
        """What succeeds has to be in the feed; what comes too late must not."""
        for _ in range(ROUNDS):
            id = chance.choice(ids[:4])  # few, so that people meet
            version = max(number for known, number, _ in told if known == id)
            step = chance.choice(sorted(ACTIONS))
            status = await asked(surveys, id, visit["id"], step, version)
            assert status in {200, 409, 410, 412}
            if status == 200:
                told.append((id, version + 1, ACTIONS[step]))

    async def plans() -> None:
        for _ in range(8):
            await surveys.made("/visits", bodies.visit(visit["review"]))

    seen: list[dict[str, Any]] = []
    reader = asyncio.create_task(read(surveys, start, seen, busy, chance))
    try:
        await intake(stores[0])
        await asyncio.gather(*(intake(store) for store in stores), *(change() for _ in range(6)), plans())
    finally:
        busy.set()
        await reader
        for store in stores:
            await store.close()
    found = [(one["id"], one["version"], one["action"]) for one in seen if one["entity"] == "response"]
    assert len(found) == len(told)
    assert set(found) == set(told)
    assert len([version for _, version, _ in found if version > 1]) >= 4
    for id in ids[:4]:
        versions = [version for known, version, _ in found if known == id]
        assert versions == list(range(1, len(versions) + 1))
    assert len([one for one in seen if one["entity"] == "visit"]) == 8


async def read(
    surveys: Surveys, after: str, seen: list[dict[str, Any]], busy: asyncio.Event, chance: random.Random
) -> None:
    """Collect what the feed tells behind a cursor until nobody is busy any more."""
    while True:
        finished = busy.is_set()
        params = {"after": after, "limit": str(chance.choice((1, 3, 50, 1000))), "wait": "0.2"}
        page = (await surveys.call("GET", "/changes/responses", params=params)).json()
        seen.extend(page["items"])
        after = page["next"]
        if finished and not page["items"]:
            return


async def asked(surveys: Surveys, id: str, visit: str, step: str, version: int) -> int:
    """Ask for a change of a revision; the status of the answer."""
    response = bodies.response(visit, id=id, filled_at=None)
    method, path, request = {
        "PUT": ("PUT", "", {"json": response | {"reason": "x"}}),
        "DELETE": ("DELETE", "", {"params": {"reason": "x"}}),
        "restore": ("POST", "/restore", {"json": {"reason": "x"}}),
        "review": ("POST", "/review", {"json": {"state": "accepted" if version % 2 else "received"}}),
    }[step]
    headers = {"If-Match": f'"{version}"'}
    answer = await surveys.call(method, f"/responses/{id}{path}", headers=headers, **request)  # type: ignore[arg-type]
    return answer.status_code


async def cursor_at_the_end(surveys: Surveys) -> str:
    page = (await surveys.call("GET", "/changes/responses", params={"limit": "1000"})).json()
    assert not page["more"]
    return str(page["next"])

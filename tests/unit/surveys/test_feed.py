"""The change feed: commit order, nothing missed, nothing twice, whatever transactions run side by side."""

import asyncio
import random
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import httpx2
import pytest

from services.kit.database import server_settings
from services.surveys.responses.domain import Content
from services.surveys.responses.pressure import FEW, Pressure
from services.surveys.responses.store import Store
from tests.support.served import served
from tests.unit.surveys import bodies
from tests.unit.surveys.conftest import Surveys


async def page(surveys: Surveys, after: str | None = None, **params: Any) -> dict[str, Any]:
    asked = {name: str(value) for name, value in {"after": after, **params}.items() if value is not None}
    answer = await surveys.call("GET", "/changes/responses", params=asked)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def end(surveys: Surveys) -> str:
    """The cursor behind everything."""
    after = None
    while True:
        found = await page(surveys, after, limit=1000)
        after = found["next"]
        if not found["more"]:
            return str(after)


async def test_a_thing_comes_after_what_it_belongs_to(surveys: Surveys) -> None:
    start = await end(surveys)
    visit = await surveys.visit(notes={"team": ["A"], "observations": "secret"})
    body = bodies.response(visit["id"], device="phone")
    receipt = (await surveys.call("POST", "/responses", json=body)).json()
    items = (await page(surveys, start))["items"]
    assert [(one["entity"], one["action"]) for one in items] == [
        ("questionnaire", "created"), ("review", "created"), ("visit", "created"), ("review", "updated"),
        ("response", "created"),
    ]  # fmt: skip
    assert items[-1]["data"] == {
        "id": body["id"], "visit": visit["id"], "review": visit["review"], "simulated": False,
        "answers": body["answers"], "filled_at": body["filled_at"], "digest": receipt["digest"],
        "received_at": items[-1]["at"], "state": "received", "language": None,
        "receipt_digest": sha256(receipt["receipt"].replace("-", "").encode()).hexdigest(),
    }  # fmt: skip
    assert "notes" not in items[2]["data"]


async def test_a_reader_that_is_behind_gets_little_at_a_time_while_answers_come_in_thick(surveys: Surveys) -> None:
    start = await end(surveys)
    visit = await surveys.visit()
    sent = [bodies.response(visit["id"]) for _ in range(FEW + 20)]
    await surveys.call("POST", "/responses/batch", json={"items": sent})
    pressure: Pressure = surveys.cast.app.state.store.pressure
    while not pressure.thick():
        pressure.note(2000)
        await asyncio.sleep(0.01)
    first = await page(surveys, start, limit=1000)
    assert (len(first["items"]), first["more"]) == (FEW, True)
    rest = await page(surveys, first["next"], limit=1000)
    found = [one["id"] for one in first["items"] + rest["items"] if one["entity"] == "response"]
    assert (found, rest["more"]) == ([one["id"] for one in sent], False)


async def test_a_reader_sees_every_row_once_while_many_write(surveys: Surveys, url: str) -> None:
    """Eight writers of two server processes, planners between them, transactions left open on purpose, and a reader
    that pages with limits drawn at random."""
    start = await end(surveys)
    visit = await surveys.visit()
    context = await surveys.cast.app.state.contexts.find(UUID(visit["id"]))
    stores = [Store(url), Store(url)]
    chance = random.Random(7)
    written: set[str] = {visit["id"]}
    busy = asyncio.Event()

    async def answers(store: Store) -> None:
        for _ in range(40):
            group = [
                Content(str(uuid4()), context, uuid4().bytes * 2, None, b'{"answers":{},"filled_at":null}')
                for _ in range(chance.randint(1, 8))
            ]
            await store.add(group, "test")
            written.update(str(one.id) for one in group)

    async def plans() -> None:
        for _ in range(10):
            written.add((await surveys.made("/visits", bodies.visit(visit["review"])))["id"])

    async def dawdle() -> None:
        """Announce a visit early and commit late: its place in the feed is when it commits."""
        connection = await asyncpg.connect(url, server_settings=server_settings("surveys"))
        try:
            for _ in range(8):
                id = uuid4()
                async with connection.transaction():
                    await connection.execute(
                        "INSERT INTO changes (entity, entity_id, action, version, data) "
                        "VALUES ('visit', $1, 'x', 1, '{}')",
                        id,
                    )
                    await asyncio.sleep(chance.uniform(0.01, 0.08))
                written.add(str(id))
        finally:
            await connection.close()

    seen: list[str] = []

    async def read() -> None:
        after = start
        while True:
            finished = busy.is_set()
            found = await page(surveys, after, limit=chance.choice((1, 3, 50, 1000)), wait=0.2)
            seen.extend(one["id"] for one in found["items"] if one["id"] in written or one["entity"] != "review")
            after = found["next"]
            if finished and not found["items"]:
                return

    reader = asyncio.create_task(read())
    try:
        await asyncio.gather(*(answers(stores[n % 2]) for n in range(8)), plans(), plans(), dawdle(), dawdle())
    finally:
        busy.set()
        await reader
        for store in stores:
            await store.close()
    mine = [id for id in seen if id in written]
    assert len(mine) == len(written)
    assert set(mine) == written


async def test_an_open_transaction_elsewhere_delays_nobody(surveys: Surveys, url: str) -> None:
    """One that has written other rows of the same database, and one that has announced a change but not committed."""
    start = await end(surveys)
    visit = await surveys.visit()
    connections = [await asyncpg.connect(url, server_settings=server_settings("surveys")) for _ in range(2)]
    try:
        for connection, statement in zip(
            connections,
            (
                "INSERT INTO quarantine (response_id, reason, digest, body, received_by) "
                "VALUES (gen_random_uuid(), 'x', '\\x01', '{}', 'x')",
                "INSERT INTO changes (entity, entity_id, action, version, data) "
                "VALUES ('visit', gen_random_uuid(), 'late', 1, '{}')",
            ),
            strict=True,
        ):
            await connection.execute("BEGIN")
            await connection.execute(statement)
        body = bodies.response(visit["id"])
        assert (await surveys.call("POST", "/responses", json=body)).status_code == 201
        items = (await page(surveys, start))["items"]
        assert items[-1]["id"] == body["id"]
        after = await end(surveys)
        await connections[1].execute("COMMIT")
        assert [one["action"] for one in (await page(surveys, after))["items"]] == ["late"]
    finally:
        for connection in connections:
            await connection.close()


async def test_a_waiting_reader_hears_of_news(surveys: Surveys) -> None:
    visit = await surveys.visit()
    after = await end(surveys)
    waiting = asyncio.create_task(page(surveys, after, wait=20))
    await asyncio.sleep(0.1)
    assert not waiting.done()
    body = bodies.response(visit["id"])
    await surveys.call("POST", "/responses", json=body)
    assert [one["id"] for one in (await waiting)["items"]] == [body["id"]]
    nothing = await page(surveys, await end(surveys), wait=0.1)
    assert (nothing["items"], nothing["more"]) == ([], False)


async def test_who_may_read_and_which_rows(surveys: Surveys) -> None:
    start = await end(surveys)
    await surveys.visit()
    for role, claims, status in (
        (None, {}, 401), ("public", {}, 401), ("team", {"region": "33.25"}, 403), ("ministry", {}, 200),
        ("integrator", {}, 200), ("integrator", {"region": "34"}, 200),
    ):  # fmt: skip
        answer = await surveys.call("GET", "/changes/responses", role, claims=claims, params={"limit": "1000"})
        assert answer.status_code == status
    assert answer.json()["items"] == []  # the last of them, bound to another province
    of_the_province = await surveys.call(
        "GET", "/changes/responses", "integrator", claims={"region": "33"}, params={"after": start}
    )
    assert [one["entity"] for one in of_the_province.json()["items"]] == ["review", "visit", "review"]


@pytest.mark.parametrize("params", [{"after": "x"}, {"after": "cmVnaXN0cnk6MQ"}])
async def test_a_cursor_of_another_feed_is_refused(surveys: Surveys, params: dict[str, str]) -> None:
    refused = await surveys.call("GET", "/changes/responses", params=params)
    assert (refused.status_code, refused.json()["type"]) == (400, "/problems/malformed")


async def test_limits(surveys: Surveys) -> None:
    for params in ({"limit": "0"}, {"limit": "1001"}, {"wait": "31"}, {"wait": "-1"}):
        assert (await surveys.call("GET", "/changes/responses", params=params)).status_code == 422


async def test_a_reader_that_goes_away_is_not_waited_for(surveys: Surveys) -> None:
    watch = surveys.cast.app.state.watch
    after = await end(surveys)
    headers = {"Authorization": f"Bearer {surveys.cast.signer.token('ministry')}"}

    async def until(readers: int) -> None:
        async with asyncio.timeout(5):
            while watch.readers != readers:  # noqa: ASYNC110 - the watch tells nobody who reads it
                await asyncio.sleep(0.01)

    async with served(surveys.cast.app) as origin, httpx2.AsyncClient(headers=headers, timeout=30) as client:
        params = {"after": after, "wait": "20"}
        reading = asyncio.create_task(client.get(f"{origin}/api/v1/changes/responses", params=params))
        await until(1)
        reading.cancel()
        await until(0)

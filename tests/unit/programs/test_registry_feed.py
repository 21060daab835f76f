"""The registry's feed: every change once, in the order of commits, to readers that page, wait and come and go."""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text

from services.kit.auth import Access
from services.kit.changes import decode
from services.kit.database import Database
from services.kit.identity import Caller
from services.kit.scope import EVERYTHING
from services.kit.testing import Cast, Signer, running
from services.programs.agencies.schemas import AgencyBody
from services.programs.agencies.service import create as create_agency
from services.programs.app import create_app
from services.programs.settings import Settings
from tests.unit.programs import bodies
from tests.unit.programs.feeds import CHANGES, drained

API = "/api/v1"
KINDS = {"agency": "agencies", "program": "programs", "location": "locations"}
PATIENCE = 20.0
ADMIN = Access(Caller("test:admin", "admin"), EVERYTHING)

Step = tuple[str, str, str, int]


class GivenUp(Exception):
    """Somebody changed their mind before the commit."""

    @classmethod
    def when(cls, fails: bool) -> None:
        if fails:
            raise cls


async def until(condition: Callable[[], Awaitable[bool]]) -> None:
    """Wait for something that is bound to happen."""
    async with asyncio.timeout(PATIENCE):
        while not await condition():  # noqa: ASYNC110 - it comes true in the database or in the service
            await asyncio.sleep(0.01)


@pytest.fixture
async def database(url: str) -> AsyncIterator[Database]:
    """Connections of the test's own, beside those of the service."""
    own = Database(url, "programs", pool=12)
    yield own
    await own.close()


def step(entity: str, action: str, thing: dict[str, Any]) -> Step:
    return entity, thing["id"], action, thing["version"]


def steps(items: list[dict[str, Any]]) -> list[Step]:
    return [(one["entity"], one["id"], one["action"], one["version"]) for one in items]


async def writer(cast: Cast, dice: random.Random, done: list[Step]) -> None:
    """Creates, edits and archives things through the API; `done` gets what was acknowledged."""

    async def send(method: str, path: str, **request: Any) -> dict[str, Any]:
        answer = await client.request(method, path, **request)
        assert answer.status_code in {200, 201}, answer.text
        thing: dict[str, Any] = answer.json()
        return thing

    async with cast.as_("admin") as client:
        for _ in range(3):
            agency_body = bodies.agency()
            agency = await send("POST", f"{API}/agencies", json=agency_body)
            program_body = bodies.program(agency=agency["id"])
            program = await send("POST", f"{API}/programs", json=program_body)
            place_body = bodies.location(program["id"])
            place = await send("POST", f"{API}/locations", json=place_body)
            things = [
                ("agency", agency, agency_body),
                ("program", program, program_body),
                ("location", place, place_body),
            ]
            done += [step(entity, "created", thing) for entity, thing, _ in things]
            dice.shuffle(things)
            for entity, thing, body in things:
                path, at = f"{API}/{KINDS[entity]}/{thing['id']}", {"If-Match": '"1"'}
                changed = await send("PUT", path, json=body | {"name": f"Name {dice.random()}"}, headers=at)
                done.append(step(entity, "updated", changed))
                if dice.random() < 0.5:
                    archived = await send("POST", f"{path}/archive", headers={"If-Match": '"2"'})
                    done.append(step(entity, "updated", archived))


async def slow(database: Database, release: asyncio.Event, count: int, *, fails: bool) -> list[Step]:
    """A transaction that has written its changes and is left open until released; then committed or given up."""
    made = []
    with suppress(GivenUp):
        async with database.transaction() as write:
            for _ in range(count):
                agency = await create_agency(write, AgencyBody(**bodies.agency()), ADMIN)
                made.append(step("agency", "created", agency.model_dump(mode="json")))
            await release.wait()
            GivenUp.when(fails)
    return [] if fails else made


async def reader(cast: Cast, dice: random.Random, finished: asyncio.Event, seen: list[Step]) -> None:
    """Pages with random limits, waiting or not, until everything was written and nothing is left."""
    cursor: str | None = None
    async with cast.as_("integrator") as client:
        while True:
            last_round = finished.is_set()
            params = {"limit": dice.randint(1, 9), "wait": dice.choice([0, 0.05, 0.2])}
            answer = await client.get(CHANGES, params=params | ({"after": cursor} if cursor else {}))
            assert answer.status_code == 200, answer.text
            page = answer.json()
            assert len(page["items"]) <= params["limit"]
            assert decode("registry", page["next"]) >= decode("registry", cursor) + len(page["items"])
            seen += steps(page["items"])
            cursor = page["next"]
            if last_round and not page["items"]:
                return


@pytest.mark.parametrize("seed", [1, 2])
async def test_every_change_is_seen_once_in_order_whatever_runs_side_by_side(
    cast: Cast, database: Database, seed: int
) -> None:
    dice = random.Random(seed)
    async with cast.as_("admin") as client:
        before = steps((await drained(client))[0])
    released, finished = asyncio.Event(), asyncio.Event()
    open_ones = [asyncio.create_task(slow(database, released, 1 + n % 3, fails=n % 4 == 3)) for n in range(8)]
    seen: list[list[Step]] = [[] for _ in range(3)]
    readers = [asyncio.create_task(reader(cast, random.Random(dice.random()), finished, one)) for one in seen]
    acknowledged: list[list[Step]] = [[] for _ in range(10)]
    await asyncio.gather(*(writer(cast, random.Random(dice.random()), done) for done in acknowledged))
    expected = before + [one for done in acknowledged for one in done]

    async def passed() -> bool:
        return all(len(one) == len(expected) for one in seen)

    # Readers are past all this when the transactions that began before it are committed.
    await until(passed)
    released.set()
    expected += [one for done in await asyncio.gather(*open_ones) for one in done]
    finished.set()
    await asyncio.gather(*readers)
    assert len(set(expected)) == len(expected) >= len(before) + 10 * 18
    for one in seen:
        assert sorted(one) == sorted(expected)
        assert one == seen[0]
        for done in acknowledged:
            mine = set(done)
            assert [change for change in one if change in mine] == done
    async with cast.as_("admin") as client:
        assert steps((await drained(client))[0]) == seen[0]


async def test_nothing_passes_a_transaction_that_has_its_place_and_is_not_committed(
    cast: Cast, database: Database
) -> None:
    async with cast.as_("admin") as client:
        _, cursor = await drained(client)

        async def blocked() -> bool:
            statement = text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
            async with database.reading() as reading:
                return bool(await reading.value(statement, EVERYTHING))

        async with database.transaction() as write:
            first = await create_agency(write, AgencyBody(**bodies.agency()), ADMIN)
            await write.run(text("SET CONSTRAINTS ALL IMMEDIATE"), EVERYTHING)
            second = asyncio.create_task(client.post(f"{API}/agencies", json=bodies.agency()))
            await until(blocked)
            assert (await drained(client, cursor))[0] == []
        answer = await second
        seen, _ = await drained(client, cursor)
        assert [one["id"] for one in seen] == [str(first.id), answer.json()["id"]]


async def test_what_was_refused_or_changed_nothing_leaves_no_trace(cast: Cast) -> None:
    async with cast.as_("admin") as client:
        agency = (await client.post(f"{API}/agencies", json=bodies.agency())).json()
        path = f"{API}/agencies/{agency['id']}"
        await client.post(f"{path}/archive", headers={"If-Match": '"1"'})
        _, cursor = await drained(client)
        body = bodies.agency(id=agency["id"])
        for answer in (
            await client.post(f"{path}/archive", headers={"If-Match": '"2"'}),
            await client.put(path, json=body, headers={"If-Match": '"2"'}),
            await client.put(path, json=body, headers={"If-Match": '"1"'}),
            await client.post(f"{API}/agencies", json=body),
            await client.post(f"{API}/agencies", json=bodies.agency("33.99")),
        ):
            assert answer.status_code in {200, 404, 409, 412}
        assert await drained(client, cursor) == ([], cursor)


async def test_a_change_carries_the_thing_as_the_api_shows_it(cast: Cast) -> None:
    async with cast.as_("admin") as client:
        _, cursor = await drained(client)
        program = (await client.post(f"{API}/programs", json=bodies.program())).json()
        (change,), _ = await drained(client, cursor)
        assert change["data"] == program == (await client.get(f"{API}/programs/{program['id']}")).json()
        assert change["at"][:10] == program["created_at"][:10]


@asynccontextmanager
async def waiting(
    cast: Cast, cursor: str | None, role: str = "admin", **claims: str
) -> AsyncIterator[asyncio.Task[Any]]:
    """A reader that waits for news behind the cursor, and is known to wait."""
    watch = cast.app.state.watch
    others = watch.readers
    params = {"wait": 30} | ({"after": cursor} if cursor else {})
    task = asyncio.create_task(cast.call("GET", CHANGES, role, claims, params=params))

    async def waits() -> bool:
        return bool(watch.readers > others)

    await until(waits)
    yield task
    if not task.done():
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def test_a_waiting_reader_wakes_up_for_news(cast: Cast) -> None:
    async with cast.as_("admin") as client:
        _, cursor = await drained(client)
        async with waiting(cast, cursor) as first, waiting(cast, cursor, "integrator") as second:
            created = (await client.post(f"{API}/agencies", json=bodies.agency())).json()
            async with asyncio.timeout(PATIENCE):
                for answer in (await first, await second):
                    assert [one["id"] for one in answer.json()["items"]] == [created["id"]]
                    assert not answer.json()["more"]


async def test_a_reader_bound_to_a_region_sleeps_through_the_news_of_others(cast: Cast) -> None:
    async with cast.as_("admin") as client:
        _, cursor = await drained(client)
        async with waiting(cast, cursor, "integrator", region="35") as task:
            await client.post(f"{API}/agencies", json=bodies.agency("33.25"))
            created = (await client.post(f"{API}/agencies", json=bodies.agency("35.71"))).json()
            async with asyncio.timeout(PATIENCE):
                page = (await task).json()
        assert [one["id"] for one in page["items"]] == [created["id"]]


async def test_a_wait_that_ends_without_news_gives_the_cursor_back(cast: Cast) -> None:
    async with cast.as_("admin") as client:
        _, cursor = await drained(client)
        page = (await client.get(CHANGES, params={"after": cursor, "wait": 0.01})).json()
        assert page == {"items": [], "next": cursor, "more": False}


async def test_waiting_readers_hold_no_connection(url: str, signer: Signer) -> None:
    settings = Settings(database_url=url, public_key_file=signer.public_key_file, log_level="WARNING", database_pool=1)
    async with running(create_app(settings), signer) as cast:
        async with cast.as_("admin") as client:
            _, cursor = await drained(client)
            async with waiting(cast, cursor) as one, waiting(cast, cursor) as two, waiting(cast, cursor) as three:
                created = await client.post(f"{API}/agencies", json=bodies.agency())
                assert created.status_code == 201
                async with asyncio.timeout(PATIENCE):
                    answers = await asyncio.gather(one, two, three)
        assert {answer.json()["items"][0]["id"] for answer in answers} == {created.json()["id"]}


async def test_a_region_sees_its_own_changes_and_those_below_it(cast: Cast) -> None:
    async with cast.as_("admin") as client:
        _, cursor = await drained(client)
        made = {}
        for region in ("33", "33.25", "33.25.11", "33.26", "35.71"):
            made[region] = (await client.post(f"{API}/agencies", json=bodies.agency(region))).json()["id"]
    for claims, regions in (
        ({}, list(made)),
        ({"region": "33"}, ["33", "33.25", "33.25.11", "33.26"]),
        ({"region": "33.25"}, ["33.25", "33.25.11"]),
        ({"region": "3"}, []),
    ):
        async with cast.as_("integrator", **claims) as client:
            seen, _ = await drained(client, cursor)
        assert [one["id"] for one in seen] == [made[region] for region in regions]


@pytest.mark.parametrize(
    ("role", "status"),
    [("admin", 200), ("ministry", 200), ("integrator", 200), ("team", 403), ("agency", 403), ("mentor", 403),
     ("enumerator", 403), ("public", 401), (None, 401)],
)  # fmt: skip
async def test_who_may_read_the_feed(cast: Cast, role: str | None, status: int) -> None:
    answer = await cast.call("GET", CHANGES, role, {"region": "33.25", "agency": str(uuid4())})
    assert answer.status_code == status


@pytest.mark.parametrize(
    ("params", "status", "pointer"),
    [
        ({"after": "nonsense"}, 400, "after"),
        ({"after": ""}, 400, "after"),
        ({"after": "cmVzcG9uc2VzOjE"}, 400, "after"),  # of another feed
        ({"after": "cmVnaXN0cnk6LTE"}, 400, "after"),  # a position below all
        ({"limit": "0"}, 422, "limit"),
        ({"limit": "1001"}, 422, "limit"),
        ({"wait": "30.1"}, 422, "wait"),
        ({"wait": "-1"}, 422, "wait"),
        ({"wait": "nan"}, 422, "wait"),
    ],
)
async def test_a_request_that_makes_no_sense_is_refused(
    cast: Cast, params: dict[str, str], status: int, pointer: str
) -> None:
    answer = await cast.call("GET", CHANGES, params=params)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (status, pointer)


async def test_a_cursor_beyond_the_end_waits_for_what_comes_there(cast: Cast) -> None:
    answer = await cast.call("GET", CHANGES, params={"after": "cmVnaXN0cnk6OTk5OTk5OTk5"})
    assert answer.json() == {"items": [], "next": "cmVnaXN0cnk6OTk5OTk5OTk5", "more": False}

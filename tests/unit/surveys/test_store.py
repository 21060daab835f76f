"""Group commit: many at once, the same at once, one that is cancelled, one that the database refuses."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import asyncpg
import orjson
import pytest
from sqlalchemy import select

from services.kit.database import among
from services.kit.problems import Unavailable
from services.kit.scope import EVERYTHING
from services.kit.testing import Cluster, database_name
from services.surveys.responses.clock import Clock
from services.surveys.responses.domain import Content
from services.surveys.responses.store import Store, Stored
from services.surveys.tables import responses
from tests.unit.surveys import bodies
from tests.unit.surveys.conftest import Surveys


async def contents(surveys: Surveys, count: int) -> list[Content]:
    """So many sound responses of one visit."""
    visit = await surveys.visit()
    context = await surveys.cast.app.state.contexts.find(UUID(visit["id"]))
    return [
        Content(str(uuid4()), context, number.to_bytes(32), None, b'{"answers":{},"filled_at":null}')
        for number in range(count)
    ]


def store_of(surveys: Surveys) -> Store:
    store: Store = surveys.cast.app.state.store
    return store


async def stored(surveys: Surveys, visit: UUID) -> list[str]:
    page = await surveys.call("GET", "/responses", params={"visit": str(visit), "limit": "500"})
    return [one["id"] for one in page.json()["items"]]


async def test_those_who_come_together_are_each_answered(surveys: Surveys) -> None:
    many = await contents(surveys, 300)
    store = store_of(surveys)
    answers = await asyncio.gather(*(store.add([one], "test") for one in many))
    assert {one.status for (one,) in answers} == {"created"}
    assert len({one.sequence for (one,) in answers}) == len({one.receipt for (one,) in answers}) == 300
    in_order = sorted(zip(answers, many, strict=True), key=lambda pair: pair[0][0].sequence)
    assert await stored(surveys, many[0].context.visit) == [str(content.id) for _, content in in_order]


async def test_the_same_at_the_same_moment_is_created_once(surveys: Surveys, url: str) -> None:
    """Two server processes receive each response, some with other content."""
    many = await contents(surveys, 500)
    ours, other = store_of(surveys), Store(url)
    twins = [replace(one, digest=b"\1" * 32) if place % 5 == 0 else one for place, one in enumerate(many)]
    try:
        pairs = [
            store.add([one], "test")
            for one, twin in zip(many, twins, strict=True)
            for store, one in ((ours, one), (other, twin))
        ]
        answers = [one for (one,) in await asyncio.gather(*pairs)]
    finally:
        await other.close()
    for place, (first, second) in enumerate(zip(answers[::2], answers[1::2], strict=True)):
        assert {first.status, second.status} == {"created", "conflict" if place % 5 == 0 else "duplicate"}
        assert (first.receipt, first.sequence, first.received_at) == (
            second.receipt,
            second.sequence,
            second.received_at,
        )
    assert len(await stored(surveys, many[0].context.visit)) == 500


async def test_whoever_leaves_does_not_take_others_along(surveys: Surveys) -> None:
    many = await contents(surveys, 20)
    store = store_of(surveys)
    tasks = [asyncio.create_task(store.add([one], "test")) for one in many]
    await asyncio.sleep(0)
    tasks[0].cancel()
    done = await asyncio.gather(*tasks, return_exceptions=True)
    assert isinstance(done[0], asyncio.CancelledError)
    assert all(isinstance(answer, list) and answer[0].status == "created" for answer in done[1:])
    again = await store.add(many, "test")
    assert {one.status for one in again[1:]} == {"duplicate"}


async def test_one_that_the_database_refuses_does_not_fail_its_neighbours(surveys: Surveys) -> None:
    many = await contents(surveys, 5)
    many[2] = replace(many[2], body=b"no JSON")
    done = await asyncio.gather(*(store_of(surveys).add([one], "test") for one in many), return_exceptions=True)
    assert isinstance(done[2], asyncpg.DataError)
    assert [one[0].status for one in done if isinstance(one, list) and isinstance(one[0], Stored)] == ["created"] * 4


@pytest.mark.parametrize("already", [0, 1, 150])
async def test_many_at_once_are_each_answered_wherever_some_are_there_already(surveys: Surveys, already: int) -> None:
    many = await contents(surveys, 300)
    store = store_of(surveys)
    before = await store.add(many[50 : 50 + already], "test")
    twin = replace(many[299], digest=b"\1" * 32)
    answers = await store.add([*many[:299], twin, many[0]], "test")
    there = answers[50 : 50 + already]
    assert [replace(one, status="created") for one in there] == list(before)
    assert {one.status for one in there} <= {"duplicate"}
    assert {one.status for one in answers[:50] + answers[50 + already : 300]} == {"created"}
    assert (answers[300].status, answers[300].receipt) == ("duplicate", answers[0].receipt)
    sequences = [one.sequence for one in answers[:50] + answers[50 + already : 300]]
    assert sequences == sorted(set(sequences))
    page = await surveys.call("GET", "/responses", params={"visit": str(many[0].context.visit), "limit": "500"})
    shown = {one["id"]: (one["receipt"], one["sequence"]) for one in page.json()["items"]}
    assert shown == {
        str(content.id): (one.receipt, one.sequence) for content, one in zip([*many[:299], twin], answers, strict=False)
    }


@pytest.mark.parametrize("clock", [None, Clock(datetime(2020, 3, 3, 2, 30, 0, 123456, UTC), -timedelta(minutes=7))])
async def test_many_at_once_are_stored_as_one_is(surveys: Surveys, clock: Clock | None) -> None:
    """Two ways lead into the table, and nothing of a response may depend on which one it went."""
    (plain,) = await contents(surveys, 1)
    place = replace(plain.context, agency="dinkes", simulated=True)
    body = orjson.dumps({"answers": {"aspiration": 'kopi "tubruk" é 漢 😀'}, "filled_at": None})
    kinds = [plain, replace(plain, context=place, device="tablet-7", body=body, digest=bytes(range(32)))]
    many = [replace(kind, id=str(uuid4())) for kind in kinds for _ in range(60)]
    few = [replace(kind, id=str(uuid4())) for kind in kinds]
    store, by = store_of(surveys), "petugas é"
    together = await store.add(many, by, clock)
    alone = [one for content in few for one in await store.add([content], by, clock)]
    async with surveys.cast.app.state.database.reading() as reading:
        wanted = select(responses).where(among(responses.c.id, [one.id for one in (*many, *few)]))
        rows = {str(row.id): row._asdict() for row in await reading.all(wanted, EVERYTHING)}
    for content, answer in zip([*many, *few], [*together, *alone], strict=True):
        row = rows[content.id]
        assert (row.pop("receipt"), row.pop("position")) == (answer.receipt, answer.sequence)
        assert (row.pop("received_at"), str(row.pop("id"))) == (answer.received_at, content.id)
    for number, content in enumerate(few):
        alike = [rows[one.id] for one in many[60 * number : 60 * (number + 1)]]
        assert alike == [rows[content.id]] * 60
    told = (few[1].device, few[1].digest, "dinkes", True, by, clock and clock.device_time)
    names = ("device", "digest", "agency_id", "simulated", "received_by", "device_time")
    assert tuple(rows[few[1].id][name] for name in names) == told


async def test_many_at_once_of_which_the_database_refuses_one_leave_nothing(surveys: Surveys) -> None:
    many = await contents(surveys, 150)
    bad = replace(many[70], id=str(uuid4()), body=b"no JSON")
    store = store_of(surveys)
    with pytest.raises(asyncpg.DataError):
        await store.add([*many[:70], bad, *many[70:]], "test")
    assert await stored(surveys, many[0].context.visit) == []
    assert {one.status for one in await store.add(many, "test")} == {"created"}


async def test_a_sender_that_cannot_be_written_does_not_fail_its_neighbours(surveys: Surveys) -> None:
    many = await contents(surveys, 300)
    store = store_of(surveys)
    sent = (store.add(many[:150], "\ud800"), store.add(many[150:], "test"))
    refused, taken = await asyncio.gather(*sent, return_exceptions=True)
    assert isinstance(refused, asyncpg.DataError)
    assert isinstance(taken, list)
    assert {one.status for one in taken} == {"created"}


async def test_large_groups_of_two_processes_take_places_one_after_the_other(surveys: Surveys, url: str) -> None:
    many = await contents(surveys, 1200)
    ours, other = store_of(surveys), Store(url)
    try:
        parcels = [
            store.add(many[start : start + 150], "test")
            for store, start in zip((ours, other) * 4, range(0, 1200, 150), strict=True)
        ]
        answers = [one for several in await asyncio.gather(*parcels) for one in several]
    finally:
        await other.close()
    assert {one.status for one in answers} == {"created"}
    assert len({one.sequence for one in answers}) == 1200
    in_order = sorted(zip(answers, many, strict=True), key=lambda pair: pair[0].sequence)
    assert await every(surveys, many[0].context.visit) == [str(content.id) for _, content in in_order]


async def every(surveys: Surveys, visit: UUID) -> list[str]:
    found: list[str] = []
    params = {"visit": str(visit), "limit": "500"}
    while True:
        page = (await surveys.call("GET", "/responses", params=params)).json()
        found += [one["id"] for one in page["items"]]
        if page["next"] is None:
            return found
        params["cursor"] = page["next"]


async def test_a_connection_that_died_while_nobody_used_it_costs_nobody_an_answer(
    surveys: Surveys, cluster: Cluster
) -> None:
    first, *more = await contents(surveys, 3)
    store = store_of(surveys)
    await store.add([first], "test")
    name = f"{database_name('surveys')}_test_store"
    await cluster.execute(f"SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '{name}'")
    await asyncio.sleep(0.05)  # until the sockets have told of it
    assert [one.status for one in await store.add(more, "test")] == ["created", "created"]
    assert len(await stored(surveys, first.context.visit)) == 3


async def test_a_database_that_goes_away_is_a_503_and_nothing_is_lost(surveys: Surveys, cluster: Cluster) -> None:
    visit = await surveys.visit()
    first, second = bodies.response(visit["id"]), bodies.response(visit["id"])
    assert (await surveys.call("POST", "/responses", json=first)).status_code == 201
    name = f"{database_name('surveys')}_test_store"
    await cluster.execute(
        f"ALTER DATABASE {name} ALLOW_CONNECTIONS false",
        f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'",
    )
    try:
        refused = await surveys.call("POST", "/responses", json=second)
        assert (refused.status_code, refused.json()["type"]) == (503, "/problems/unavailable")
        assert refused.headers["retry-after"] == "2"
    finally:
        await cluster.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
    for body, status in ((first, 200), (second, 201)):
        for _ in range(3):  # a pooled connection may still have to notice that it is dead
            answer = await surveys.call("POST", "/responses", json=body)
            if answer.status_code != 503:
                break
        assert answer.status_code == status, answer.text


async def test_closing_waits_for_what_is_on_its_way(surveys: Surveys, url: str) -> None:
    many = await contents(surveys, 50)
    store = Store(url)
    adding = asyncio.create_task(store.add(many, "test"))
    await asyncio.sleep(0)
    await store.close()
    assert {one.status for one in await adding} == {"created"}
    with pytest.raises(Unavailable):
        await store.add(many[:1], "test")

"""What delays readers of the feed, and what does not; and how operators see it."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from uuid import uuid4

import asyncpg
from prometheus_client.parser import text_string_to_metric_families

from services.kit.database import Database, server_settings
from services.surveys.changes import horizon
from tests.unit.surveys import bodies
from tests.unit.surveys.conftest import Surveys

WAIT_SECONDS = 20
# The goal is 0.2; a machine on which other tests run takes its time.
SOON_SECONDS = 3.0


@asynccontextmanager
async def left_open(url: str, *statements: str) -> AsyncIterator[asyncpg.Connection]:
    """A transaction that has run statements and goes on."""
    connection = await asyncpg.connect(url, server_settings=server_settings("surveys"))
    try:
        await connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
        for statement in statements:
            await connection.execute(statement)
        yield connection
    finally:
        await connection.close()


async def figures(surveys: Surveys) -> dict[str, float]:
    """What operators see of the feed, looked at now."""
    database: Database = surveys.cast.app.state.database
    await horizon.measure(database)
    async with surveys.cast.as_(None) as client:
        shown = (await client.get("/metrics")).text
    return {
        sample.name.removeprefix("tinjau_surveys_feed_"): sample.value
        for family in text_string_to_metric_families(shown)
        for sample in family.samples
        if sample.name.startswith("tinjau_surveys_feed_")
    }


async def test_a_reader_sees_new_rows_within_its_wait_while_long_transactions_are_open(
    surveys: Surveys, url: str
) -> None:
    """One only reads, one has written and announces at its commit, one has written what no feed tells."""
    visit = await surveys.visit()
    announces = (
        "INSERT INTO changes (entity, entity_id, action, version, data) "
        f"VALUES ('visit', '{uuid4()}', 'late', 1, '{{}}')"
    )
    aside = (
        "INSERT INTO quarantine (response_id, reason, digest, body, received_by) "
        f"VALUES ('{uuid4()}', 'x', '\\x01', '{{}}', 'x')"
    )
    async with left_open(url, "SELECT count(*) FROM responses"), left_open(url, announces), left_open(url, aside):
        page = (await surveys.call("GET", "/changes/responses", params={"limit": "1000"})).json()
        for _ in range(3):
            params = {"after": page["next"], "wait": str(WAIT_SECONDS)}
            waiting = asyncio.create_task(surveys.call("GET", "/changes/responses", params=params))
            async with asyncio.timeout(SOON_SECONDS):
                while surveys.cast.app.state.watch.readers != 1:  # noqa: ASYNC110 - the watch tells nobody
                    await asyncio.sleep(0.01)
            body = bodies.response(visit["id"])
            assert (await surveys.call("POST", "/responses", json=body)).status_code == 201
            acknowledged = time.monotonic()
            page = (await waiting).json()
            assert time.monotonic() - acknowledged < SOON_SECONDS
            assert [one["id"] for one in page["items"]] == [body["id"]]
        assert (await figures(surveys))["unseen"] == 0


async def test_what_holds_the_lock_of_the_feed_shows_and_so_does_who_waits(surveys: Surveys, url: str) -> None:
    visit = await surveys.visit()
    before = await figures(surveys)
    assert (before["lock_held_seconds"], before["lock_waited_seconds"], before["readers"]) == (0, 0, 0)
    async with left_open(url, "SELECT lock_changes()", "SELECT nextval('change_position')"):
        sending = asyncio.create_task(surveys.call("POST", "/responses", json=bodies.response(visit["id"])))
        async with asyncio.timeout(SOON_SECONDS):
            while not (found := await figures(surveys))["lock_waited_seconds"]:  # noqa: ASYNC110 - it is looked at
                await asyncio.sleep(0.01)
        assert found["lock_held_seconds"] >= found["lock_waited_seconds"] > 0
        assert found["unseen"] == 1
        assert not sending.done()
    assert (await sending).status_code == 201
    after = await figures(surveys)
    assert (after["lock_held_seconds"], after["unseen"]) == (0, 0)
    assert after["group_seconds_count"] == before["group_seconds_count"] + 1

"""The migrations of programs: up, down and up again, with rows in the tables, and the same tables as in the code."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from sqlalchemy import text

from services.kit.database import Database
from services.kit.migrations import drift, migrate, pending
from services.kit.scope import EVERYTHING
from services.kit.testing import Cluster, Signer, database_name, running
from services.programs.__main__ import prepare
from services.programs.app import create_app
from services.programs.settings import Settings
from services.programs.tables import metadata
from tests.unit.programs import bodies

OBJECTS = text("""
    SELECT relname FROM pg_class WHERE relnamespace = 'programs'::regnamespace AND relname NOT LIKE 'alembic%'
    UNION ALL SELECT proname FROM pg_proc WHERE pronamespace = 'programs'::regnamespace
""")


@pytest.fixture
async def empty(cluster: Cluster) -> AsyncIterator[str]:
    """An empty database."""
    name = f"{database_name('programs')}_empty"
    await cluster.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)", f"CREATE DATABASE {name}")
    yield cluster.url(name)
    await cluster.execute(f"DROP DATABASE {name} WITH (FORCE)")


async def objects(url: str) -> set[str]:
    database = Database(url, "programs", pool=1)
    try:
        async with database.reading() as reading:
            return {row[0] for row in await reading.all(OBJECTS, EVERYTHING)}
    finally:
        await database.close()


async def test_migrations_make_the_tables_that_the_code_knows(empty: str) -> None:
    await migrate("programs", empty)
    assert not await pending("programs", empty)
    assert await drift("programs", empty, metadata) == []


async def test_migrations_go_down_to_nothing_with_rows_in_every_table_and_up_again(empty: str, signer: Signer) -> None:
    assert await prepare(empty) == 38 + 514 + 7285
    settings = Settings(database_url=empty, public_key_file=signer.public_key_file, log_level="WARNING")
    async with running(create_app(settings), signer) as cast:
        agency = await cast.call("POST", "/api/v1/agencies", json=bodies.agency())
        program = await cast.call("POST", "/api/v1/programs", json=bodies.program(agency=agency.json()["id"]))
        place = await cast.call("POST", "/api/v1/locations", json=bodies.location(program.json()["id"]))
        assert place.status_code == 201
    before = await objects(empty)
    assert {"agencies", "programs", "locations", "regions", "changes", "place_change"} <= before
    await migrate("programs", empty, "base")
    assert await objects(empty) == set()
    assert await pending("programs", empty)
    await migrate("programs", empty)
    assert await objects(empty) == before
    assert await drift("programs", empty, metadata) == []


async def test_many_processes_may_prepare_one_database_at_once(empty: str) -> None:
    loaded = await asyncio.gather(*(prepare(empty) for _ in range(3)))
    assert sorted(loaded) == [0, 0, 7837]

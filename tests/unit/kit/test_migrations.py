"""The runner of migrations: one at a time, patient with the other, impatient with tables in use."""

import asyncio

import asyncpg
import pytest
from sqlalchemy import MetaData

from services.kit.migrations import drift, migrate, pending, services
from services.kit.testing import Cluster, database_name, run

LOCK = "SELECT pg_advisory_lock(hashtext('tinjau migration'))"
UNLOCK = "SELECT pg_advisory_unlock(hashtext('tinjau migration'))"
SERVICE = next(iter(services()))


@pytest.fixture
def empty(cluster: Cluster) -> str:
    """An empty database."""
    name = f"{database_name('kit')}_migrations"
    run(cluster.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)", f"CREATE DATABASE {name}"))
    return cluster.url(name)


async def waiting(connection: asyncpg.Connection) -> bool:
    count = await connection.fetchval("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
    return bool(count)


async def test_a_runner_waits_for_the_one_before_it(empty: str) -> None:
    holder = await asyncpg.connect(empty)
    try:
        await holder.execute(LOCK)
        runner = asyncio.create_task(migrate(SERVICE, empty))
        async with asyncio.timeout(20):
            while not await waiting(holder):  # noqa: ASYNC110 - it comes true in the database
                await asyncio.sleep(0.01)
        assert await holder.fetchval("SELECT count(*) FROM pg_namespace WHERE nspname = $1", SERVICE) == 0
        assert await holder.fetchval("SELECT setting FROM pg_settings WHERE name = 'lock_timeout'") == "0"
        await holder.execute(UNLOCK)
        await runner
        assert not await waiting(holder)
        assert not await pending(SERVICE, empty)
    finally:
        await holder.close()


async def test_runners_side_by_side_make_everything_once(empty: str) -> None:
    await asyncio.gather(*(migrate(SERVICE, empty) for _ in range(4)))
    assert not await pending(SERVICE, empty)
    await migrate(SERVICE, empty)


async def test_a_migration_that_fails_gives_the_lock_back(empty: str) -> None:
    holder = await asyncpg.connect(empty)
    try:
        await migrate(SERVICE, empty)
        with pytest.raises(Exception, match="nowhere"):
            await migrate(SERVICE, empty, "nowhere")
        assert await holder.fetchval("SELECT pg_try_advisory_lock(hashtext('tinjau migration'))")
    finally:
        await holder.close()


async def test_a_database_that_was_never_migrated_is_pending(empty: str) -> None:
    assert await pending(SERVICE, empty)
    await migrate(SERVICE, empty)
    assert not await pending(SERVICE, empty)
    await migrate(SERVICE, empty, "base")
    assert await pending(SERVICE, empty)


async def test_tables_that_only_the_database_knows_are_drift(empty: str) -> None:
    await migrate(SERVICE, empty)
    assert await drift(SERVICE, empty, MetaData())

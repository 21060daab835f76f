"""The surveys' tables: up, down and up again, and the same in code and database."""

import asyncpg

from services.kit.migrations import drift, migrate, pending
from services.kit.testing import Cluster, database_name
from services.surveys.tables import metadata


async def test_up_down_and_up_again_without_drift(cluster: Cluster) -> None:
    name = f"{database_name('surveys')}_migrations"
    await cluster.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)", f"CREATE DATABASE {name}")
    url = cluster.url(name)
    await migrate("surveys", url)
    assert await drift("surveys", url, metadata) == []
    assert not await pending("surveys", url)
    await migrate("surveys", url, "base")
    assert await pending("surveys", url)
    connection = await asyncpg.connect(url)
    left = await connection.fetch(
        "SELECT relname FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace WHERE n.nspname = 'surveys'"
    )
    await connection.close()
    assert {row["relname"] for row in left} <= {"alembic_version", "alembic_version_pkc"}
    await migrate("surveys", url)
    assert await drift("surveys", url, metadata) == []

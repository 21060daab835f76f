"""A small service of nothing in particular, on a database of its own, to hold the kit against."""

import asyncio
from collections.abc import AsyncIterator

import asyncpg
import pytest

from services.kit.database import Database
from services.kit.testing import Cluster, database_name
from tests.unit.kit.shop import DDL


async def _shop(cluster: Cluster, name: str) -> str:
    await cluster.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)", f"CREATE DATABASE {name}")
    url = cluster.url(name)
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(DDL)
    finally:
        await connection.close()
    return url


@pytest.fixture(scope="module")
def url(cluster: Cluster, request: pytest.FixtureRequest) -> str:
    """A database with the shop's tables, for this module alone."""
    module = request.module.__name__.rpartition(".")[2]
    return asyncio.run(_shop(cluster, f"{database_name('kit')}_{module}"))


@pytest.fixture
async def database(url: str) -> AsyncIterator[Database]:
    """The shop's connections."""
    own = Database(url, "shop", pool=5)
    yield own
    await own.close()

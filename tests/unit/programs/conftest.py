"""A registry for each test module: a database of its own with all regions in it, and the service in process."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from services.kit.database import Database
from services.kit.testing import Cast, Cluster, Signer, database_name, running
from services.programs.app import create_app
from services.programs.regions.service import load_edition
from services.programs.settings import Settings


async def registry(cluster: Cluster, name: str) -> str:
    """The URL of a fresh database with the tables of the service and every region."""
    url = await cluster.clone("programs", name)
    database = Database(url, "programs", pool=1)
    try:
        async with database.transaction() as write:
            await load_edition(write)
    finally:
        await database.close()
    return url


@pytest.fixture(scope="module")
def url(cluster: Cluster, request: pytest.FixtureRequest) -> str:
    """A database with the service's tables and every region, for this module alone."""
    module = request.module.__name__.rpartition(".")[2]
    return asyncio.run(registry(cluster, f"{database_name('programs')}_{module}"))


@pytest.fixture
async def cast(url: str, signer: Signer) -> AsyncIterator[Cast]:
    """The service between start and stop, and its callers."""
    settings = Settings(database_url=url, public_key_file=signer.public_key_file, log_level="WARNING")
    async with running(create_app(settings), signer) as people:
        yield people

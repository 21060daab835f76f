"""A reports service on an empty database for each test, beside feeds that the test fills."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import pytest
from sqlalchemy import text

from services.kit.database import Database
from services.kit.scope import EVERYTHING
from services.kit.testing import Cast, Cluster, Signer, database_name, run, running
from services.reports import clients
from services.reports.app import create_app
from services.reports.clients import FEEDS
from services.reports.intake import service as intake
from services.reports.settings import Settings
from services.reports.tables import metadata
from tests.support.served import served
from tests.unit.reports.feeds import TOKEN, Feeds

T = TypeVar("T")


async def eventually(look: Callable[[], Awaitable[T]], good: Callable[[T], bool]) -> T:
    """What is seen once it is good."""
    async with asyncio.timeout(10):
        while True:
            if good(seen := await look()):
                return seen
            await asyncio.sleep(0.01)


@dataclass
class Reports:
    """The service's database and the feeds it reads; `settings` are what a process of it is told."""

    feeds: Feeds
    settings: Settings
    database: Database
    client: clients.Feeds
    signer: Signer

    async def pull(self, limit: int = 1000) -> None:
        """Take in both feeds to their ends, page by page."""
        for name in FEEDS:
            more = True
            while more:
                async with self.database.reading() as reading:
                    after = await intake.cursor(reading, name)
                page = await self.client.read(name, after, limit=limit)
                assert await intake.apply(self.database, name, after, page) is not None
                more = page.more

    @asynccontextmanager
    async def process(self, **told: Any) -> AsyncIterator[Cast]:
        """One process of the service between start and stop; it reads the feeds only when told to."""
        settings = self.settings.model_copy(update={"intake": False, "reminders": 0} | told)
        async with running(create_app(settings), self.signer) as cast:
            yield cast

    async def until(self, changes: int, name: str = "responses") -> None:
        """Wait until so many changes of a feed are in."""
        await eventually(partial(self.changes, name), lambda seen: seen == changes)

    async def changes(self, name: str = "responses") -> int:
        """How many changes of a feed are in."""
        async with self.database.reading() as reading:
            count: int = (await intake.progress(reading, await intake.generation(reading), name)).changes
        return count


EMPTY = (
    f"TRUNCATE {', '.join(metadata.tables)}",
    "INSERT INTO current (generation) VALUES (1)",
    "INSERT INTO feeds (generation, name) VALUES (1, 'responses'), (1, 'registry')",
)


@pytest.fixture(scope="module")
def url(cluster: Cluster, request: pytest.FixtureRequest) -> str:
    """A database with the service's tables for this module."""
    module = request.module.__name__.rpartition(".")[2]
    cloned: str = run(cluster.clone("reports", f"{database_name('reports')}_{module}"))
    return cloned


@pytest.fixture
async def reports(url: str, signer: Signer, tmp_path: Path) -> AsyncIterator[Reports]:
    """A database as the migrations leave it, two feeds that are served on loopback, and nothing in them."""
    credential = tmp_path / "token"
    credential.write_text(TOKEN + "\n")
    feeds = Feeds()
    async with served(feeds.app()) as origin:
        settings = Settings(
            database_url=url, public_key_file=signer.public_key_file, feeds_url=origin, credential_file=credential,
            feed_wait=0.5, feed_gather=0, log_level="ERROR",
        )  # fmt: skip
        database = Database(url, "reports", pool=4)
        async with database.transaction() as write:
            for statement in EMPTY:
                await write.run(text(statement), EVERYTHING)
        client = clients.Feeds(origin, credential, 5)
        try:
            yield Reports(feeds, settings, database, client, signer)
        finally:
            await client.close()
            await database.close()

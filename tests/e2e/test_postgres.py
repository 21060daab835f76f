"""The embedded PostgreSQL of an installation: durable, out of reach of the network, and it survives being killed."""

import asyncio
import os
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

from ops.postgres import Postgres, prepare
from ops.processes import Part, Supervisor
from tests.support.stack import eventually


@pytest.fixture
def server() -> Iterator[tuple[Postgres, Part]]:
    """A running server on a new data folder, in a place that no other run of the tests closes to its user."""
    supervisor = Supervisor(lambda _: None)
    with tempfile.TemporaryDirectory(prefix="tinjau-postgres-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        made = prepare(folder / "pg")
        part = made.part(folder / "postgres.log")
        try:
            supervisor.start(part)
            made.wait(part)
            supervisor.watch()
            yield made, part
        finally:
            supervisor.stop()


def ask(server: Postgres, database: str, *statements: str) -> object:
    """The value of the last statement."""

    async def run() -> object:
        connection = await asyncpg.connect(server.url(database))
        try:
            for statement in statements[:-1]:
                await connection.execute(statement)
            return await connection.fetchval(statements[-1])
        finally:
            await connection.close()

    return asyncio.run(run())


def test_it_is_durable_and_listens_on_no_address(server: tuple[Postgres, Part]) -> None:
    postgres, _ = server
    for setting in ("fsync", "synchronous_commit", "full_page_writes"):
        assert ask(postgres, "postgres", f"SHOW {setting}") == "on"
    assert ask(postgres, "postgres", "SHOW listen_addresses") == ""
    assert int(str(ask(postgres, "postgres", "SHOW server_version_num"))) >= 180000
    assert postgres.data.stat().st_mode & 0o077 == 0


def test_databases_are_made_once_and_outlive_a_kill(server: tuple[Postgres, Part]) -> None:
    postgres, part = server
    postgres.make_databases(["tinjau_surveys"])
    ask(postgres, "tinjau_surveys", "CREATE TABLE kept AS SELECT 1 AS value", "SELECT 1")
    postgres.make_databases(["tinjau_surveys"])
    killed = part.pid
    assert killed
    os.kill(killed, signal.SIGKILL)
    eventually(lambda: part.pid, lambda pid: pid not in {None, killed})
    postgres.wait(part)
    assert ask(postgres, "tinjau_surveys", "SELECT value FROM kept") == 1

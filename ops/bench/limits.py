"""What the machine itself can do, measured in the run, in the same database server and on the same disk."""

import asyncio
import math
import os
import re
import subprocess
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import asyncpg
import httpx2

from ops import ports, stack
from ops.bench import wrk
from ops.bench.goals import Limit
from ops.bench.sizes import Sizes
from ops.environment import MODULES, TREE
from ops.failures import Failure, tail
from ops.postgres import Postgres
from ops.processes import Part, Say, Supervisor

DATABASE = "bench"
ROW_BYTES = 1000
CLIENTS = 8
CONNECTIONS = 32
LINES_AT_ONCE = 1000
WAL_BLOCK = 8192
WAL_BLOCKS = 2048
READY_SECONDS = 20.0
DURABLE = ("fsync", "synchronous_commit", "full_page_writes")
TABLE = "CREATE TABLE IF NOT EXISTS single (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, body text NOT NULL)"
SINGLE = f"INSERT INTO single (body) VALUES (repeat('x', {ROW_BYTES}));\n"  # noqa: S608 - a number of ours
TPS = re.compile(r"^tps = ([0-9.]+) ", re.MULTILINE)
FAILED = re.compile(r"^number of failed transactions: ([1-9]\d*)", re.MULTILINE)


class Limits:
    """Measures limits whenever one is asked for and keeps every figure."""

    def __init__(self, server: Postgres, folder: Path, items: Path, sizes: Sizes, say: Say) -> None:
        """`folder` lies on the disk of the database; `items` is the load of a do-nothing application."""
        self.samples: dict[Limit, list[float]] = {}
        self._server = server
        self._folder = folder
        self._items = items
        self._sizes = sizes
        self._say = say
        self._prepared = False

    def sample(self, limit: Limit) -> float:
        """One measurement of a limit. Raises Failure when it cannot be measured."""
        how: dict[Limit, Callable[[], float]] = {
            Limit.COMMITS: self._commits, Limit.COPY: self._copy, Limit.ANSWERS: self._answers,
            Limit.SYNCS: self._syncs,
        }  # fmt: skip
        if not self._prepared:
            self._server.make_databases([DATABASE])
            asyncio.run(self._durable())
            self._prepared = True
        figure = how[limit]()
        self.samples.setdefault(limit, []).append(figure)
        return figure

    async def _connect(self) -> Any:
        return await asyncpg.connect(self._server.url(DATABASE))

    async def _durable(self) -> None:
        connection = await self._connect()
        try:
            for name in DURABLE:
                if await connection.fetchval(f"SHOW {name}") != "on":
                    raise Failure(f"The database server has {name} off; nothing would be comparable.")
            await connection.execute(TABLE)
        finally:
            await connection.close()

    def _commits(self) -> float:
        script = self._folder / "single.sql"
        script.write_text(SINGLE, encoding="utf-8")
        done = subprocess.run(  # noqa: S603 - a binary of the wheel
            [
                str(self._server.binaries / "pgbench"), "-h", str(self._server.socket), "-U", "postgres",
                "-n", "-M", "prepared", "-c", str(CLIENTS), "-j", str(min(CLIENTS, os.cpu_count() or 1)),
                "-T", str(math.ceil(self._sizes.limit_seconds)), "-f", str(script), DATABASE,
            ],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode:
            raise Failure(f"pgbench ended with status {done.returncode}.", done.stderr.strip())
        asyncio.run(self._empty())
        return transactions(done.stdout)

    def _copy(self) -> float:
        return asyncio.run(self._copied())

    async def _copied(self) -> float:
        chunks = -(-self._sizes.copied // LINES_AT_ONCE)
        chunk = (b"x" * ROW_BYTES + b"\n") * LINES_AT_ONCE

        async def rows() -> AsyncIterator[bytes]:
            for _ in range(chunks):
                yield chunk

        connection = await self._connect()
        try:
            started = time.perf_counter()
            await connection.copy_to_table("single", source=rows(), columns=["body"], format="text")
            return chunks * LINES_AT_ONCE / (time.perf_counter() - started)
        finally:
            await connection.execute("TRUNCATE single")
            await connection.close()

    async def _empty(self) -> None:
        connection = await self._connect()
        try:
            await connection.execute("TRUNCATE single")
        finally:
            await connection.close()

    def _answers(self) -> float:
        with self._nothing() as origin:
            asked = wrk.Request(f"{origin}/", "none", self._items)
            return wrk.run(asked, connections=CONNECTIONS, seconds=self._sizes.limit_seconds).rate

    @contextmanager
    def _nothing(self) -> Iterator[str]:
        """The origin of the do-nothing application, served as the gateway is, so that only the application differs."""
        (port,) = ports.free(1)
        ours = {f"{MODULES['gateway']}:create_app": "ops.bench.nothing:create_app"}
        command = [ours.get(word, word) for word in stack.command("gateway", port)]
        log = self._folder / "nothing.log"
        supervisor = Supervisor(self._say)
        supervisor.start(Part("nothing", command, os.environ | {"PYTHONPATH": TREE}, log))
        try:
            origin = f"http://{ports.HOST}:{port}"
            _wait(origin, log)
            yield origin
        finally:
            supervisor.stop()

    def _syncs(self) -> float:
        sync = getattr(os, "fdatasync", os.fsync)
        place, block = self._folder / "syncs", b"x" * WAL_BLOCK
        file = os.open(place, os.O_RDWR | os.O_CREAT)
        try:
            os.pwrite(file, block * WAL_BLOCKS, 0)  # room that is there already, as in a WAL segment
            os.fsync(file)
            count, started = 0, time.perf_counter()
            while (elapsed := time.perf_counter() - started) < self._sizes.limit_seconds:
                os.pwrite(file, block, count % WAL_BLOCKS * WAL_BLOCK)
                sync(file)
                count += 1
            return count / elapsed
        finally:
            os.close(file)
            place.unlink()


def transactions(printed: str) -> float:
    """Transactions per second in what pgbench printed. Raises Failure when some failed or there is no figure."""
    found = TPS.search(printed)
    if found is None or FAILED.search(printed):
        raise Failure("pgbench did not measure what it should.", printed.strip())
    return float(found.group(1))


def _wait(origin: str, log: Path) -> None:
    until = time.monotonic() + READY_SECONDS
    while time.monotonic() < until:
        try:
            httpx2.post(f"{origin}/", timeout=1)
        except httpx2.HTTPError:
            time.sleep(0.02)
        else:
            return
    raise Failure("The do-nothing application did not start.", tail(log))

"""Makes files in processes of their own, so that neither requests nor connections of the database wait for them.

The row of a file says who is at it and when that was last heard of. Of two who ask at once one makes it, in whichever
process of the service; of a making that was killed nothing is left but the row, and the next one who asks begins anew.
"""

import asyncio
import hashlib
import os
import sys
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import orjson
import structlog
from sqlalchemy import func

from services.kit.database import Database, as_problem
from services.reports.renderings import repository
from services.reports.renderings.domain import Key

BEAT_SECONDS = 1.0
DEAD = timedelta(seconds=10)
"""Who makes a file and was not heard of for so long has ended."""
AGAIN = timedelta(seconds=30)
"""How long a failure stands before it is tried again."""
LONGEST_SECONDS = 300.0
TREE = str(Path(__file__).resolve().parents[3])
SAID = 2000


class Broken(RuntimeError):
    """The process that made a file ended without one; its last words."""


class Maker:
    """Makes files, a few at a time."""

    def __init__(self, database: Database, at_once: int) -> None:
        self._database = database
        self._turn = asyncio.Semaphore(at_once)
        self._tasks: dict[Key, tuple[UUID, asyncio.Task[None]]] = {}
        self._log = structlog.get_logger("renderings")

    async def start(self, key: Key, bound: dict[str, str | None], job: Mapping[str, Any]) -> None:
        """Begin to make a file, unless it is made, or somebody is at it. `job` is what the layouts are told."""
        owner = uuid4()
        async with self._database.transaction() as write:
            if not await repository.claim(write, key, owner, bound, dead=DEAD, again=AGAIN):
                return
        task = asyncio.create_task(self._make(key, owner, job), name=f"render {key.format}")
        self._tasks[key] = owner, task
        task.add_done_callback(lambda _: self._tasks.pop(key, None))

    async def wait(self, key: Key, seconds: float) -> None:
        """Wait for a file, but no longer than that; of one that is made elsewhere nobody here hears the end."""
        if running := self._tasks.get(key):
            await asyncio.wait({running[1]}, timeout=seconds)
        else:
            await asyncio.sleep(seconds)

    async def stop(self) -> None:
        """End what is being made; it is left for whoever asks next."""
        running = dict(self._tasks)
        for _, task in running.values():
            task.cancel()
        await asyncio.gather(*(task for _, task in running.values()), return_exceptions=True)
        for key, (owner, _) in running.items():
            await self._note(key, owner, {"beat_at": func.now() - DEAD - DEAD})

    async def _make(self, key: Key, owner: UUID, job: Mapping[str, Any]) -> None:
        progress: dict[str, Any] = {}
        beat = asyncio.create_task(self._beat(key, owner, progress))
        try:
            async with self._turn:
                content = await self._run(key, job, progress)
            values = {"state": "made", "content": content, "made_at": func.now(), "stage": "made",
                      "digest": f"sha256:{hashlib.sha256(content).hexdigest()}"}  # fmt: skip
        except Exception as error:  # noqa: BLE001 - whoever asks for the file is told
            self._log.error("rendering_failed", report=str(key.report), format=key.format, exc_info=error)
            detail = str(error) if isinstance(error, Broken) else type(error).__name__
            values = {"state": "failed", "detail": detail}
        finally:
            beat.cancel()
        await self._note(key, owner, values)

    async def _note(self, key: Key, owner: UUID, values: dict[str, Any]) -> None:
        try:
            async with self._database.transaction() as write:
                await repository.change(write, key, owner, values)
        except Exception as error:
            if as_problem(error) is None:
                raise
            self._log.warning("rendering_not_noted", report=str(key.report), format=key.format, error=repr(error))

    async def _beat(self, key: Key, owner: UUID, progress: Mapping[str, Any]) -> None:
        while True:
            await asyncio.sleep(BEAT_SECONDS)
            await self._note(key, owner, dict(progress))

    async def _run(self, key: Key, job: Mapping[str, Any], progress: dict[str, Any]) -> bytes:
        """The bytes of the file. Raises Broken, TimeoutError."""
        progress["stage"] = "reading"
        with tempfile.TemporaryDirectory(prefix="tinjau-file-") as folder:
            target = Path(folder) / f"report.{key.format}"
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-P", "-m", "services.reports.layouts", key.format, key.language or "id", str(target),
                stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
                env=_environment(),
            )  # fmt: skip
            try:
                async with asyncio.timeout(LONGEST_SECONDS):
                    said = await _attend(process, orjson.dumps(job), progress)
            finally:
                with suppress(ProcessLookupError):
                    process.kill()
                await process.wait()
            if process.returncode:
                raise Broken(said.decode(errors="replace").strip()[-SAID:] or f"It ended with {process.returncode}.")
            return await asyncio.to_thread(target.read_bytes)


async def _attend(process: asyncio.subprocess.Process, job: bytes, progress: dict[str, Any]) -> bytes:
    """Hand the job over, note what it says of its progress, and give what it complains of."""
    assert process.stdin  # noqa: S101 - all three are pipes
    assert process.stdout  # noqa: S101
    assert process.stderr  # noqa: S101
    complaining = asyncio.create_task(process.stderr.read())
    with suppress(BrokenPipeError, ConnectionResetError):
        process.stdin.write(job)
        await process.stdin.drain()
        process.stdin.close()
    async for line in process.stdout:
        stage, done, total = line.decode().split()
        progress |= {"stage": stage, "done": int(done), "total": int(total)}
    await process.wait()
    return await complaining


def _environment() -> dict[str, str]:
    """What a layout process is told: where this tree is, and none of our secrets."""
    kept = {
        name: os.environ[name] for name in ("PATH", "TMPDIR", "SYSTEMROOT", "LD_LIBRARY_PATH") if name in os.environ
    }
    return kept | {
        "PYTHONPATH": os.pathsep.join([TREE, *filter(None, [os.environ.get("PYTHONPATH")])]),
        "HOME": "/nonexistent",
    }

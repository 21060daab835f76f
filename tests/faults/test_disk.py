"""A disk that is full under PostgreSQL: a clear 503, nothing in halves, and all is well again when there is room."""

import asyncio
import os
import random
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import asyncpg
import httpx2
import pytest

from tests.support.faults import (
    PHONES,
    Books,
    Phones,
    ask,
    database_of,
    durable,
    place,
    stored,
)
from tests.support.stack import RealStack
from tests.support.survey import Survey, open_survey

VOLUME = "192m"
PIECES = (1 << 20, 1 << 12, 1)
BATCH = 400
SECONDS = 60.0

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root can mount a small volume")


@pytest.fixture(scope="module")
def small() -> Iterator[RealStack]:
    """A stack whose PostgreSQL has a volume of its own, and a small one."""
    with place() as home, mounted(home.postgres), durable(home) as real:
        yield real


@pytest.fixture(scope="module")
def database(small: RealStack) -> str:
    """The URL of its database of surveys."""
    return database_of(small)


@contextmanager
def mounted(folder: Path) -> Iterator[None]:
    """A volume in memory, which is a file system like any other; skips where the machine lets nobody mount."""
    folder.mkdir()
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={VOLUME},mode=0700", "tmpfs", str(folder)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode != 0:
        pytest.skip(f"nothing can be mounted here: {done.stderr.strip()}")
    try:
        yield
    finally:
        subprocess.run(["umount", str(folder)], check=True)


@contextmanager
def full(stack: RealStack) -> Iterator[None]:
    """Not a byte is left on the volume for as long as the block lasts."""
    filler = stack.stack.home.postgres / "filler"
    try:
        with filler.open("wb", buffering=0) as file:
            for piece in PIECES:
                fill(file.write, piece)
        yield
    finally:
        filler.unlink()


def fill(write: Callable[[bytes], int | None], piece: int) -> None:
    """Write until nothing more goes in."""
    while True:
        try:
            write(bytes(piece))
        except OSError:
            return


async def refused(client: httpx2.AsyncClient, survey: Survey, made: list[dict[str, Any]]) -> httpx2.Response:
    """Send new responses until one is refused; the refusal."""
    async with asyncio.timeout(SECONDS):
        while True:
            body = survey.response(2)
            made.append(body)
            answer = await client.post("/responses", json=body)
            if answer.status_code != 201:
                return answer


def is_clear(answer: httpx2.Response) -> bool:
    """Whether a refusal says what it is and when to come again."""
    problem = answer.json()
    return (answer.status_code, problem["type"]) == (503, "/problems/unavailable") and "retry-after" in answer.headers


async def test_nothing_is_in_halves_while_there_is_no_room_and_it_heals(
    small: RealStack, database: str, tell: Callable[[dict[str, Any]], None]
) -> None:
    survey = await asyncio.to_thread(open_survey, small)
    books = Books(small, survey, database)
    async with small.async_client("enumerator", region="33.25") as client:
        phones = Phones(survey, client, random.Random(7))
        async with phones.sending():
            await phones.hear_of(200)
            with full(small):
                answer = await refused(client, survey, phones.sent)
                assert is_clear(answer), answer.text
                batch = [survey.response(3) for _ in range(BATCH)]
                answer = await client.post("/responses/batch", json={"items": batch})
                assert is_clear(answer), answer.text
                assert not {body["id"] for body in batch} & set(await stored(database, survey))
                page = await client.get("/visits", params={"review": survey.review})
                assert page.status_code == 200, page.text
            await phones.hear_of(PHONES * 5)
        figures = await books.close(phones, 1)
    tell(figures.as_dict())


async def test_a_log_that_cannot_grow_ends_postgresql_and_it_comes_back_with_all_that_was_acknowledged(
    small: RealStack, database: str, tell: Callable[[dict[str, Any]], None]
) -> None:
    survey = await asyncio.to_thread(open_survey, small)
    books = Books(small, survey, database)
    server = small.stack.part("postgres")
    async with small.async_client("enumerator", region="33.25") as client:
        phones = Phones(survey, client, random.Random(8))
        async with phones.sending():
            await phones.hear_of(200)
            with full(small):
                await until_it_ends(database)
                assert "PANIC" in server.log.read_text()
                answer = await refused(client, survey, phones.sent)
                assert is_clear(answer), answer.text
            await phones.hear_of(PHONES * 5)
        figures = await books.close(phones, 1)
    assert server.pid
    tell(figures.as_dict())


async def until_it_ends(database: str) -> None:
    """Write into the log, and nowhere else, until PostgreSQL has no file for it and gives up."""
    message = "SELECT pg_logical_emit_message(false, 'faults', repeat('x', 1000000))"
    async with asyncio.timeout(SECONDS):
        while True:
            try:
                await ask(database, message)
            except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError):
                return

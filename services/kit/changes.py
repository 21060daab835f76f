"""The change feed: creates, edits and deletions in commit order, none missed, none twice.

Each change has a `position`. A position is drawn from a sequence while the transaction holds the feed's advisory lock,
which PostgreSQL releases only after the commit is visible; so positions become visible in rising order and no row can
appear behind a cursor that a reader has passed. Database triggers draw it (see the first migration of a service): at
commit for transactions that write several things, at the start of the statement for the one-statement intake. See
`docs/decisions/0002-positions-at-commit.md`.
"""

import asyncio
import base64
import binascii
import time
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, Protocol

import orjson
import structlog
from fastapi import Query
from pydantic import BaseModel, Field
from sqlalchemy import Table, Text, cast, func, select
from starlette.requests import ClientDisconnect, Request

from services.kit.database import Database, Reading, Transaction
from services.kit.problems import FieldError, Malformed
from services.kit.scope import EVERYTHING, Scope

MAX_ITEMS = 1000
MAX_WAIT_SECONDS = 30
POLL_SECONDS = 0.05

Limit = Annotated[int, Query(ge=1, le=MAX_ITEMS, description="Changes in one answer at most.")]
After = Annotated[str | None, Query(description="Cursor up to which you have seen everything; none: from the start.")]
Wait = Annotated[float, Query(ge=0, le=MAX_WAIT_SECONDS, description="Seconds to wait for news when there is none.")]


class Change(BaseModel):
    """One change of one thing."""

    entity: str = Field(description="What kind of thing.")
    id: str
    action: str = Field(description="`created`, `updated` or `deleted`, or a verb of the thing's own life.")
    version: int = Field(description="The thing's version after the change.")
    at: datetime
    data: dict[str, Any] | None = Field(description="The thing after the change.")


class ChangePage(BaseModel):
    """A stretch of the feed."""

    items: list[Change]
    next: str = Field(description="Cursor to go on from; it is valid forever.")
    more: bool = Field(description="Whether further changes are there already.")


def encode(feed: str, position: int) -> str:
    """An opaque cursor."""
    return base64.urlsafe_b64encode(f"{feed}:{position}".encode()).rstrip(b"=").decode()


def decode(feed: str, cursor: str | None) -> int:
    """The position behind a cursor; 0 for None. Raises Malformed for a cursor of another feed or no cursor at all."""
    if cursor is None:
        return 0
    try:
        name, _, position = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode().partition(":")
        if name == feed and position.isascii() and position.isdigit() and len(position) < 19:
            return int(position)
    except (binascii.Error, ValueError):
        pass
    raise Malformed(
        "The cursor is not one of this feed.",
        errors=[FieldError("after", "cursor", "Use `next` of an earlier answer of this feed, unchanged.")],
    )


def page(feed: str, after: int, rows: list[tuple[int, bytes]], limit: int) -> bytes:
    """The JSON of a `ChangePage` from up to `limit + 1` (position, item as JSON) pairs; items are not parsed again."""
    kept = rows[:limit]
    last = kept[-1][0] if kept else after
    return b"".join((
        b'{"items":[', b",".join(item for _, item in kept), b'],"next":', orjson.dumps(encode(feed, last)),
        b',"more":', b"true" if len(rows) > limit else b"false", b"}",
    ))  # fmt: skip


def item(entity: str, row: Any) -> tuple[int, bytes]:
    """A feed row (id, action, version, at, data as JSON text) with its position, as the JSON of a `Change`."""
    head = {"entity": entity, "id": str(row.id), "action": row.action, "version": row.version, "at": row.at}
    return row.position, orjson.dumps(head)[:-1] + b',"data":' + (row.data or "null").encode() + b"}"


async def record(
    write: Transaction,
    table: Table,
    entity: str,
    action: str,
    data: BaseModel,
    *,
    bound: Mapping[str, str | None],
) -> None:
    """Announce a change in the transaction that makes it. `data` has the thing's `id` and `version`; `bound` names
    the values of the table's bound columns."""
    content = data.model_dump(mode="json")
    row = {
        "entity": entity, "entity_id": content["id"], "action": action, "version": content["version"],
        "data": content,
    }  # fmt: skip
    await write.insert(table, row | dict(bound), EVERYTHING)


async def read(reading: Reading, table: Table, scope: Scope, after: int, limit: int) -> list[tuple[int, bytes]]:
    """Up to `limit + 1` rows of a `changes` table behind a position, as `page` wants them."""
    statement = (
        select(
            table.c.position, table.c.entity, table.c.entity_id.label("id"), table.c.action, table.c.version,
            table.c.at, cast(table.c.data, Text).label("data"),
        )
        .where(table.c.position > after)
        .order_by(table.c.position)
        .limit(limit + 1)
    )  # fmt: skip
    return [item(row.entity, row) for row in await reading.all(statement, scope)]


async def unless_gone(request: Request, answering: Coroutine[Any, Any, bytes]) -> bytes:
    """What a reader is answered. Raises ClientDisconnect as soon as the reader has gone: nobody waits for news that
    nobody hears, and a server that stops is not held up."""
    answer = asyncio.ensure_future(answering)
    gone = asyncio.ensure_future(_until_gone(request))
    try:
        await asyncio.wait((answer, gone), return_when=asyncio.FIRST_COMPLETED)
        if not answer.done():
            raise ClientDisconnect
        return answer.result()
    finally:
        answer.cancel()
        gone.cancel()


async def _until_gone(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


class Pace(Protocol):
    """How fast a reader may go on who is behind."""

    def most(self, limit: int) -> int:
        """How many changes a page may have now, of so many that were asked for."""

    def hold(self) -> float:
        """Seconds for which a page is held back that has more behind it."""


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed as a service has it: its name in cursors, the highest visible position, and how rows behind a position
    are read, `limit + 1` of them."""

    name: str
    head: Callable[[Database], Awaitable[int]]
    rows: Callable[[Reading, Scope, int, int], Awaitable[list[tuple[int, bytes]]]]

    async def page(
        self,
        database: Database,
        watch: "Watch",
        scope: Scope,
        *,
        after: str | None,
        limit: int,
        wait: float,
        pace: "Pace | None" = None,
    ) -> bytes:
        """A `ChangePage` as JSON. While there is nothing for this reader it waits, holding no connection.

        News outside the reader's scope move the head too: a bound reader looks again after each, and then waits for
        what comes behind the head it had seen before looking. Raises Malformed for a cursor of another feed.
        """
        position = decode(self.name, after)
        deadline = time.monotonic() + wait
        while True:
            seen = await self.head(database) if scope.claims and wait else position
            most = pace.most(limit) if pace else limit
            async with database.reading() as reading:
                rows = await self.rows(reading, scope, position, most)
            remaining = deadline - time.monotonic()
            if rows or remaining <= 0 or not await watch.beyond(max(seen, position), remaining):
                if len(rows) > most and pace and (seconds := pace.hold()):
                    await asyncio.sleep(seconds)
                return page(self.name, position, rows, most)


def of_table(name: str, table: Table) -> Feed:
    """The feed whose rows are those of one `changes` table."""

    async def head(database: Database) -> int:
        async with database.reading() as reading:
            return int(await reading.value(select(func.coalesce(func.max(table.c.position), 0)), EVERYTHING))

    async def rows(reading: Reading, scope: Scope, after: int, limit: int) -> list[tuple[int, bytes]]:
        return await read(reading, table, scope, after, limit)

    return Feed(name, head, rows)


class Watch:
    """Tells waiting readers of a feed that it has grown: one cheap query for all of them, and none while nobody waits.

    `head` gives the highest visible position.
    """

    def __init__(self, head: Callable[[], Awaitable[int]]) -> None:
        self._head = head
        self._position = 0
        self._grown = asyncio.Condition()
        self._readers = 0
        self._poller: asyncio.Task[None] | None = None

    @property
    def readers(self) -> int:
        """How many are waiting now."""
        return self._readers

    async def beyond(self, position: int, seconds: float) -> bool:
        """Wait until something stands behind `position`; False when nothing came in time."""
        deadline = time.monotonic() + seconds
        self._readers += 1
        if self._poller is None or self._poller.done():
            self._poller = asyncio.create_task(self._poll())
        try:
            async with self._grown:
                while self._position <= position:
                    remaining = deadline - time.monotonic()
                    if remaining <= 0:
                        return False
                    try:
                        await asyncio.wait_for(self._grown.wait(), remaining)
                    except TimeoutError:
                        return self._position > position
                return True
        finally:
            self._readers -= 1

    async def close(self) -> None:
        """Stop looking."""
        if self._poller:
            self._poller.cancel()
            await asyncio.gather(self._poller, return_exceptions=True)

    async def _poll(self) -> None:
        while self._readers:
            try:
                position = await self._head()
            except Exception as error:  # noqa: BLE001 - a database that is away must not end the waiting
                structlog.get_logger().warning("feed_head_unknown", error=repr(error))
                position = self._position
            if position != self._position:
                async with self._grown:
                    self._position = position
                    self._grown.notify_all()
            await asyncio.sleep(POLL_SECONDS)

"""Group commit: responses that arrive at the same time share one statement, one commit and one fsync.

Whoever stores waits until the commit is done; only then is a response acknowledged. While one group is on its way the
next one gathers. The statement is its own transaction, and its trigger takes the feed's lock (see the migration), so
responses become visible in the order of their positions. This is the one place that speaks to the database without
SQLAlchemy, because it is the one place where each microsecond is paid by every respondent.
"""

import asyncio
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import asyncpg

from services.kit.database import CONNECT_SECONDS, server_settings
from services.surveys.responses.domain import Content, receipt, whole

GROUP = 2000

STORE = """
INSERT INTO responses (
    id, receipt, visit_id, review_id, region_code, agency_id, simulated, received_by, digest, device, body
)
SELECT * FROM unnest(
    $1::uuid[], $2::text[], $3::uuid[], $4::uuid[], $5::text[], $6::text[], $7::boolean[], $8::text[], $9::bytea[],
    $10::text[], $11::json[]
)
ON CONFLICT (id, version) DO NOTHING
RETURNING receipt, position, received_at
"""

# The first revision: a response that was corrected since is still the one that was sent.
STORED = "SELECT id, receipt, position, received_at, digest FROM responses WHERE version = 1 AND id = ANY($1::uuid[])"

KEEP_ASIDE = """
INSERT INTO quarantine (response_id, visit_id, region_code, agency_id, reason, digest, body, received_by)
VALUES ($1, $2, $3, $4, 'conflict', $5, $6, $7) ON CONFLICT (response_id, digest) DO NOTHING
"""

Status = Literal["created", "duplicate", "conflict"]


@dataclass(frozen=True, slots=True)
class Stored:
    """What became of a response; the figures are those of the first one under its id."""

    status: Status
    receipt: str
    sequence: int
    received_at: datetime
    digest: bytes


@dataclass(slots=True)
class Arrival:
    """A response that waits for its commit."""

    content: Content
    received_by: str
    receipt: str
    done: asyncio.Future[Stored]


class Store:
    """Takes sound responses and gives back what became of them, after the commit."""

    def __init__(self, url: str) -> None:
        self._url = url.replace("postgresql+asyncpg://", "postgresql://", 1)
        self._waiting: deque[Arrival] = deque()
        self._pool: asyncpg.Pool | None = None
        self._opening = asyncio.Lock()
        self._flushing: set[asyncio.Task[None]] = set()

    async def close(self) -> None:
        """Finish what is on its way, then give the connections back."""
        if self._flushing:
            await asyncio.wait(self._flushing)
        if self._pool is not None:
            await self._pool.close()

    async def add(self, contents: Iterable[Content], received_by: str) -> list[Stored]:
        """Store responses, in order. Raises what the database raises: then nothing is acknowledged, and sending the
        same again is safe."""
        loop = asyncio.get_running_loop()
        arrivals = [Arrival(content, received_by, receipt(), loop.create_future()) for content in contents]
        self._waiting.extend(arrivals)
        if arrivals and not self._flushing:
            self._start()
        # One that is cancelled must not cancel its neighbours' commit, and an error is raised once.
        outcomes = await asyncio.gather(*(one.done for one in arrivals), return_exceptions=True)
        for outcome in outcomes:
            if isinstance(outcome, BaseException):
                raise outcome
        return [outcome for outcome in outcomes if isinstance(outcome, Stored)]

    def _start(self) -> None:
        task = asyncio.create_task(self._flush())
        self._flushing.add(task)
        task.add_done_callback(self._flushing.discard)

    async def _flush(self) -> None:
        while self._waiting:
            group = [self._waiting.popleft() for _ in range(min(len(self._waiting), GROUP))]
            await self._answer(group)

    async def _answer(self, group: Sequence[Arrival]) -> None:
        try:
            outcomes = await self._commit(group)
        except (asyncpg.DataError, asyncpg.IntegrityConstraintViolationError) as error:
            if len(group) == 1:
                _fail(group, error)
                return
            for arrival in group:  # the one that the database refuses must not fail its neighbours
                await self._answer([arrival])
        except Exception as error:  # noqa: BLE001 - each of them is told, and the next group goes on
            _fail(group, error)
        else:
            for arrival, outcome in zip(group, outcomes, strict=True):
                if not arrival.done.done():
                    arrival.done.set_result(outcome)

    async def _commit(self, group: Sequence[Arrival]) -> list[Stored]:
        pool = await self._connected()
        async with pool.acquire(timeout=CONNECT_SECONDS) as connection:
            made = await self._insert(connection, group)
            outcomes = [_created(arrival, made.get(arrival.receipt)) for arrival in group]
            if None in outcomes:
                await self._settle(connection, group, outcomes)
        return [outcome for outcome in outcomes if outcome is not None]

    async def _insert(self, connection: Any, group: Sequence[Arrival]) -> dict[str, Any]:
        columns = zip(*(_row(arrival) for arrival in group), strict=True)
        rows = await connection.fetch(STORE, *columns)
        return {row["receipt"]: row for row in rows}

    async def _settle(self, connection: Any, group: Sequence[Arrival], outcomes: list[Stored | None]) -> None:
        """Say of each response that was not stored whether it is there already, or contradicts what is there."""
        ids = list({arrival.content.id for arrival, outcome in zip(group, outcomes, strict=True) if outcome is None})
        stored = {row["id"]: row for row in await connection.fetch(STORED, ids)}
        for place, arrival in enumerate(group):
            if outcomes[place] is None:
                row = stored[arrival.content.id]
                same = row["digest"] == arrival.content.digest
                if not same:
                    await connection.execute(KEEP_ASIDE, *_aside(arrival))
                outcomes[place] = Stored(
                    "duplicate" if same else "conflict",
                    row["receipt"], row["position"], row["received_at"], row["digest"],
                )  # fmt: skip

    async def _connected(self) -> asyncpg.Pool:
        async with self._opening:
            if self._pool is None:
                self._pool = await asyncpg.create_pool(
                    self._url,
                    min_size=1,
                    max_size=1,  # the feed's lock lets one group through at a time
                    timeout=CONNECT_SECONDS,
                    server_settings=server_settings("surveys"),
                    reset=_leave_as_it_is,
                )
        return self._pool


async def _leave_as_it_is(_: Any) -> None:
    """Nothing here changes the session, and resetting it would cost a round trip per group."""


def _fail(group: Sequence[Arrival], error: Exception) -> None:
    for arrival in group:
        if not arrival.done.done():
            arrival.done.set_exception(error)


def _row(arrival: Arrival) -> tuple[Any, ...]:
    content, context = arrival.content, arrival.content.context
    return (
        content.id, arrival.receipt, context.visit, context.review, context.region, context.agency,
        context.simulated, arrival.received_by, content.digest, content.device, content.body.decode(),
    )  # fmt: skip


def _aside(arrival: Arrival) -> tuple[Any, ...]:
    content, context = arrival.content, arrival.content.context
    return (
        content.id, context.visit, context.region, context.agency, content.digest, whole(content).decode(),
        arrival.received_by,
    )  # fmt: skip


def _created(arrival: Arrival, row: Any) -> Stored | None:
    if row is None:
        return None
    return Stored("created", arrival.receipt, row["position"], row["received_at"], arrival.content.digest)

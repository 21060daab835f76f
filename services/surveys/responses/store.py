"""Group commit: responses that arrive at the same time share one statement, one commit and one fsync.

Whoever stores waits until the commit is done; only then is a response acknowledged. While one group is on its way the
next one gathers. A small group is one statement and its own transaction, whose trigger takes the feed's lock (see the
migration); a large one takes the lock first. So responses become visible in the order of their positions. This is the
one place that speaks to the database without SQLAlchemy, because it is the one place where each microsecond is paid by
every respondent.
"""

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import count, islice
from typing import Any, Literal

import asyncpg
import structlog

from services.kit.database import CONNECT_SECONDS, as_problem, connect
from services.kit.problems import Unavailable
from services.surveys.changes import metrics
from services.surveys.responses import copying
from services.surveys.responses.clock import Clock
from services.surveys.responses.copying import COLUMNS
from services.surveys.responses.domain import Content, receipts, whole
from services.surveys.responses.pressure import Pressure

GROUP = 2000
"""The most that is stored at once, but for parcels that are larger by themselves."""
CROWD = 8
GATHER_SECONDS = 0.001
"""After a group of so many parcels the next one waits so long for half as many: who was answered together sends again
together, and two statements for them would cost more than the wait."""
MANY = 100
"""From so many on it is worth three more round trips to write them by COPY."""

STORE = f"""
INSERT INTO responses ({", ".join(COLUMNS)})
SELECT * FROM unnest(
    $1::uuid[], $2::text[], $3::bytea[], $4::text[], $5::json[], $6::uuid[], $7::uuid[], $8::text[], $9::text[],
    $10::boolean[], $11::text[], $12::timestamptz[], $13::bigint[]
)
ON CONFLICT (id, version) DO NOTHING
RETURNING receipt, position, received_at
"""  # noqa: S608 - names of ours

# Positions for COPY, which cannot say which ones it drew. Whoever draws holds the feed's lock, and so do we, from here
# to the commit.
RESERVE = "SELECT reserve_positions($1) AS position, clock_timestamp() AS received_at"

# The first revision: a response that was corrected since is still the one that was sent.
STORED = "SELECT id, receipt, position, received_at, digest FROM responses WHERE version = 1 AND id = ANY($1::uuid[])"

KEEP_ASIDE = """
INSERT INTO quarantine (response_id, visit_id, region_code, agency_id, reason, digest, body, received_by)
VALUES ($1, $2, $3, $4, 'conflict', $5, $6, $7) ON CONFLICT (response_id, digest) DO NOTHING
"""

AWAY = "The database is not available right now. Send the same again; what is stored already is not stored twice."

log = structlog.get_logger("store")

Status = Literal["created", "duplicate", "conflict"]


@dataclass(slots=True)  # a frozen one takes three times as long to make, and each response makes one
class Stored:
    """What became of a response; the figures are those of the first one under its id. Nobody changes it."""

    status: Status
    receipt: str
    sequence: int
    received_at: datetime
    digest: bytes
    simulated: bool


@dataclass(slots=True)
class Parcel:
    """Responses that came together and wait for their commit; `rows` is how COPY takes them, when they are many."""

    contents: Sequence[Content]
    received_by: str
    clock: Clock | None
    done: asyncio.Future[list[Stored]]
    receipts: Sequence[str] = ()
    rows: Sequence[bytes] = ()


class Store:
    """Takes sound responses and gives back what became of them, after the commit."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._waiting: deque[Parcel] = deque()
        # One, because the feed's lock lets one group through at a time.
        self._connection: asyncpg.Connection | None = None
        self._closed = False
        self._turn = asyncio.Lock()
        self._all_new = True
        self._flushing: asyncio.Task[None] | None = None
        self.groups = 0
        self.pressure = Pressure(time.monotonic)

    async def close(self) -> None:
        """Finish what is on its way, then give the connections back."""
        if self._flushing is not None:
            await asyncio.wait([self._flushing])
        self._closed = True
        if self._connection is not None:
            try:
                await self._connection.close(timeout=CONNECT_SECONDS)
            except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError):
                self._connection.terminate()  # a database that does not say goodbye

    async def add(self, contents: Sequence[Content], received_by: str, clock: Clock | None = None) -> list[Stored]:
        """Store responses; what became of each, in order. Raises Unavailable, or what else the database raises: then
        nothing is acknowledged, and sending the same again is safe."""
        return await self.parcel(contents, received_by, clock) if contents else []

    def parcel(
        self, contents: Sequence[Content], received_by: str, clock: Clock | None
    ) -> asyncio.Future[list[Stored]]:
        """The same, at least one, for whoever has no time to wait."""
        done: asyncio.Future[list[Stored]] = asyncio.get_running_loop().create_future()
        parcel = Parcel(contents, received_by, clock, done)
        if len(contents) >= MANY and self._all_new:
            _write(parcel)
        self._waiting.append(parcel)
        if self._flushing is None or self._flushing.done():
            self._flushing = asyncio.create_task(self._flush())
        return done

    async def knows(self, content: Content) -> bool:
        """Whether this very response is stored already."""
        async with self._turn:
            rows = await (await self._connected()).fetch(STORED, [content.id])
        return any(row["digest"] == content.digest for row in rows)

    async def _flush(self) -> None:
        before = 0
        while self._waiting:
            if before >= CROWD and len(self._waiting) < before // 2:
                await asyncio.sleep(GATHER_SECONDS)
            group, size = [self._waiting.popleft()], 0
            while self._waiting and (size := size + len(group[-1].contents)) < GROUP:
                group.append(self._waiting.popleft())
            before = len(group)
            await self._answer(group)

    async def _answer(self, group: Sequence[Parcel]) -> None:
        try:
            outcomes = await self._commit(group)
        except (asyncpg.DataError, asyncpg.IntegrityConstraintViolationError) as error:
            if len(group) == 1:
                _fail(group, error)
                return
            for parcel in group:  # the one that the database refuses must not fail its neighbours
                await self._answer([parcel])
        except Exception as error:  # noqa: BLE001 - each of them is told, and the next group goes on
            _fail(group, error)
        else:
            self.pressure.note(sum(len(outcome) for outcome in outcomes))
            for parcel, outcome in zip(group, outcomes, strict=True):
                if not parcel.done.done():  # whoever was cancelled no longer waits
                    parcel.done.set_result(outcome)

    async def _commit(self, group: Sequence[Parcel]) -> list[list[Stored]]:
        self.groups += 1
        _give_receipts([parcel for parcel in group if not parcel.receipts])
        many = sum(len(parcel.contents) for parcel in group) >= MANY
        async with self._turn:
            with metrics.GROUP.time():
                connection = await self._connected()
                if many and self._all_new and (copied := await _copied(connection, group)):
                    return copied
                rows = [row for parcel in group for row in _values(parcel)]
                made = {row["receipt"]: row for row in await connection.fetch(STORE, *zip(*rows, strict=True))}
                # Whoever sends again what is there sends much of it, and each COPY would be in vain.
                self._all_new = len(made) == len(rows)
                outcomes = [[_created(*pair, made) for pair in _pairs(parcel)] for parcel in group]
                if not self._all_new:
                    await self._settle(connection, group, outcomes)
        return [[outcome for outcome in several if outcome is not None] for several in outcomes]

    async def _settle(self, connection: Any, group: Sequence[Parcel], outcomes: Sequence[list[Stored | None]]) -> None:
        """Say of each response that was not stored whether it is there already, or contradicts what is there."""
        left = [
            (parcel, several, place)
            for parcel, several in zip(group, outcomes, strict=True)
            for place, outcome in enumerate(several)
            if outcome is None
        ]
        ids = list({parcel.contents[place].id for parcel, _, place in left})
        stored = {str(row["id"]): row for row in await connection.fetch(STORED, ids)}
        for parcel, several, place in left:
            content = parcel.contents[place]
            row = stored[content.id]
            same = row["digest"] == content.digest
            if not same:
                await connection.execute(KEEP_ASIDE, *_aside(content, parcel.received_by))
            several[place] = Stored(
                "duplicate" if same else "conflict",
                row["receipt"], row["position"], row["received_at"], row["digest"], content.context.simulated,
            )  # fmt: skip

    async def _connected(self) -> asyncpg.Connection:
        """The connection, made anew when it is known to be dead: nothing was sent on it yet."""
        if self._closed:
            raise asyncpg.InterfaceError("the store is closed")
        if self._connection is None or self._connection.is_closed():
            self._connection = await connect(self._url, "surveys")
        return self._connection


async def _copied(connection: asyncpg.Connection, group: Sequence[Parcel]) -> list[list[Stored]] | None:
    """Responses of which none is there yet, by COPY, which takes half the time; None when one of them was."""
    for parcel in group:
        if not parcel.rows:
            _write(parcel)
    rows = [row for parcel in group for row in parcel.rows]
    try:
        async with connection.transaction():
            reserved = await connection.fetchrow(RESERVE, len(rows))
            first, moment = reserved["position"], reserved["received_at"]
            await connection.copy_to_table(
                "responses", source=_sent(copying.pieces(rows, first, moment)), columns=copying.ALL_COLUMNS,
                format="binary",
            )  # fmt: skip
    except asyncpg.UniqueViolationError:
        return None
    places = count(first)
    return [
        [
            Stored("created", code, next(places), moment, content.digest, content.context.simulated)
            for content, code in _pairs(parcel)
        ]
        for parcel in group
    ]


async def _sent(pieces: Iterable[bytes]) -> AsyncIterator[bytes]:
    for piece in pieces:
        yield piece


def _fail(group: Sequence[Parcel], error: Exception) -> None:
    away = isinstance(as_problem(error), Unavailable)
    if away:
        log.warning("group_not_acknowledged", parcels=len(group), error=repr(error))
    for parcel in group:
        if not parcel.done.done():
            # Not that nothing was stored: a connection can break between the commit and the word of it.
            parcel.done.set_exception(Unavailable(AWAY) if away else error)


def _give_receipts(group: Sequence[Parcel]) -> None:
    """Once for all of them: the system is asked for randomness."""
    codes = iter(receipts(sum(len(parcel.contents) for parcel in group)))
    for parcel in group:
        parcel.receipts = list(islice(codes, len(parcel.contents)))


def _write(parcel: Parcel) -> None:
    if not parcel.receipts:
        _give_receipts([parcel])
    parcel.rows = copying.begun(parcel.contents, parcel.receipts, parcel.received_by, parcel.clock)


def _pairs(parcel: Parcel) -> Iterator[tuple[Content, str]]:
    return zip(parcel.contents, parcel.receipts, strict=True)


def _values(parcel: Parcel) -> Iterator[tuple[Any, ...]]:
    clock = parcel.clock
    device_time, offset = (clock.device_time, clock.milliseconds) if clock else (None, None)
    for content, code in _pairs(parcel):
        context = content.context
        yield (
            content.id, code, content.digest, content.device, content.body.decode(), context.visit, context.review,
            context.region, context.agency, context.simulated, parcel.received_by, device_time, offset,
        )  # fmt: skip


def _aside(content: Content, received_by: str) -> tuple[Any, ...]:
    context = content.context
    return (
        content.id, context.visit, context.region, context.agency, content.digest, whole(content).decode(),
        received_by,
    )  # fmt: skip


def _created(content: Content, code: str, made: Mapping[str, Any]) -> Stored | None:
    row = made.get(code)
    if row is None:
        return None
    simulated = content.context.simulated
    return Stored("created", code, row["position"], row["received_at"], content.digest, simulated)

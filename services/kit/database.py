"""One request, one transaction, committed before the answer; reading and writing are different types.

`Reading` and `Transaction` wrap a SQLAlchemy connection so that every statement has to name its scope. Nothing else in
the project commits. Tables live in a schema named after the service, so that one PostgreSQL database can serve all of
them or each can have its own.
"""

import errno
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Annotated, Any
from uuid import UUID

import asyncpg
import orjson
from fastapi import Depends, Request
from sqlalchemy import ColumnElement, Executable, Table, Uuid, any_, event, insert, literal, make_url, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.engine import URL, CursorResult, Row
from sqlalchemy.exc import DBAPIError, DisconnectionError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from services.kit.problems import Invalid, Problem, Unavailable
from services.kit.scope import BOUND, Scope, UnscopedStatement

CONNECT_SECONDS = 5.0
STATEMENT_SECONDS = 60
IDLE_IN_TRANSACTION_SECONDS = 10
LOCK_SECONDS = 10

AWAY = (
    ConnectionError,
    FileNotFoundError,  # the socket of a server that is down
    TimeoutError,
    socket.gaierror,
    PoolTimeout,
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.ObjectNotInPrerequisiteStateError,  # the database takes no connections
    asyncpg.InvalidCatalogNameError,
    asyncpg.InvalidAuthorizationSpecificationError,
    asyncpg.AdminShutdownError,
    asyncpg.TooManyConnectionsError,
    asyncpg.DiskFullError,
    asyncpg.LockNotAvailableError,
    asyncpg.QueryCanceledError,
    asyncpg.ReadOnlySQLTransactionError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # the server has said goodbye on this connection, which is not closed yet
)

UNREACHABLE = {errno.EHOSTUNREACH, errno.ENETUNREACH, errno.EHOSTDOWN, errno.ENETDOWN}
# What a text or a number of a caller does that a field's own rule let through.
UNSTORABLE = (
    asyncpg.CharacterNotInRepertoireError,
    asyncpg.UntranslatableCharacterError,
    asyncpg.NumericValueOutOfRangeError,
)

Taken = asyncpg.UniqueViolationError
"""What `Transaction.copy` raises for a row whose key is there already."""


class Reading:
    """A read-only view of one moment. Every statement names the scope it runs under."""

    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def _run(self, statement: Executable, scope: Scope) -> CursorResult[Any]:
        return await self._connection.execute(scope.bind(statement))

    async def all(self, statement: Executable, scope: Scope) -> Sequence[Row[Any]]:
        """Every row."""
        return (await self._run(statement, scope)).all()

    async def first(self, statement: Executable, scope: Scope) -> Row[Any] | None:
        """The first row, or None."""
        return (await self._run(statement, scope)).first()

    async def value(self, statement: Executable, scope: Scope) -> Any:
        """The first column of the first row, or None."""
        return (await self._run(statement, scope)).scalar()


class Transaction(Reading):
    """A reading that may also write; it is committed by whoever opened it, never by its user."""

    def __init__(self, connection: AsyncConnection) -> None:
        super().__init__(connection)
        self._last: list[Callable[[], Awaitable[None]]] = []

    def at_end(self, step: Callable[[], Awaitable[None]]) -> None:
        """Do this right before the commit, behind everything else: it may take a lock that many wait for."""
        self._last.append(step)

    async def finish(self) -> None:
        """Do what was to be done last; for whoever opened the transaction."""
        while self._last:
            await self._last.pop(0)()

    @asynccontextmanager
    async def attempt(self) -> AsyncIterator[None]:
        """A part that may fail by itself: when the block raises, only what was done in it is undone."""
        before = len(self._last)
        try:
            async with self._connection.begin_nested():
                yield
        except BaseException:
            del self._last[before:]
            raise

    async def run(self, statement: Executable, scope: Scope) -> int:
        """Run an update or deletion; the number of rows it touched."""
        return (await self._run(statement, scope)).rowcount

    async def insert(self, table: Table, rows: Mapping[str, Any] | Sequence[Mapping[str, Any]], scope: Scope) -> None:
        """Insert rows. Raises UnscopedStatement when a bound row lies outside the scope: check before, and refuse."""
        many = [rows] if isinstance(rows, Mapping) else list(rows)
        _check(table, many, scope)
        if many:
            await self._connection.execute(insert(table), many)

    async def copy(self, table: Table, columns: Sequence[str], records: Sequence[Sequence[Any]], scope: Scope) -> None:
        """Insert many rows by COPY, each as its values in the order of `columns`, written as the driver takes them
        (JSON as text). Raises UnscopedStatement as `insert` does, and errors of the driver as they are."""
        _check(table, (dict(zip(columns, record, strict=True)) for record in records), scope)
        driver: Any = (await self._connection.get_raw_connection()).driver_connection
        if not driver.is_in_transaction():  # SQLAlchemy begins with its first statement, and this is none of its own
            await self._connection.execute(select(1))
        await driver.copy_records_to_table(table.name, columns=columns, records=records)


def _check(table: Table, rows: Iterable[Mapping[str, Any]], scope: Scope) -> None:
    if not scope.claims:
        return
    bound: Mapping[str, str] = table.info.get(BOUND, {})
    for row in rows:
        if not scope.covers(**{claim: row.get(column) for claim, column in bound.items()}):
            raise UnscopedStatement(f"a row of {table.name} lies outside the scope")


class Database:
    """The connections of one service."""

    def __init__(self, url: str, schema: str, pool: int = 10, pool_seconds: float = CONNECT_SECONDS) -> None:
        """`pool` connections at most; whoever waits longer than `pool_seconds` for one gets none."""
        self.url = async_url(url)
        self.schema = schema
        self._engine = create_async_engine(
            self.url,
            async_creator=lambda: connect(url, schema),
            pool_size=pool,
            max_overflow=0,
            pool_timeout=pool_seconds,
            pool_pre_ping=False,
            json_serializer=lambda value: orjson.dumps(value).decode(),
            json_deserializer=orjson.loads,
        )
        event.listen(self._engine.sync_engine, "checkout", _alive)

    async def close(self) -> None:
        """Give all connections back."""
        await self._engine.dispose()

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Reading]:
        """One consistent, read-only moment."""
        async with self._engine.connect() as connection:
            await connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            yield Reading(connection)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        """A transaction: committed when the block ends, rolled back when it raises."""
        async with self._engine.begin() as connection:
            write = Transaction(connection)
            yield write
            await write.finish()


def async_url(url: str) -> URL:
    """The URL with our driver in it, whatever driver the operator wrote."""
    return make_url(url).set(drivername="postgresql+asyncpg")


async def connect(url: str, schema: str, settings: Mapping[str, str] | None = None) -> asyncpg.Connection:
    """A connection of the driver itself. It reads the URL, so that whatever libpq's own clients take in one is
    understood: `?sslmode=verify-full&sslrootcert=…`, a socket's folder as host."""
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    return await asyncpg.connect(
        plain, timeout=CONNECT_SECONDS, server_settings=dict(settings or server_settings(schema))
    )


def _alive(connection: Any, *_: Any) -> None:
    """A pooled connection that is known to be dead is replaced before anything is sent on it, and with it all that are
    as old: a database that was away and is back costs nobody an answer."""
    if connection.driver_connection.is_closed():
        raise DisconnectionError("the connection was closed while nobody used it")


def server_settings(schema: str) -> dict[str, str]:
    """Per-connection settings: our schema, and limits so that a hung client never blocks the others."""
    return {
        "search_path": schema,
        "application_name": f"tinjau-{schema}",
        "timezone": "UTC",
        "statement_timeout": f"{STATEMENT_SECONDS}s",
        "lock_timeout": f"{LOCK_SECONDS}s",
        "idle_in_transaction_session_timeout": f"{IDLE_IN_TRANSACTION_SECONDS}s",
    }


def as_problem(error: BaseException) -> Problem | None:
    """A 503 for a database that is away or full, a 422 for a value that no column holds; None for everything else."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, AWAY) or (isinstance(cause, OSError) and cause.errno in UNREACHABLE):
            return Unavailable(
                "The database is not available right now; nothing was acknowledged. Send the same again."
            )
        if isinstance(cause, DBAPIError) and cause.connection_invalidated:
            return Unavailable("The connection to the database was lost; try again.")
        # The driver itself raises the bare class, for what it cannot encode; its subclasses come from the server.
        if isinstance(cause, UNSTORABLE) or type(cause) is asyncpg.DataError:
            return Invalid("A text or a number in the request cannot be stored.")
        cause = cause.__cause__ or (cause.orig if isinstance(cause, DBAPIError) else None)
    return None


async def _reading(request: Request) -> AsyncIterator[Reading]:
    async with request.app.state.database.reading() as reading:
        yield reading


async def _transaction(request: Request) -> AsyncIterator[Transaction]:
    async with request.app.state.database.transaction() as transaction:
        yield transaction


# `scope="function"`: FastAPI's default would commit after the answer was sent, and a failing commit would have been
# acknowledged.
Read = Annotated[Reading, Depends(_reading, scope="function")]
Write = Annotated[Transaction, Depends(_transaction, scope="function")]


def among(column: ColumnElement[UUID], ids: Collection[UUID] | Collection[str]) -> ColumnElement[bool]:
    """Whether a column holds one of these ids: one parameter however many they are, so that the statement stays one."""
    return column == any_(literal(list(ids), ARRAY(Uuid)))

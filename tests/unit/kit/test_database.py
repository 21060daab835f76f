"""Transactions: committed before the answer, rolled back on a refusal, read only where nothing is written; and a
database that is away has a name."""

import asyncio
import socket
from collections.abc import AsyncIterator
from functools import partial

import asyncpg
import pytest
from sqlalchemy import delete, insert, make_url, select, text
from sqlalchemy.exc import DBAPIError

from services.kit.database import Database, as_problem, async_url
from services.kit.problems import Invalid, Unavailable
from services.kit.scope import EVERYTHING, Scope, UnscopedStatement
from services.kit.testing import Cast, Signer, running
from tests.unit.kit.apps import body, shop
from tests.unit.kit.shop import colours, goods

API = "/api/v1/colours"


@pytest.fixture
async def cast(url: str, signer: Signer) -> AsyncIterator[Cast]:
    async with running(shop(url, signer.public_key_file), signer) as people:
        yield people


async def names(url: str) -> list[str]:
    """What other connections see."""
    connection = await asyncpg.connect(url)
    try:
        return [row["name"] for row in await connection.fetch("SELECT name FROM shop.colours ORDER BY id")]
    finally:
        await connection.close()


async def test_a_request_is_committed_when_it_is_answered_and_undone_when_it_is_refused(cast: Cast, url: str) -> None:
    before = await names(url)
    assert (await cast.call("POST", API, json={"id": 50, "name": "indigo"})).status_code == 201
    assert await names(url) == [*before, "indigo"]
    refused = body(await cast.call("POST", API, json={"id": 51, "name": "refused"}))
    assert (refused["type"], refused["colour"]) == ("/problems/conflict", "refused")
    assert await names(url) == [*before, "indigo"]


async def test_a_commit_that_fails_is_never_acknowledged(cast: Cast, url: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute("""
            SET search_path TO shop;
            CREATE FUNCTION never() RETURNS trigger LANGUAGE plpgsql AS
                $$BEGIN IF NEW.name = 'late' THEN RAISE EXCEPTION 'too late'; END IF; RETURN NULL; END$$;
            CREATE CONSTRAINT TRIGGER never AFTER INSERT ON colours DEFERRABLE INITIALLY DEFERRED
                FOR EACH ROW EXECUTE FUNCTION never();
        """)
        answer = await cast.call("POST", API, json={"id": 60, "name": "late"})
    finally:
        await connection.execute("DROP FUNCTION shop.never CASCADE")
        await connection.close()
    assert answer.status_code == 500
    assert "late" not in await names(url)


async def test_what_only_reads_cannot_write(cast: Cast, database: Database, url: str) -> None:
    assert (await cast.call("GET", f"{API}/faults/writing")).status_code >= 500
    assert "sneaked in" not in await names(url)
    async with database.reading() as reading:
        with pytest.raises(DBAPIError, match="read-only"):
            await reading.all(insert(colours).values(id=70, name="x").returning(colours.c.id), EVERYTHING)


async def test_a_reading_is_one_moment(database: Database) -> None:
    async with database.reading() as reading:
        before = await reading.value(select(colours.c.id).where(colours.c.id == 80), EVERYTHING)
        async with database.transaction() as write:
            await write.insert(colours, {"id": 80, "name": "new"}, EVERYTHING)
        assert before is None
        assert await reading.first(select(colours).where(colours.c.id == 80), EVERYTHING) is None
    async with database.reading() as reading:
        assert await reading.value(select(colours.c.name).where(colours.c.id == 80), EVERYTHING) == "new"
    async with database.transaction() as write:
        assert await write.run(delete(colours).where(colours.c.id == 80), EVERYTHING) == 1
        assert await write.run(delete(colours).where(colours.c.id == 80), EVERYTHING) == 0


async def test_a_transaction_that_raises_leaves_nothing(database: Database, url: str) -> None:
    before = await names(url)

    async def give_up() -> None:
        async with database.transaction() as write:
            await write.insert(colours, {"id": 90, "name": "gone"}, EVERYTHING)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await give_up()
    assert await names(url) == before


async def test_many_rows_are_copied_within_the_transaction_and_the_scope(database: Database, url: str) -> None:
    before = await names(url)
    columns, rows = ["id", "area_code", "name"], [(70, "33.25", "grey"), (71, "33.25.11", None)]

    async def give_up() -> None:
        async with database.transaction() as write:
            await write.copy(colours, ["name", "id"], [("gone", 92)], EVERYTHING)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):  # although nothing stood before the rows that begins a transaction
        await give_up()
    assert await names(url) == before
    async with database.transaction() as write:
        await write.copy(goods, columns, rows, Scope({"area": "33.25"}))
        await write.copy(goods, columns, [], EVERYTHING)
        for scope in (Scope({"area": "33.26"}), Scope({"shop": "a"})):
            with pytest.raises(UnscopedStatement, match="goods lies outside"):
                await write.copy(goods, columns, rows, scope)
    async with database.transaction() as write:
        assert await write.run(delete(goods).where(goods.c.id >= 70), EVERYTHING) == len(rows)


async def test_a_copy_that_the_database_refuses_leaves_nothing_and_has_a_name(database: Database, url: str) -> None:
    before = await names(url)
    for row, error in (
        ((1, "red"), asyncpg.UniqueViolationError),
        ((93, "a\0b"), asyncpg.CharacterNotInRepertoireError),
    ):
        with pytest.raises(error) as failure:
            async with database.transaction() as write:
                await write.copy(colours, ["id", "name"], [(94, "new"), row], EVERYTHING)
    assert isinstance(as_problem(failure.value), Invalid)
    assert await names(url) == before


async def test_an_attempt_that_fails_is_undone_alone_with_what_it_left_for_the_end(
    database: Database, url: str
) -> None:
    before = await names(url)

    async with database.transaction() as write:

        async def last(name: str) -> None:
            await write.run(insert(colours).values(id=97, name=name), EVERYTHING)

        async def fail() -> None:
            async with write.attempt():
                write.at_end(partial(last, "never"))
                await write.copy(colours, ["id", "name"], [(95, "undone"), (95, "twice")], EVERYTHING)

        write.at_end(partial(last, "at the end"))
        with pytest.raises(asyncpg.UniqueViolationError):
            await fail()
        async with write.attempt():
            await write.insert(colours, {"id": 96, "name": "kept"}, EVERYTHING)
        assert "at the end" not in [row.name for row in await write.all(select(colours), EVERYTHING)]
    assert await names(url) == [*before, "kept", "at the end"]
    async with database.transaction() as write:
        assert await write.run(delete(colours).where(colours.c.id >= 95), EVERYTHING) == 2


async def test_a_connection_that_is_cut_before_a_copy_is_unavailable_once_and_then_replaced(url: str) -> None:
    one = Database(url, "shop", pool=1)

    async def cut() -> None:
        async with one.transaction() as write:
            own = await write.value(text("SELECT pg_backend_pid()"), EVERYTHING)
            connection = await asyncpg.connect(url)
            await connection.execute("SELECT pg_terminate_backend($1, 5000)", own)
            await connection.close()
            await write.copy(colours, ["id", "name"], [(95, "cut")], EVERYTHING)

    try:
        with pytest.raises(Exception, match="connection") as failure:
            await cut()
        assert isinstance(as_problem(failure.value), Unavailable)
        async with one.transaction() as write:
            await write.copy(colours, ["id", "name"], [(95, "whole")], EVERYTHING)
            assert await write.run(delete(colours).where(colours.c.name == "whole"), EVERYTHING) == 1
    finally:
        await one.close()


async def test_a_connection_that_is_cut_is_unavailable_once_and_then_replaced(cast: Cast) -> None:
    cut = await cast.call("GET", f"{API}/faults/cut")
    assert body(cut)["type"] == "/problems/unavailable"
    assert cut.headers["retry-after"] == "2"
    assert (await cast.call("GET", API)).status_code == 200


def closed_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://somebody@127.0.0.1:{port}/none",
        "postgresql://somebody@localhost:{port}/none",
        "postgresql://somebody@/none?host=/nowhere/at/all",
        "postgresql://somebody@no-such-host.invalid:{port}/none",
        "{url}_that_is_not_there",
    ],
)
async def test_a_database_that_is_away_is_unavailable_and_the_part_not_ready(
    url: str, signer: Signer, address: str
) -> None:
    missing = make_url(url).set(database="none_such").render_as_string(hide_password=False)
    place = missing if address.startswith("{url}") else address.format(port=closed_port())
    async with running(shop(place, signer.public_key_file), signer) as cast:
        assert body(await cast.call("GET", API))["type"] == "/problems/unavailable"
        assert body(await cast.call("POST", API, json={"id": 1, "name": "x"}))["type"] == "/problems/unavailable"
        assert body(await cast.call("GET", "/health/ready"))["type"] == "/problems/unavailable"
        assert (await cast.call("GET", "/health/live")).json() == {"status": "ok", "checks": {}}


async def test_a_part_with_its_database_is_ready(cast: Cast) -> None:
    assert (await cast.call("GET", "/health/ready", role=None)).json() == {"status": "ok", "checks": {"database": "ok"}}
    metrics = await cast.call("GET", "/metrics", role=None)
    assert "tinjau_requests_total" in metrics.text


async def test_a_lock_that_nobody_gives_up_is_unavailable(database: Database) -> None:
    async def lock(seconds: str) -> None:
        async with database.transaction() as write:
            await write.run(text(f"SET LOCAL lock_timeout = '{seconds}'"), EVERYTHING)
            await write.run(text("LOCK TABLE colours"), EVERYTHING)

    async with database.transaction() as holder:
        await holder.run(text("LOCK TABLE colours"), EVERYTHING)
        with pytest.raises(DBAPIError, match="lock timeout") as failure:
            await lock("10ms")
    assert isinstance(as_problem(failure.value), Unavailable)


async def test_a_pool_that_is_used_up_is_unavailable(url: str) -> None:
    small = Database(url, "shop", pool=1, pool_seconds=0.01)
    try:
        async with small.reading() as reading:
            assert await reading.value(text("SELECT 1"), EVERYTHING) == 1
            with pytest.raises(Exception, match="QueuePool") as failure:
                async with small.reading() as second:
                    await second.value(text("SELECT 1"), EVERYTHING)
    finally:
        await small.close()
    assert isinstance(as_problem(failure.value), Unavailable)


@pytest.mark.parametrize("value", ["a\0b", "\ud800"])
async def test_a_text_that_no_column_holds_is_the_callers_fault(database: Database, value: str) -> None:
    with pytest.raises(DBAPIError) as failure:
        async with database.transaction() as write:
            await write.insert(colours, {"id": 1, "name": value}, EVERYTHING)
    assert isinstance(as_problem(failure.value), Invalid)


@pytest.mark.parametrize("statement", ["SELECT 1 / 0", "SELECT nothing", "SELECT 'x'::integer"])
async def test_a_fault_of_ours_stays_one(database: Database, statement: str) -> None:
    with pytest.raises(DBAPIError) as failure:
        async with database.reading() as reading:
            await reading.value(text(statement), EVERYTHING)
    assert as_problem(failure.value) is None
    assert as_problem(ValueError("x")) is None


async def test_tables_are_found_in_the_schema_of_the_service_and_time_is_utc(database: Database) -> None:
    async with database.reading() as reading:
        assert await reading.value(text("SHOW search_path"), EVERYTHING) == "shop"
        assert await reading.value(text("SHOW timezone"), EVERYTHING) == "UTC"
        assert await reading.value(text("SHOW idle_in_transaction_session_timeout"), EVERYTHING) == "10s"


async def test_a_pooled_connection_that_died_costs_nobody_an_answer(url: str) -> None:
    pooled = Database(url, "shop", pool=2)
    try:
        async with pooled.reading() as one, pooled.reading() as other:
            own = [await reading.value(text("SELECT pg_backend_pid()"), EVERYTHING) for reading in (one, other)]
        connection = await asyncpg.connect(url)
        for backend in own:
            await connection.execute("SELECT pg_terminate_backend($1, 5000)", backend)
        await connection.close()
        await asyncio.sleep(0.05)  # until the sockets have told of it
        for _ in range(2):
            async with pooled.reading() as reading:
                assert await reading.value(text("SELECT pg_backend_pid()"), EVERYTHING) not in own
    finally:
        await pooled.close()


@pytest.mark.parametrize("mode", ["disable", "prefer", "allow"])
async def test_what_a_url_says_of_encryption_is_understood(url: str, mode: str) -> None:
    address = make_url(url).update_query_dict({"sslmode": mode}).render_as_string(hide_password=False)
    encrypted = Database(address, "shop", pool=1)
    try:
        async with encrypted.reading() as reading:
            assert await reading.value(text("SELECT 1"), EVERYTHING) == 1
    finally:
        await encrypted.close()


@pytest.mark.parametrize("scheme", ["postgresql", "postgresql+psycopg", "postgresql+asyncpg"])
def test_any_driver_in_a_url_becomes_ours(scheme: str) -> None:
    assert str(async_url(f"{scheme}://u@h/d")) == "postgresql+asyncpg://u@h/d"


async def test_many_requests_share_few_connections(url: str, signer: Signer) -> None:
    async with running(shop(url, signer.public_key_file, database_pool=2), signer) as cast:
        answers = await asyncio.gather(*(cast.call("GET", API) for _ in range(20)))
    assert {answer.status_code for answer in answers} == {200}

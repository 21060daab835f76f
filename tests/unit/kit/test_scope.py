"""A scope reaches every bound table of a statement, or the statement is refused."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import (
    Executable,
    delete,
    exists,
    func,
    insert,
    lateral,
    literal_column,
    select,
    tablesample,
    text,
    union,
    update,
)  # fmt: skip
from sqlalchemy.dialects import postgresql

from services.kit.database import Database
from services.kit.scope import EVERYTHING, Scope, UnscopedStatement
from tests.unit.kit.shop import colours, goods, shelves

AREA = Scope({"area": "33.25"})
BOTH = Scope({"area": "33.25", "shop": "a"})


async def ids(database: Database, statement: Executable, scope: Scope) -> list[int]:
    async with database.reading() as reading:
        return sorted(row[0] for row in await reading.all(statement, scope))


@pytest.mark.parametrize(
    ("claims", "found"),
    [
        ({}, [1, 2, 3, 4, 5, 6, 7, 8, 9]),
        ({"area": "33"}, [1, 2, 3, 4, 8]),
        ({"area": "33.25"}, [2, 3, 8]),
        ({"area": "33.25.11"}, [3]),
        ({"area": "3"}, [5]),
        ({"area": "33.2"}, []),
        ({"area": "33.25."}, []),
        ({"area": "33_25"}, [9]),
        ({"area": "%"}, []),
        ({"area": ""}, []),
        ({"shop": "a"}, [1, 2, 5, 6, 7, 9]),
        ({"area": "33.25", "shop": "a"}, [2]),
        ({"shop": "A"}, []),
    ],
)
async def test_a_claim_reaches_its_own_rows_and_those_below(
    database: Database, claims: dict[str, str], found: list[int]
) -> None:
    assert await ids(database, select(shelves.c.id), Scope(claims)) == found
    async with database.reading() as reading:
        rows = await reading.all(select(shelves), EVERYTHING)
    covered = [row.id for row in rows if Scope(claims).covers(area=row.area_code, shop=row.shop_id)]
    assert sorted(covered) == found


codes = st.lists(st.sampled_from(["3", "33", "25", "2", "11"]), min_size=1, max_size=3).map(".".join)


@given(codes, codes)
def test_covering_is_being_the_same_or_beginning_with_the_same_steps(claim: str, value: str) -> None:
    steps = claim.split(".")
    assert Scope({"area": claim}).covers(area=value) == (value.split(".")[: len(steps)] == steps)


def test_what_is_not_said_is_not_covered() -> None:
    assert not AREA.covers()
    assert not AREA.covers(area=None)
    assert not BOTH.covers(area="33.25")
    assert EVERYTHING.covers()
    assert EVERYTHING.covers(area=None)


async def test_every_bound_table_of_a_join_is_narrowed(database: Database) -> None:
    joined = select(goods.c.id).select_from(goods.join(shelves, shelves.c.id == goods.c.shelf))
    listed = select(goods.c.id, shelves.c.label).where(shelves.c.id == goods.c.shelf)
    for statement in (joined, listed):
        assert await ids(database, statement, EVERYTHING) == [1, 2, 3]
        assert await ids(database, statement, AREA) == [2]
        assert str(AREA.bind(statement)).count("area_code =") == 2


async def test_a_bound_table_is_narrowed_beside_one_that_is_not(database: Database) -> None:
    statement = select(goods.c.id).join(colours, colours.c.name == goods.c.name)
    assert await ids(database, statement, EVERYTHING) == [1, 2]
    assert await ids(database, statement, AREA) == [2]
    assert await ids(database, select(colours.c.id), AREA) == [1, 2]


async def test_a_condition_that_lets_everything_through_changes_nothing(database: Database) -> None:
    wide = select(shelves.c.id).where((shelves.c.id > 0) | (shelves.c.area_code == "33"))
    assert await ids(database, wide, AREA) == [2, 3, 8]


async def test_changes_and_deletions_touch_no_other_rows(database: Database) -> None:
    async with database.transaction() as write:
        await write.run(text("SAVEPOINT before"), EVERYTHING)
        assert await write.run(update(shelves).values(label="x"), AREA) == 3
        changed = await write.all(select(shelves.c.id).where(shelves.c.label == "x"), EVERYTHING)
        assert sorted(row.id for row in changed) == [2, 3, 8]
        returned = await write.all(update(shelves).values(label="y").returning(shelves.c.id), BOTH)
        assert [row.id for row in returned] == [2]
        assert await write.run(delete(goods), AREA) == 1
        assert await write.run(delete(shelves).where(shelves.c.id == 1), AREA) == 0
        await write.run(text("ROLLBACK TO SAVEPOINT before"), EVERYTHING)


inner = select(shelves.c.id)


def descending(table: Any) -> Any:
    """A common table expression that refers to itself."""
    steps = select(table.c.id).cte("steps", recursive=True)
    return steps.union_all(select(steps.c.id + 1).join(table, table.c.id == steps.c.id))


REFUSED: dict[str, Callable[[], Any]] = {
    "subquery": lambda: select(inner.subquery()),
    "alias": lambda: select(shelves.alias().c.id),
    "alias beside the table": lambda: select(shelves.c.id, shelves.alias().c.id),
    "join with an alias": lambda: select(colours.c.id).join(shelves.alias("s"), text("true")),
    "common table expression": lambda: select(inner.cte("c")),
    "expression that changes": lambda: select(update(shelves).values(label="x").returning(shelves.c.id).cte("c")),
    "expression that deletes": lambda: select(delete(goods).returning(goods.c.id).cte("c")),
    "expression that inserts": lambda: select(insert(goods).values(id=9).returning(goods.c.id).cte("c")),
    "expression that is only added": lambda: select(colours.c.id).add_cte(
        update(shelves).values(label="x").cte("c")
    ),
    "recursive expression": lambda: select(descending(goods)),
    "sample": lambda: select(tablesample(shelves, func.bernoulli(50)).c.id),
    "lateral": lambda: select(colours.c.id, lateral(inner).c.id),
    "scalar subquery": lambda: select(colours.c.id, inner.limit(1).scalar_subquery()),
    "exists": lambda: select(colours.c.id).where(exists(inner)),
    "in": lambda: select(colours.c.id).where(colours.c.id.in_(inner)),
    "correlated": lambda: select(goods.c.id).where(
        exists(select(1).where(shelves.c.id == goods.c.shelf).correlate(goods))
    ),
    "subquery in order": lambda: select(colours.c.id).order_by(inner.limit(1).scalar_subquery()),
    "union": lambda: union(inner, inner),
    "union within": lambda: select(union(inner, inner).subquery()),
    "text": lambda: text("SELECT * FROM shelves"),
    "text as table": lambda: select(literal_column("id")).select_from(text("shelves")),
    "update from": lambda: update(colours).values(name=shelves.c.label).where(colours.c.id == shelves.c.id),
    "update with another's value": lambda: update(colours).values(name=inner.limit(1).scalar_subquery()),
    "update where in": lambda: update(goods).where(goods.c.shelf.in_(inner)).values(name="x"),
    "delete using": lambda: delete(colours).where(colours.c.id == goods.c.id),
    "delete where exists": lambda: delete(colours).where(exists(inner)),
    "insert": lambda: insert(goods).values(id=9, area_code="35"),
    "insert from": lambda: insert(colours).from_select(["id", "name"], select(shelves.c.id, shelves.c.label)),
    "insert on conflict": lambda: postgresql.insert(goods).values(id=1).on_conflict_do_update(
        index_elements=["id"], set_={"area_code": "33.25"}
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
async def test_a_bound_table_where_a_scope_cannot_reach_it_is_refused(database: Database, name: str) -> None:
    statement = REFUSED[name]()
    with pytest.raises(UnscopedStatement):
        AREA.bind(statement)
    assert EVERYTHING.bind(statement) is statement


@pytest.mark.parametrize(
    "statement",
    [
        select(select(colours.c.id).subquery()),
        select(select(colours.c.id).cte("c")),
        select(descending(colours)),
        select(colours.alias().c.id),
        select(goods.c.id).where(goods.c.name.in_(select(colours.c.name))),
        select(goods.c.id).join(colours.alias("c"), text("true")),
        update(colours).values(name="x"),
        delete(colours),
        insert(colours).values(id=9),
    ],
)
async def test_tables_that_are_bound_to_nothing_may_stand_anywhere(statement: Any) -> None:
    assert str(AREA.bind(statement)).count("area_code =") == ("goods" in str(statement))


@pytest.mark.parametrize(
    "statement", [select(goods.c.id), update(goods).values(name="x"), delete(goods), select(goods, shelves)]
)
def test_a_table_without_a_column_for_a_claim_is_refused(statement: Any) -> None:
    with pytest.raises(UnscopedStatement, match="goods has no column for shop"):
        BOTH.bind(statement)


async def test_a_row_outside_the_scope_is_not_inserted(database: Database) -> None:
    rows = ({"id": 20, "area_code": "35.71"}, {"id": 21, "area_code": None}, {"id": 22}, {"id": 23, "area_code": "33"})
    for row in rows:
        with pytest.raises(UnscopedStatement):
            async with database.transaction() as write:
                await write.insert(goods, [{"id": 19, "area_code": "33.25"}, row], AREA)
    for table in (goods, colours):
        with pytest.raises(UnscopedStatement):
            async with database.transaction() as write:
                await write.insert(table, {"id": 24, "area_code": "33.25"}, BOTH)
    assert await ids(database, select(goods.c.id), EVERYTHING) == [1, 2, 3]


async def test_a_row_within_the_scope_is_inserted(database: Database) -> None:
    async with database.transaction() as write:
        await write.insert(goods, {"id": 30, "area_code": "33.25.11"}, AREA)
        await write.insert(goods, [], AREA)
        await write.insert(colours, {"id": 30}, EVERYTHING)
    assert await ids(database, select(goods.c.id), AREA) == [2, 30]
    async with database.transaction() as write:
        await write.run(delete(goods).where(goods.c.id == 30), EVERYTHING)
        await write.run(delete(colours).where(colours.c.id == 30), EVERYTHING)

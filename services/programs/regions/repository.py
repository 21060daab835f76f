"""Regions in the database.

Names are searched by a scan over the whole list: 7,837 short rows take a few milliseconds, words in the middle of a
name are found as well as its beginning, and no extension is needed that a PostgreSQL server may not have.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import case, func, literal, or_, select, text, tuple_
from sqlalchemy.engine import Row

from services.kit.database import Reading, Transaction
from services.kit.scope import EVERYTHING
from services.programs.tables import regions

UPSERT = text("""
    INSERT INTO regions (code, name, level, parent, code_system, edition)
    SELECT code, name, level, parent, :code_system, :edition
    FROM unnest(CAST(:codes AS text[]), CAST(:names AS text[]), CAST(:levels AS text[]), CAST(:parents AS text[]))
        AS listed (code, name, level, parent)
    ON CONFLICT (code) DO UPDATE
        SET name = excluded.name, level = excluded.level, parent = excluded.parent,
            code_system = excluded.code_system, edition = excluded.edition
        WHERE (regions.name, regions.level, regions.parent, regions.code_system, regions.edition)
            IS DISTINCT FROM (excluded.name, excluded.level, excluded.parent, excluded.code_system, excluded.edition)
""")


async def get(reading: Reading, code: str) -> Row[Any] | None:
    """One region."""
    return await reading.first(select(regions).where(regions.c.code == code), EVERYTHING)


async def among(reading: Reading, codes: Sequence[str]) -> Sequence[Row[Any]]:
    """Those of the codes that exist, in order."""
    return await reading.all(select(regions).where(regions.c.code.in_(codes)).order_by(regions.c.code), EVERYTHING)


async def page(
    reading: Reading,
    *,
    level: str | None,
    parent: str | None,
    name: str | None,
    after: Sequence[Any] | None,
    limit: int,
) -> Sequence[Row[Any]]:
    """Up to `limit + 1` regions; when a name is searched, the best match comes first."""
    lowered = func.lower(regions.c.name)
    rank: Any = literal("0")
    conditions = []
    if name:
        start = name.lower()
        # "batang": first Kabupaten Batang, then Kabupaten Batanghari, then names with it in the middle of a word.
        ends = or_(lowered == start, lowered.endswith(" " + start, autoescape=True))
        begins = or_(lowered.startswith(start, autoescape=True), lowered.contains(" " + start, autoescape=True))
        rank = case((ends, "0"), (begins, "1"), else_="2")
        conditions.append(lowered.contains(start, autoescape=True))
    if level:
        conditions.append(regions.c.level == level)
    if parent:
        conditions.append(regions.c.parent == parent)
    key = tuple_(rank, regions.c.code)
    if after:
        conditions.append(key > tuple_(*after))
    statement = select(regions, rank.label("rank")).where(*conditions).order_by(rank, regions.c.code).limit(limit + 1)
    return await reading.all(statement, EVERYTHING)


async def load(write: Transaction, rows: Sequence[Sequence[str | None]], code_system: str, edition: str) -> int:
    """Make the list say what (code, name, level, parent) rows say; the number of regions that were new or changed."""
    codes, names, levels, parents = (list(column) for column in zip(*rows, strict=True))
    values = {"codes": codes, "names": names, "levels": levels, "parents": parents}
    return await write.run(UPSERT.bindparams(**values, code_system=code_system, edition=edition), EVERYTHING)

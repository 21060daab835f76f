"""The files of reports in the database: who is making one, how far it is, and its bytes."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.engine import Row

from services.kit.database import Reading, Transaction
from services.kit.scope import EVERYTHING, Scope
from services.reports.renderings.domain import Key
from services.reports.tables import report_files

WITHOUT_CONTENT = [column for column in report_files.c if column.name != "content"]


def _is(key: Key) -> ColumnElement[bool]:
    columns = report_files.c
    return and_(columns.report_id == key.report, columns.format == key.format, columns.language == key.language)


async def get(reading: Reading, key: Key, scope: Scope) -> Row[Any] | None:
    """A file without its bytes, and for how many seconds nothing was heard of it as `silent`."""
    silent = func.extract("epoch", func.now() - report_files.c.beat_at).label("silent")
    return await reading.first(select(*WITHOUT_CONTENT, silent).where(_is(key)), scope)


async def content(reading: Reading, key: Key, scope: Scope) -> bytes:
    """The bytes of a file that is made."""
    return bytes(await reading.value(select(report_files.c.content).where(_is(key)), scope))


async def of_report(reading: Reading, report: UUID, scope: Scope) -> list[Row[Any]]:
    """All files of a report that were ever asked for, without their bytes."""
    statement = (
        select(*WITHOUT_CONTENT, func.length(report_files.c.content).label("bytes"))
        .where(report_files.c.report_id == report)
        .order_by(report_files.c.format, report_files.c.language)
    )
    return list(await reading.all(statement, scope))


async def claim(
    write: Transaction, key: Key, owner: UUID, bound: dict[str, str | None], *, dead: timedelta, again: timedelta
) -> bool:
    """Begin to make a file, unless it is made or somebody is at it. Whoever was not heard of for `dead` is not; after a
    failure it is tried `again` later."""
    columns = report_files.c
    new = insert(report_files).values(
        report_id=key.report, format=key.format, language=key.language, owner=owner, state="making", stage="waiting",
        **bound,
    )  # fmt: skip
    left = or_(
        and_(columns.state == "making", columns.beat_at < func.now() - dead),
        and_(columns.state == "failed", columns.beat_at < func.now() - again),
    )
    values = {"owner": owner, "state": "making", "stage": "waiting", "beat_at": func.now(), "done": 0, "total": 0,
              "detail": None}  # fmt: skip
    statement = new.on_conflict_do_update(
        index_elements=["report_id", "format", "language"], set_=values, where=left
    ).returning(columns.owner)
    return await write.value(statement, EVERYTHING) is not None


async def change(write: Transaction, key: Key, owner: UUID, values: dict[str, Any]) -> bool:
    """Note how far a file is, or that it is made; False when it is somebody else's by now."""
    statement = (
        update(report_files)
        .where(_is(key), report_files.c.owner == owner, report_files.c.state == "making")
        .values({"beat_at": func.clock_timestamp()} | values)
    )
    return await write.run(statement, EVERYTHING) == 1

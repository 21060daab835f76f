"""The feed's rows: those of `changes`, and the responses themselves, which are rows of the feed as they are."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import orjson
from sqlalchemy import ColumnElement, Text, cast, func, select, text

from services.kit import changes as feed
from services.kit.database import Database, Reading
from services.kit.scope import EVERYTHING, Scope
from services.surveys.responses import circumstances
from services.surveys.tables import changes, responses

LANGUAGE, STARTED_AT, POSITION = (f'"{name}":' for name in circumstances.FIELDS)

# One question for both, because it is asked twenty times a second while somebody waits.
HEAD = select(
    func.greatest(
        select(func.coalesce(func.max(changes.c.position), 0)).scalar_subquery(),
        select(func.coalesce(func.max(responses.c.position), 0)).scalar_subquery(),
    )
)
# The lock is that of `lock_changes()`, in the first migration.
HORIZON = text("""
WITH feed_lock AS (
    SELECT pid, granted, waitstart FROM pg_locks
    WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
        AND classid = 738195 AND objid = (hashtext('changes'::regclass::oid::text)::bigint & 4294967295)::oid
)
SELECT
    greatest(
        (SELECT coalesce(max(position), 0) FROM changes), (SELECT coalesce(max(position), 0) FROM responses)
    ) AS visible,
    coalesce((
        SELECT extract(epoch FROM clock_timestamp() - min(waitstart)) FROM feed_lock WHERE NOT granted
    ), 0) AS waited,
    coalesce((
        SELECT extract(epoch FROM clock_timestamp() - min(xact_start)) FROM feed_lock JOIN pg_stat_activity USING (pid)
        WHERE granted
    ), 0) AS held,
    CASE WHEN is_called THEN last_value ELSE 0 END AS drawn
FROM change_position
""")


async def head(database: Database) -> int:
    """The highest position that is visible now; 0 while there is none."""
    async with database.reading() as reading:
        return int(await reading.value(HEAD, EVERYTHING))


@dataclass(frozen=True, slots=True)
class Horizon:
    """Positions drawn and not visible; seconds that somebody waits for the feed's lock, and that it has been held."""

    unseen: int
    waited: float
    held: float


async def horizon(reading: Reading) -> Horizon:
    """Where the visible head stands against what was drawn, and who holds it up."""
    row = await reading.first(HORIZON, EVERYTHING)
    assert row is not None  # noqa: S101 - a sequence has one row
    return Horizon(max(0, row.drawn - row.visible), float(row.waited), float(row.held))


async def read(reading: Reading, scope: Scope, after: int, limit: int) -> list[tuple[int, bytes]]:
    """Up to `limit + 1` changes behind a position: (position, item as JSON)."""
    plans = await feed.read(reading, changes, scope, after, limit)
    answers = await _responses(reading, scope, after, limit)
    return sorted([*plans, *answers], key=lambda row: row[0])[: limit + 1]


async def _responses(reading: Reading, scope: Scope, after: int, limit: int) -> list[tuple[int, bytes]]:
    table = responses.c
    statement = (
        select(
            table.position, _text(table.id), table.action, table.version, table.received_at, table.changed_at,
            _text(table.visit_id), _text(table.review_id), table.simulated, table.digest, table.state, table.receipt,
            _text(table.body),
        )
        .where(table.position > after)
        .order_by(table.position)
        .limit(limit + 1)
    )  # fmt: skip
    return [(row[0], _item(row)) for row in await reading.all(statement, scope)]


def _text(column: ColumnElement[Any]) -> ColumnElement[str]:
    """A column as the database writes it: quicker than a value of ours that is written here."""
    return cast(column, Text).label(None)


def _item(row: Sequence[Any]) -> bytes:
    """A response as an item of the feed; one that was deleted has no data. Receipt and device stay here: the one is the
    respondent's, and whoever is shown it can be found by its digest; the other is ours. So do the reasons, which people
    write about people, and where exactly somebody answered.

    Written as text, because every response passes here and none of these values has anything to escape.
    """
    _, id, action, version, received_at, changed_at, visit, review, simulated, digest, state, receipt, body = row
    head = (
        f'{{"entity":"response","id":"{id}","action":"{action}","version":{version},'
        f'"at":"{(changed_at or received_at).isoformat()}","data":'
    )
    if action == "deleted":
        return f"{head}null}}".encode()
    found_by = sha256(receipt.replace("-", "").encode()).hexdigest()
    return (
        f'{head}{{"id":"{id}","visit":"{visit}","review":"{review}","simulated":{"true" if simulated else "false"},'
        f'"received_at":"{received_at.isoformat()}","digest":"{digest.hex()}","state":"{state}",'
        f'"receipt_digest":"{found_by}",{_told(body)[1:]}}}'
    ).encode()


def _told(body: str) -> str:
    """What the feed tells of a body. Text within answers cannot look like a field: its quotes are escaped."""
    if LANGUAGE in body or STARTED_AT in body or POSITION in body:
        said = orjson.loads(body)
        return orjson.dumps({name: said.get(name) for name in ("answers", "filled_at", "language")}).decode()
    return body[:-1] + ',"language":null}'

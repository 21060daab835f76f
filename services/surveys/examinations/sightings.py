"""Sightings in the database: when which device answered what, and what lies near one of them."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from sqlalchemy import any_, delete, literal, text
from sqlalchemy.dialects.postgresql import ARRAY, BIGINT
from sqlalchemy.engine import Row

from services.kit.database import Transaction
from services.kit.scope import EVERYTHING
from services.surveys.examinations.cases import Case
from services.surveys.examinations.nearby import Ask, Found, Sighting, Window
from services.surveys.examinations.repository import columns
from services.surveys.tables import sightings

# Looks that stop at the first row, each along an index, however much a device sends. Of those that were filled in at
# one moment the first one counts, so `last` finds the moment before and `before` the first one at it.
NEIGHBOURS = text("""
SELECT
    (
        SELECT count(*) FROM (
            SELECT FROM sightings near
            WHERE near.visit_id = asked.visit_id AND near.device = asked.device AND near.sequence < asked.below
                AND near.filled BETWEEN asked.filled - asked.around AND asked.filled + asked.around
            ORDER BY near.filled
            LIMIT asked.most
        ) AS around_it
    ) AS others,
    before.response_id AS before, before.filled AS before_filled, before.sequence AS before_sequence,
    after.response_id AS after, after.filled AS after_filled, after.sequence AS after_sequence
FROM unnest(
    CAST(:visit AS uuid[]), CAST(:device AS text[]), CAST(:filled AS timestamptz[]), CAST(:below AS bigint[]),
    CAST(:answered AS bytea[]), CAST(:around AS interval[]), CAST(:most AS bigint[]), CAST(:within AS interval[])
) WITH ORDINALITY AS asked (visit_id, device, filled, below, fingerprint, around, most, within, place)
LEFT JOIN LATERAL (
    SELECT near.filled FROM sightings near
    WHERE near.visit_id = asked.visit_id AND near.device = asked.device AND near.fingerprint = asked.fingerprint
        AND near.filled >= asked.filled - asked.within AND near.sequence < asked.below
        AND (near.filled, near.sequence) < (asked.filled, asked.below)
    ORDER BY near.filled DESC, near.sequence DESC
    LIMIT 1
) AS last ON true
LEFT JOIN LATERAL (
    SELECT near.response_id, near.filled, near.sequence FROM sightings near
    WHERE near.visit_id = asked.visit_id AND near.device = asked.device AND near.fingerprint = asked.fingerprint
        AND near.filled = last.filled
    ORDER BY near.sequence
    LIMIT 1
) AS before ON true
LEFT JOIN LATERAL (
    SELECT near.response_id, near.filled, near.sequence FROM sightings near
    WHERE near.visit_id = asked.visit_id AND near.device = asked.device AND near.fingerprint = asked.fingerprint
        AND near.filled > asked.filled AND near.filled <= asked.filled + asked.within AND near.sequence < asked.below
        AND last.filled IS DISTINCT FROM asked.filled
    ORDER BY near.filled, near.sequence
    LIMIT 1
) AS after ON true
ORDER BY asked.place
""")

SEE = text("""
INSERT INTO sightings (response_id, sequence, visit_id, device, filled, fingerprint, words)
SELECT * FROM unnest(
    CAST(:response_id AS uuid[]), CAST(:sequence AS bigint[]), CAST(:visit_id AS uuid[]), CAST(:device AS text[]),
    CAST(:filled AS timestamptz[]), CAST(:fingerprint AS bytea[]), CAST(:words AS boolean[])
)
ON CONFLICT (sequence) DO UPDATE SET
    device = excluded.device, filled = excluded.filled, fingerprint = excluded.fingerprint, words = excluded.words
""")
SEEN = ("response_id", "sequence", "visit_id", "device", "filled", "fingerprint", "words")


async def see(write: Transaction, cases: Iterable[Case]) -> None:
    """Keep when devices answered, of responses that may have been seen before."""
    rows = [_sighting(case) for case in cases]
    if rows:
        await write.run(SEE.bindparams(**columns(SEEN, rows)), EVERYTHING)


async def see_first(write: Transaction, cases: Iterable[Case]) -> None:
    """Keep when devices answered, of responses that were not seen before."""
    await write.copy(sightings, SEEN, [_sighting(case) for case in cases], EVERYTHING)


async def forget(write: Transaction, sequences: Collection[int]) -> None:
    """Forget sightings of responses that have no device or time any more, or are deleted."""
    if sequences:
        await write.run(
            delete(sightings).where(sightings.c.sequence == any_(literal(list(sequences), ARRAY(BIGINT)))), EVERYTHING
        )


async def near(write: Transaction, asks: Sequence[Ask]) -> dict[Ask, Found]:
    """What is near each: how many came in before it around its time, and its nearest twins."""
    if not asks:
        return {}
    asked = columns(Ask._fields[:-1], asks) | columns(Window._fields, [ask.window for ask in asks])
    rows = await write.all(NEIGHBOURS.bindparams(**asked), EVERYTHING)
    return {ask: Found(row[0], _twins(row)) for ask, row in zip(asks, rows, strict=True)}


def _sighting(case: Case) -> tuple[Any, ...]:
    row = case.row
    return row.id, case.sequence, row.visit_id, row.device, case.seen, case.answered, case.words


def _twins(row: Row[Any]) -> list[Sighting]:
    sides = ((row.before_filled, row.before_sequence, row.before), (row.after_filled, row.after_sequence, row.after))
    return [Sighting(*side) for side in sides if side[0] is not None]

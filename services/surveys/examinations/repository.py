"""What examinations read of responses and visits, and what they write; all in one transaction with the cursor."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Select, delete, func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.engine import Row

from services.kit.database import Reading, Transaction
from services.kit.scope import EVERYTHING
from services.surveys.examinations.counts import Key
from services.surveys.tables import (
    examinations,
    flags,
    questionnaires,
    reexaminations,
    responses,
    reviews,
    sightings,
    visits,
)  # fmt: skip

PARTS = (
    responses.c.id, responses.c.version, responses.c.position, responses.c.action, responses.c.visit_id,
    responses.c.received_at, responses.c.device, responses.c.state, responses.c.body, responses.c.device_time,
    responses.c.clock_offset_ms,
)  # fmt: skip

# Bounded by its limits whatever a device sends: as many rows are looked at as the rule asks for, not as there are.
NEIGHBOURS = text("""
SELECT
    asked.id,
    (
        SELECT count(*) FROM (
            SELECT FROM sightings near
            WHERE near.visit_id = asked.visit_id AND near.device = asked.device AND near.sequence < asked.sequence
                AND near.filled BETWEEN asked.filled - asked.around AND asked.filled + asked.around
            LIMIT asked.most
        ) AS around_it
    ) AS others,
    twin.response_id AS twin, twin.filled AS twin_filled
FROM unnest(
    CAST(:ids AS uuid[]), CAST(:visits AS uuid[]), CAST(:devices AS text[]), CAST(:filled AS timestamptz[]),
    CAST(:sequences AS bigint[]), CAST(:fingerprints AS bytea[]), CAST(:around AS interval[]), CAST(:most AS bigint[]),
    CAST(:within AS interval[])
) AS asked (id, visit_id, device, filled, sequence, fingerprint, around, most, within)
LEFT JOIN LATERAL (
    SELECT near.response_id, near.filled FROM sightings near
    WHERE near.visit_id = asked.visit_id AND near.device = asked.device AND near.sequence < asked.sequence
        AND near.fingerprint = asked.fingerprint
        AND near.filled BETWEEN asked.filled - asked.within AND asked.filled + asked.within
    ORDER BY abs(extract(epoch FROM near.filled - asked.filled)), near.sequence
    LIMIT 1
) AS twin ON true
""")

SEE = text("""
INSERT INTO sightings (response_id, sequence, visit_id, device, filled, fingerprint, words)
SELECT * FROM unnest(
    CAST(:response_id AS uuid[]), CAST(:sequence AS bigint[]), CAST(:visit_id AS uuid[]), CAST(:device AS text[]),
    CAST(:filled AS timestamptz[]), CAST(:fingerprint AS bytea[]), CAST(:words AS boolean[])
)
ON CONFLICT (response_id) DO UPDATE SET
    device = excluded.device, filled = excluded.filled, fingerprint = excluded.fingerprint, words = excluded.words
""")

RAISE = text("""
INSERT INTO flags (
    response_id, rule, rule_version, detail, other_id, sequence, visit_id, review_id, region_code, agency_id
)
SELECT * FROM unnest(
    CAST(:response_id AS uuid[]), CAST(:rule AS text[]), CAST(:rule_version AS integer[]), CAST(:detail AS json[]),
    CAST(:other_id AS uuid[]), CAST(:sequence AS bigint[]), CAST(:visit_id AS uuid[]), CAST(:review_id AS uuid[]),
    CAST(:region_code AS text[]), CAST(:agency_id AS text[])
)
ON CONFLICT (response_id, rule) DO UPDATE SET
    rule_version = excluded.rule_version, detail = excluded.detail, other_id = excluded.other_id, at = now(),
    version = flags.version + 1, dismissed_at = NULL, dismissed_by = NULL, dismissal = NULL
""")

TALLY = text("""
INSERT INTO tallies (visit_id, kind, key, value, count, last_at, review_id, region_code, agency_id)
SELECT counted.*, visits.review_id, visits.region_code, visits.agency_id
FROM unnest(
    CAST(:visit_id AS uuid[]), CAST(:kind AS text[]), CAST(:key AS text[]), CAST(:value AS text[]),
    CAST(:count AS bigint[]), CAST(:last_at AS timestamptz[])
) AS counted (visit_id, kind, key, value, count, last_at)
JOIN visits ON visits.id = counted.visit_id
ON CONFLICT (visit_id, kind, key, value) DO UPDATE SET
    count = tallies.count + excluded.count, last_at = greatest(tallies.last_at, excluded.last_at)
""")


async def position(write: Transaction) -> int | None:
    """Up to where the feed was examined, held until the commit; None when another process holds it."""
    statement = select(examinations.c.position).with_for_update(skip_locked=True)
    found: int | None = await write.value(statement, EVERYTHING)
    return found


async def move(write: Transaction, to: int) -> None:
    """The feed was examined up to a position."""
    await write.run(update(examinations).values(position=to, moved_at=func.now()), EVERYTHING)


async def left(reading: Reading) -> int | None:
    """The position of a revision that is not examined yet, if there is one."""
    statement = (
        select(responses.c.position)
        .where(responses.c.position > select(examinations.c.position).scalar_subquery())
        .order_by(responses.c.position)
        .limit(1)
    )
    found: int | None = await reading.value(statement, EVERYTHING)
    return found


async def following(write: Transaction, after: int, limit: int) -> Sequence[Row[Any]]:
    """Revisions behind a position, in the order of the feed."""
    statement = select(*PARTS).where(responses.c.position > after).order_by(responses.c.position).limit(limit)
    return await write.all(statement, EVERYTHING)


async def ask_again(write: Transaction, visit: UUID) -> None:
    """Have the responses of a visit looked at again, all of them."""
    statement = insert(reexaminations).values(visit_id=visit)
    anew = {"after": statement.excluded.after}
    await write.run(statement.on_conflict_do_update(index_elements=["visit_id"], set_=anew), EVERYTHING)


async def asked_again(write: Transaction) -> Row[Any] | None:
    """A visit whose responses are to be looked at again, held until the commit, if there is one."""
    statement = select(reexaminations).order_by(reexaminations.c.visit_id).limit(1)
    return await write.first(statement.with_for_update(), EVERYTHING)


async def of_visit(write: Transaction, visit: UUID, after: int, until: int, limit: int) -> Sequence[Row[Any]]:
    """Ids and positions of a visit's responses between two positions, in the order they were received."""
    statement = (
        select(responses.c.id, responses.c.position)
        .where(responses.c.visit_id == visit, responses.c.version == 1)
        .where(responses.c.position > after, responses.c.position <= until)
        .order_by(responses.c.position)
        .limit(limit)
    )
    return await write.all(statement, EVERYTHING)


async def looked_again(write: Transaction, visit: UUID, until: int | None) -> None:
    """A visit's responses were looked at again up to a position; None: all of them."""
    mine = reexaminations.c.visit_id == visit
    done = delete(reexaminations).where(mine)
    await write.run(done if until is None else update(reexaminations).where(mine).values(after=until), EVERYTHING)


async def lives(write: Transaction, ids: Collection[UUID], until: int) -> Sequence[Row[Any]]:
    """All revisions of some responses up to a position, the first one first."""
    statement = (
        select(*PARTS)
        .where(responses.c.id.in_(ids), responses.c.position <= until)
        .order_by(responses.c.id, responses.c.version)
    )
    return await write.all(statement, EVERYTHING) if ids else ()


async def places(write: Transaction, ids: Collection[UUID]) -> Sequence[Row[Any]]:
    """Visits with what rules need of them."""
    statement = (
        select(visits.c.id, visits.c.point, visits.c.hours, visits.c.review_id, visits.c.region_code)
        .add_columns(visits.c.agency_id, reviews.c.questionnaire_id)
        .join_from(visits, reviews, reviews.c.id == visits.c.review_id)
        .where(visits.c.id.in_(ids))
    )
    return await write.all(statement, EVERYTHING)


async def questions(write: Transaction, questionnaire: UUID) -> Sequence[Mapping[str, Any]]:
    """The questions of a questionnaire."""
    statement = select(questionnaires.c.questions).where(questionnaires.c.id == questionnaire)
    found: Sequence[Mapping[str, Any]] = await write.value(statement, EVERYTHING)
    return found


async def naming(write: Transaction, ids: Collection[UUID]) -> list[UUID]:
    """Responses whose flags name one of these."""
    statement: Select[Any] = select(flags.c.response_id).where(flags.c.other_id.in_(ids)).distinct()
    return [row.response_id for row in await write.all(statement, EVERYTHING)] if ids else []


async def see(write: Transaction, rows: Sequence[Mapping[str, Any]]) -> None:
    """Keep when which device answered."""
    if rows:
        await write.run(SEE.bindparams(**_columns(rows)), EVERYTHING)


async def forget(write: Transaction, ids: Collection[UUID]) -> None:
    """Forget sightings of responses that have no device or time any more, or are deleted."""
    if ids:
        await write.run(delete(sightings).where(sightings.c.response_id.in_(ids)), EVERYTHING)


async def neighbours(write: Transaction, asked: Mapping[str, Sequence[Any]]) -> Sequence[Row[Any]]:
    """For each sighting how many came in before it around its time, and its nearest twin."""
    return await write.all(NEIGHBOURS.bindparams(**asked), EVERYTHING) if asked["ids"] else ()


async def raised(write: Transaction, ids: Collection[UUID]) -> Sequence[Row[Any]]:
    """Flags that some responses have, held until the commit: a person may be deciding on one."""
    statement = select(flags).where(flags.c.response_id.in_(ids)).order_by(flags.c.response_id, flags.c.rule)
    return await write.all(statement.with_for_update(), EVERYTHING) if ids else ()


async def raise_(write: Transaction, rows: Sequence[Mapping[str, Any]]) -> None:
    """Raise flags; where there is one of the rule already, it says something else now, and what was decided on it no
    longer holds."""
    if rows:
        await write.run(RAISE.bindparams(**_columns(rows)), EVERYTHING)


async def lower(write: Transaction, response: UUID, rules: Collection[str]) -> None:
    """Take flags away that a correction has made groundless."""
    await write.run(delete(flags).where(flags.c.response_id == response, flags.c.rule.in_(rules)), EVERYTHING)


async def tally(write: Transaction, counts: Iterable[tuple[UUID, Key, int, datetime | None]]) -> None:
    """Add to counts of visits, each with when something of it was last received, if it was."""
    rows = sorted(((visit, *key, count, last) for visit, key, count, last in counts), key=lambda row: row[:4])
    if rows:
        names = ("visit_id", "kind", "key", "value", "count", "last_at")
        await write.run(TALLY.bindparams(**_columns([dict(zip(names, row, strict=True)) for row in rows])), EVERYTHING)


def _columns(rows: Sequence[Mapping[str, Any]]) -> dict[str, list[Any]]:
    """Rows as one list for each column, as `unnest` takes them: a statement of one text for any number of rows."""
    return {name: [row[name] for row in rows] for name in rows[0]}

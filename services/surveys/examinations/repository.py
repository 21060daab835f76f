"""What examinations read of responses and visits, and what they write; all in one transaction with the cursor."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import Select, delete, func, select, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.engine import Row

from services.kit.database import Reading, Transaction, among
from services.kit.scope import EVERYTHING
from services.surveys.examinations.cases import Case
from services.surveys.examinations.counts import DEVICE, Count, Device
from services.surveys.examinations.domain import Detail, Revision
from services.surveys.tables import (
    examinations,
    flags,
    questionnaires,
    reexaminations,
    responses,
    reviews,
    tallies,
    visits,
)  # fmt: skip

PARTS = [responses.c[name] for name in Revision._fields]

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
RAISED = (
    "response_id", "rule", "rule_version", "detail", "other_id", "sequence", "visit_id", "review_id", "region_code",
    "agency_id",
)  # fmt: skip

# A look for each, not a join that may read the whole table.
KNOWN = text("""
SELECT asked.visit_id, asked.device
FROM unnest(CAST(:visits AS uuid[]), CAST(:devices AS text[])) AS asked (visit_id, device)
CROSS JOIN LATERAL (
    SELECT FROM tallies known
    WHERE known.visit_id = asked.visit_id AND known.kind = :kind AND known.key = '' AND known.value = asked.device
    LIMIT 1
) AS known
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
TALLIED = ("visit_id", "kind", "key", "value", "count", "last_at")
BOUND = ("review_id", "region_code", "agency_id")

LOWER = text("""
DELETE FROM flags USING unnest(CAST(:ids AS uuid[]), CAST(:rules AS text[])) AS gone (response_id, rule)
WHERE flags.response_id = gone.response_id AND flags.rule = gone.rule
""")


async def position(write: Transaction) -> int | None:
    """Up to where the feed was examined, held until the commit; None when another process holds it.

    That commit waits for no disk: should it be lost in a crash, it is lost whole, and what it held is examined anew.
    """
    hasty = func.set_config("synchronous_commit", "off", True)
    statement = select(examinations.c.position, hasty).with_for_update(skip_locked=True)
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


async def following(write: Transaction, after: int, limit: int) -> list[Revision]:
    """Revisions behind a position, in the order of the feed."""
    statement = select(*PARTS).where(responses.c.position > after).order_by(responses.c.position).limit(limit)
    return list(map(Revision._make, await write.all(statement, EVERYTHING)))


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


async def lives(write: Transaction, ids: Collection[UUID], until: int) -> list[Revision]:
    """All revisions of some responses up to a position, the first one first."""
    statement = (
        select(*PARTS)
        .where(among(responses.c.id, ids), responses.c.position <= until)
        .order_by(responses.c.id, responses.c.version)
    )
    return list(map(Revision._make, await write.all(statement, EVERYTHING))) if ids else []


async def places(write: Transaction, ids: Collection[UUID]) -> Sequence[Row[Any]]:
    """Visits with what rules need of them."""
    statement = (
        select(visits.c.id, visits.c.point, visits.c.hours, visits.c.review_id, visits.c.region_code)
        .add_columns(visits.c.agency_id, reviews.c.questionnaire_id)
        .join_from(visits, reviews, reviews.c.id == visits.c.review_id)
        .where(among(visits.c.id, ids))
    )
    return await write.all(statement, EVERYTHING)


async def questions(write: Transaction, questionnaire: UUID) -> Sequence[Mapping[str, Any]]:
    """The questions of a questionnaire."""
    statement = select(questionnaires.c.questions).where(questionnaires.c.id == questionnaire)
    found: Sequence[Mapping[str, Any]] = await write.value(statement, EVERYTHING)
    return found


async def naming(write: Transaction, ids: Collection[UUID]) -> list[UUID]:
    """Responses whose flags name one of these."""
    statement: Select[Any] = select(flags.c.response_id).where(among(flags.c.other_id, ids)).distinct()
    return [row.response_id for row in await write.all(statement, EVERYTHING)] if ids else []


async def known(write: Transaction, devices: Collection[Device]) -> set[Device]:
    """Those of some devices that have been counted before."""
    if not devices:
        return set()
    asked = {"visits": [visit for visit, _ in devices], "devices": [device for _, device in devices], "kind": DEVICE}
    return {(row.visit_id, row.device) for row in await write.all(KNOWN.bindparams(**asked), EVERYTHING)}


async def raised(write: Transaction, ids: Collection[UUID]) -> Sequence[Row[Any]]:
    """Flags that some responses have, held until the commit: a person may be deciding on one."""
    statement = select(flags).where(among(flags.c.response_id, ids)).order_by(flags.c.response_id, flags.c.rule)
    return await write.all(statement.with_for_update(), EVERYTHING) if ids else ()


async def raise_(write: Transaction, found: Iterable[tuple[Case, str, Detail]]) -> None:
    """Raise flags; where there is one of the rule already, it says something else now, and what was decided on it no
    longer holds."""
    rows = [_flag(*each) for each in found]
    if rows:
        await write.run(RAISE.bindparams(**columns(RAISED, rows)), EVERYTHING)


async def raise_first(write: Transaction, found: Iterable[tuple[Case, str, Detail]]) -> None:
    """Raise flags of responses that have none."""
    await write.copy(flags, RAISED, [_flag(*each) for each in found], EVERYTHING)


async def lower(write: Transaction, gone: Collection[tuple[UUID, str]]) -> None:
    """Take flags away, each by its response and rule, that a correction has made groundless."""
    if gone:
        await write.run(LOWER.bindparams(**columns(("ids", "rules"), gone)), EVERYTHING)


async def tally(write: Transaction, counts: Iterable[Count]) -> None:
    """Add to counts of visits."""
    rows = sorted(((visit, *key, number, last) for visit, key, number, last in counts), key=lambda row: row[:4])
    if rows:
        await write.run(TALLY.bindparams(**columns(TALLIED, rows)), EVERYTHING)


async def tally_first(write: Transaction, counts: Iterable[Count], bound: Mapping[UUID, Mapping[str, Any]]) -> None:
    """Begin counts of visits that were not counted before; `bound`: whose the visits are."""
    rows = [(visit, *key, number, last, *map(bound[visit].get, BOUND)) for visit, key, number, last in counts]
    await write.copy(tallies, (*TALLIED, *BOUND), rows, EVERYTHING)


def columns(names: Sequence[str], rows: Collection[Sequence[Any]]) -> dict[str, list[Any]]:
    """Rows as one list for each column, as `unnest` takes them: a statement of one text for any number of rows."""
    return {name: list(column) for name, column in zip(names, zip(*rows, strict=True), strict=False)}


def _flag(case: Case, rule: str, detail: Detail) -> tuple[Any, ...]:
    bound = case.place.bound
    return (
        case.row.id, rule, case.rules[rule].version, orjson.dumps(detail).decode(), detail.get("other"),
        case.sequence, case.row.visit_id, bound["review_id"], bound["region_code"], bound["agency_id"],
    )  # fmt: skip

"""Cursors, copies of facts, contributions and sums in the database; all of one generation at a time.

The intake sees every row: what it stores is bound to regions and agencies when it is read.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import repeat
from typing import Any
from uuid import UUID

import numpy as np
import orjson
from sqlalchemy import (
    ARRAY,
    ColumnElement,
    LargeBinary,
    Table,
    Text,
    cast,
    delete,
    func,
    literal,
    select,
    true,
    tuple_,
    type_coerce,
    update,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.engine import Row
from sqlalchemy.types import TypeEngine

from services.kit.database import Reading, Transaction, among
from services.kit.scope import EVERYTHING
from services.reports.intake.domain import DIGEST_BYTES, Columns, Contribution, Instrument, Key, Total
from services.reports.matrices import pack, unpack, unpack_all
from services.reports.tables import (
    contributions,
    current,
    feeds,
    questionnaires,
    reviews,
    sums,
    visits,
)

FACTS_AT_ONCE = 500
OF_A_CONTRIBUTION = ("generation", "questionnaire_id", "id", "version", "visit_id", "digest", "content", "rejected")
# Columns of sums.
KEY = ("visit_id", "questionnaire_id", "group_by", "group_value", "rejected")
MATRICES = ("joint_count", "joint_sum", "joint_product")
# Which of them are handed to the database as what is quicker to write than their own type.
AS_WRITTEN: Mapping[str, TypeEngine[Any]] = {"fingerprint": Text(), **dict.fromkeys(MATRICES, LargeBinary())}
REST = ("review_id", "region_code", "agency_id", "simulated", "respondents", "fingerprint", *MATRICES)


async def generation(reading: Reading) -> int:
    """The generation that answers are given from."""
    return int(await reading.value(select(current.c.generation), EVERYTHING))


async def held_generation(write: Transaction) -> int:
    """The same, and it stays current until this transaction ends."""
    return int(await write.value(select(current.c.generation).with_for_update(read=True), EVERYTHING))


async def feed(reading: Reading, generation: int, name: str) -> Row[Any]:
    """How far a feed was read."""
    return _there(await reading.first(_feed(generation, name), EVERYTHING))


async def locked_feed(write: Transaction, generation: int, name: str) -> Row[Any]:
    """The same, and nobody else applies changes of this feed until this transaction ends."""
    return _there(await write.first(_feed(generation, name).with_for_update(), EVERYTHING))


def _feed(generation: int, name: str) -> Any:
    return select(feeds).where(feeds.c.generation == generation, feeds.c.name == name)


def _there(row: Row[Any] | None) -> Row[Any]:
    if row is None:
        raise LookupError("this generation is gone")
    return row


async def move(write: Transaction, generation: int, name: str, cursor: str, changes: int, skipped: int) -> None:
    """Put the cursor behind changes that this transaction applied."""
    values = {
        "cursor": cursor, "changes": feeds.c.changes + changes, "skipped": feeds.c.skipped + skipped,
        "applied_at": func.now(),
    }  # fmt: skip
    await _update_feed(write, generation, name, values)


async def note_answer(write: Transaction, generation: int, name: str, *, more: bool) -> None:
    """A feed has answered; unless there is more, everything it has is in."""
    values = {"polled_at": func.now(), "error": None} | ({} if more else {"current_at": func.now()})
    await _update_feed(write, generation, name, values)


async def note_error(write: Transaction, generation: int, name: str, error: str) -> None:
    """A feed could not be read, or not be applied."""
    await _update_feed(write, generation, name, {"error": error})


async def _update_feed(write: Transaction, generation: int, name: str, values: Mapping[str, Any]) -> None:
    statement = update(feeds).where(feeds.c.generation == generation, feeds.c.name == name).values(**values)
    await write.run(statement, EVERYTHING)


async def store_facts(write: Transaction, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Keep things as they are now; an older version never replaces a newer one."""
    for start in range(0, len(rows), FACTS_AT_ONCE):
        some = rows[start : start + FACTS_AT_ONCE]
        new = insert(table).values(some)
        values = {name: new.excluded[name] for name in some[0] if name not in {"generation", "id"}}
        statement = new.on_conflict_do_update(
            index_elements=["generation", "id"], set_=values, where=table.c.version <= new.excluded.version
        )
        await write.run(statement, EVERYTHING)


async def drop_facts(write: Transaction, table: Table, generation: int, ids: Collection[UUID]) -> None:
    """Forget things that are no more."""
    statement = delete(table).where(table.c.generation == generation, among(table.c.id, ids))
    await write.run(statement, EVERYTHING)


async def follow_visits(write: Transaction, generation: int, ids: Collection[UUID]) -> None:
    """Let the sums of visits lie where the visits lie now."""
    statement = (
        update(sums)
        .where(
            sums.c.generation == generation,
            visits.c.generation == generation,
            sums.c.visit_id == visits.c.id,
            among(visits.c.id, ids),
            tuple_(sums.c.region_code, sums.c.agency_id).is_distinct_from(
                tuple_(visits.c.region_code, visits.c.agency_id)
            ),
        )
        .values(region_code=visits.c.region_code, agency_id=visits.c.agency_id)
    )
    await write.run(statement, EVERYTHING)


async def places(reading: Reading, generation: int, ids: Collection[UUID]) -> Sequence[Row[Any]]:
    """Where visits belong: id, review_id, region_code, agency_id, questionnaire_id, simulated."""
    statement = (
        select(
            visits.c.id, visits.c.review_id, visits.c.region_code, visits.c.agency_id,
            reviews.c.questionnaire_id, reviews.c.simulated,
        )
        .join(reviews, (reviews.c.generation == visits.c.generation) & (reviews.c.id == visits.c.review_id))
        .where(visits.c.generation == generation, among(visits.c.id, ids))
    )  # fmt: skip
    return await reading.all(statement, EVERYTHING)


async def questionnaire_data(reading: Reading, generation: int, ids: Collection[UUID]) -> list[dict[str, Any]]:
    """Questionnaires as their feed shows them."""
    statement = select(questionnaires.c.data).where(
        questionnaires.c.generation == generation, among(questionnaires.c.id, ids)
    )
    return [row.data for row in await reading.all(statement, EVERYTHING)]


async def contributed(reading: Reading, generation: int, ids: Collection[str]) -> list[tuple[UUID, Contribution]]:
    """What these responses have added so far, each with the questionnaire it was counted by."""
    statement = select(contributions).where(contributions.c.generation == generation, among(contributions.c.id, ids))
    return [
        (
            row.questionnaire_id,
            Contribution(
                row.id,
                row.version,
                row.visit_id,
                row.digest,
                tuple(row.content[0]),
                tuple(row.content[1]),
                row.rejected,
            ),
        )
        for row in await reading.all(statement, EVERYTHING)
    ]


async def replace_contributions(
    write: Transaction, generation: int, removed: Collection[UUID], added: Mapping[UUID, Columns]
) -> None:
    """Keep what responses add now, by questionnaire, instead of what the removed ones did."""
    if removed:
        statement = delete(contributions).where(
            contributions.c.generation == generation, among(contributions.c.id, removed)
        )
        await write.run(statement, EVERYTHING)
    rows = [row for questionnaire, several in added.items() for row in _records(generation, questionnaire, several)]
    await write.copy(contributions, OF_A_CONTRIBUTION, rows, EVERYTHING)


def _records(generation: int, questionnaire: UUID, several: Columns) -> Iterable[tuple[Any, ...]]:
    """Rows of contributions as the driver takes them; ids are quicker to write as text."""
    visits = [str(visit) for visit in several.visits]
    digests, length = several.digests, DIGEST_BYTES
    scores, groups = (zip(*them, strict=True) if them else repeat(()) for them in (several.scores, several.groups))
    return zip(
        repeat(generation),
        repeat(str(questionnaire)),
        several.ids,
        several.versions,
        [visits[place] for place in several.places],
        [digests[start : start + length] for start in range(0, len(digests), length)],
        [orjson.dumps(content).decode() for content in zip(scores, groups, strict=False)],
        several.rejected,
        strict=False,
    )


async def stored_sums(reading: Reading, generation: int, keys: Collection[Key]) -> dict[Key, Total]:
    """The stored sums behind these keys, which all are of one questionnaire."""
    wanted = _rows(KEY, keys)
    matrices = [type_coerce(sums.c[name], LargeBinary).label(name) for name in MATRICES]
    behind = (
        select(*[sums.c[name] for name in KEY], sums.c.respondents, *matrices, sums.c.fingerprint)
        .where(sums.c.generation == generation, *[sums.c[name] == wanted.c[name] for name in KEY])
        .offset(0)  # so that each is looked up by the primary key, whatever the planner believes of the rest
        .lateral()
    )
    rows = await reading.all(select(behind).select_from(wanted.join(behind, true())), EVERYTHING)
    if not rows:
        return {}
    *key, respondents, counts, scores, products, fingerprints = zip(*rows, strict=True)
    size = len(unpack(counts[0]))
    numbers = np.hstack([
        np.array(respondents)[:, None], *(unpack_all(several, size) for several in (counts, scores, products))
    ])  # fmt: skip
    totals = map(Total, numbers, map(int, fingerprints))
    return dict(zip(map(Key._make, zip(*key, strict=True)), totals, strict=True))


async def store_sums(
    write: Transaction,
    generation: int,
    counted: Instrument,
    totals: Mapping[Key, Total],
    places: Mapping[UUID, Row[Any]],
) -> None:
    """Let these be the sums of a questionnaire, beside or instead of those that are stored."""
    numbers = np.array([total.numbers for total in totals.values()])
    matrices = [pack(several) for several in np.split(numbers[:, 1:], len(MATRICES), axis=1)]
    rows = []
    for (key, total), respondents, *packed in zip(totals.items(), numbers[:, 0].tolist(), *matrices, strict=True):
        place = places[key.visit]
        rows.append((
            *key, place.review_id, place.region_code, place.agency_id, place.simulated, respondents,
            str(total.fingerprint), *packed,
        ))  # fmt: skip
    given = _rows((*KEY, *REST), rows)
    new = insert(sums).from_select(
        [*KEY, *REST, "generation", "elements"],
        select(
            *[cast(given.c[name], sums.c[name].type) for name in (*KEY, *REST)],
            literal(generation),
            literal(list(counted.elements), ARRAY(Text)),
        ),
    )
    statement = new.on_conflict_do_update(
        index_elements=["generation", *KEY], set_={name: new.excluded[name] for name in REST}
    )
    await write.run(statement, EVERYTHING)


def _rows(names: Sequence[str], rows: Collection[Sequence[Any]]) -> Any:
    """Rows with these columns of sums, as a table."""
    columns: list[ColumnElement[Any]] = [
        literal(list(values), ARRAY(AS_WRITTEN.get(name, sums.c[name].type)))
        for name, values in zip(names, zip(*rows, strict=True), strict=True)
    ]
    return func.unnest(*columns).table_valued(*names).render_derived()

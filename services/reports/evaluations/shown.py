"""Evaluations as they are answered, announced and ranked."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy.engine import Row

from services.kit import changes
from services.kit.auth import Access
from services.kit.database import Reading, Transaction
from services.kit.pagination import Page, cut, decode
from services.kit.problems import FieldError, Malformed, NotFound
from services.reports import tables
from services.reports.evaluations import methods, outcome, repository, sight
from services.reports.evaluations.domain import ranks
from services.reports.evaluations.results import (
    Evaluation,
    EvaluationHead,
    InstrumentHead,
    ListedEvaluation,
    Ranked,
    Ranking,
    RankingOfMethod,
    Result,
    method_body,
    public,
    words,
)  # fmt: skip
from services.reports.instruments import service as instruments
from services.reports.moves import service as moves
from services.reports.moves.schemas import History
from services.reports.moves.service import Moved

ENTITY = "evaluation"


def now() -> datetime:
    """This moment."""
    return datetime.now(UTC)


async def read(reading: Reading, id: UUID, access: Access) -> Evaluation:
    """An evaluation as far as the caller may see it. Raises NotFound."""
    row = await repository.get(reading, id, access.scope)
    if row is None:
        raise NotFound("There is no such evaluation.")
    seen = sight.of(row, await repository.assessments_of(reading, id, access.scope), access)
    if seen == "nothing":
        raise NotFound("There is no such evaluation.")
    return await _present(reading, row, access, seen)


async def standing(reading: Reading, id: UUID, access: Access) -> tuple[str, str] | None:
    """The region and state of an evaluation, whatever it is; None when there is none in these rows."""
    row = await repository.get(reading, id, access.scope)
    return None if row is None else (row.region_code, row.state)


async def listed(
    reading: Reading,
    access: Access,
    *,
    region: str | None,
    year: int | None,
    state: str | None,
    simulated: bool | None,
    cursor: str | None,
    limit: int,
) -> Page[ListedEvaluation]:
    """A page of evaluations by region and year: published ones, and others for those who may see them."""
    scope = sight.detail_scope(access)
    rows = await repository.page(
        reading, access.scope, region=region, year=year, state=state, simulated=simulated,
        unpublished_of=None if scope is None else scope.claims.get("region", ""), after=_after(cursor), limit=limit,
    )  # fmt: skip
    kept, following = cut(rows, limit, "region_code", "year", "edition", "id")
    return Page(items=[_listed(row) for row in kept], next=following)


async def ranking(reading: Reading, access: Access, *, year: int, region: str | None, simulated: bool) -> Ranking:
    """Published evaluations of a year, each method for itself: what weighs differently is not compared."""
    rows = await repository.published(reading, access.scope, years=[year], region=region, simulated=simulated)
    by_method: dict[tuple[str, int], list[Row[Any]]] = {}
    for row in rows:
        by_method.setdefault((row.method, row.method_version), []).append(row)
    found = [_ranked(name, of) for name, of in sorted(by_method.items())]
    return Ranking(year=year, region=region, simulated=simulated, rankings=found)


async def told(reading: Reading, id: UUID, access: Access) -> History:
    """Every step of an evaluation. Raises NotFound."""
    if await repository.get(reading, id, access.scope) is None:
        raise NotFound("There is no such evaluation.")
    return await moves.history(reading, ENTITY, id, access.scope)


async def announced(
    write: Transaction,
    id: UUID,
    access: Access,
    action: str,
    *,
    reason: str | None = None,
    detail: dict[str, Any] | None = None,
) -> Evaluation:
    """Remember a step and tell it in the feed, in its public form; the evaluation as its changer sees it."""
    row = await repository.get(write, id, access.scope)
    if row is None:
        raise NotFound("There is no such evaluation.")
    moved = Moved(ENTITY, id, row.version, action, None, row.state, row.region_code, None, reason, detail)
    await moves.note(write, access.caller, [moved])
    everybody = await _present(write, row, access, "public" if row.frozen else "head")
    bound = {"region_code": row.region_code}
    await changes.record(write, tables.changes, ENTITY, action, everybody, bound=bound)
    return await _present(write, row, access, "all")


async def _present(reading: Reading, row: Row[Any], access: Access, seen: sight.Sight) -> Evaluation:
    instrument = None
    if row.instrument_id:
        found = await instruments.find(reading, row.instrument_id, access.scope)
        instrument = InstrumentHead.model_validate(found.model_dump(include=set(InstrumentHead.model_fields)))
    superseded = await repository.successor(reading, row.id, access.scope) if row.state == "withdrawn" else None
    return Evaluation(
        **_head(row),
        superseded_by=superseded,
        instrument=instrument,
        source=row.source,
        printed=row.printed,
        note=words(row.note) if row.note else None,
        reviews=row.reviews,
        how=method_body(methods.exactly(row.method, row.method_version)),
        result=await _result(reading, row, access, seen),
    )


async def _result(reading: Reading, row: Row[Any], access: Access, seen: sight.Sight) -> Result | None:
    if row.frozen:
        frozen = Result.model_validate(row.frozen)
        return frozen if seen == "all" else public(frozen)
    if seen != "all":
        return None
    return await outcome.compute(reading, await outcome.gather(reading, row, access), access)


def _head(row: Row[Any]) -> dict[str, Any]:
    said = dict(row._mapping) | {"region": row.region_code, "recorded": row.source is not None}
    return {name: said[name] for name in EvaluationHead.model_fields}


def _listed(row: Row[Any]) -> ListedEvaluation:
    return ListedEvaluation(
        **_head(row),
        index=row.frozen_index,
        exact=row.frozen_exact,
        assessors=None if row.frozen_assessors is None else int(row.frozen_assessors),
    )


def _ranked(name: tuple[str, int], rows: list[Row[Any]]) -> RankingOfMethod:
    places = ranks([Decimal(row.frozen_index) for row in rows])
    items = [
        Ranked(
            rank=rank,
            region=row.region_code,
            evaluation=row.id,
            index=row.frozen_index,
            exact=row.frozen_exact,
            assessors=int(row.frozen_assessors),
            recorded=row.source is not None,
        )
        for rank, row in zip(places, rows, strict=True)
    ]
    method = methods.exactly(*name)
    return RankingOfMethod(
        method=method.id,
        version=method.version,
        label=words(method.label),
        regions=len(items),
        items=sorted(items, key=lambda one: (one.rank, one.region)),
    )


def _after(cursor: str | None) -> tuple[str, int, int, UUID] | None:
    if cursor is None:
        return None
    region, year, edition, id = decode(cursor, str, int, int, str)
    try:
        return region, year, edition, UUID(id)
    except ValueError as error:
        raise Malformed(
            "The cursor is not one of ours; start again without it.",
            errors=[FieldError("cursor", "cursor", "Use `next` of an earlier page, unchanged.")],
        ) from error

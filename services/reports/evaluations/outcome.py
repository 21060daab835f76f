"""What comes out of an evaluation as it stands: scores agreed and given, the index, and what it is set against."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any
from uuid import UUID

from sqlalchemy.engine import Row

from services.kit.auth import Access, permit
from services.kit.database import Reading
from services.kit.identity import ANONYMOUS, PUBLIC, Caller
from services.kit.problems import NotFound
from services.reports.evaluations import methods, repository
from services.reports.evaluations.domain import (
    Agreed,
    Criterion,
    Indicator,
    Method,
    Spread,
    agreed,
    criteria,
    index,
    plain_mean,
    verdict,
)  # fmt: skip
from services.reports.evaluations.results import (
    Before,
    CriterionResult,
    DimensionResult,
    Impact,
    PrintedCheck,
    Result,
    SpreadBody,
    Under,
    words,
)  # fmt: skip
from services.reports.index import service as indexes
from services.reports.index.parts import Filter
from services.reports.index.totals import digest
from services.reports.instruments import service as instruments
from services.reports.methods.domain import half_up
from services.reports.permissions import PERMISSIONS

EVERYBODY = Caller(ANONYMOUS, PUBLIC)


@dataclass(frozen=True, slots=True)
class Given:
    """An evaluation with all that was said of it."""

    row: Row[Any]
    method: Method
    criteria: Sequence[Criterion]
    assessments: Sequence[Row[Any]]
    evidence: Sequence[Row[Any]]

    @property
    def consensus(self) -> dict[str, Fraction]:
        """What was agreed, by criterion or dimension."""
        return {key: Fraction(one["score"]) for key, one in self.row.consensus.items()}

    @property
    def submitted(self) -> list[Row[Any]]:
        """The assessors who have submitted."""
        return [one for one in self.assessments if one.kind == "assessor" and one.submitted_at]

    def agreed(self) -> dict[str, Agreed]:
        """Each dimension's score."""
        return agreed(self.method, self.criteria, self.consensus)

    def own(self, key: str) -> str | None:
        """What the region gave itself for a criterion, once it has submitted that."""
        said = [one.scores for one in self.assessments if one.kind == "self" and one.submitted_at]
        return said[0][key]["score"] if said and key in said[0] else None

    def spread(self, key: str) -> Spread:
        """What assessors gave for a criterion."""
        return Spread.of(Fraction(one.scores[key]["score"]) for one in self.submitted if key in one.scores)

    def documents(self, key: str) -> int:
        """How many documents were handed in for a criterion and still count."""
        return sum(one.criterion == key and one.withdrawn_reason is None for one in self.evidence)


async def gather(reading: Reading, row: Row[Any], access: Access) -> Given:
    """All that was said of an evaluation."""
    method = methods.exactly(row.method, row.method_version)
    return Given(
        row,
        method,
        await criteria_of(reading, row, access),
        await repository.assessments_of(reading, row.id, access.scope),
        await repository.evidence_of(reading, row.id, access.scope),
    )


async def criteria_of(reading: Reading, row: Row[Any], access: Access) -> Sequence[Criterion]:
    """What there is to be scored in an evaluation."""
    method = methods.exactly(row.method, row.method_version)
    if row.instrument_id is None:
        return criteria(method, [])
    found = await instruments.find(reading, row.instrument_id, access.scope)
    return criteria(
        method, [Indicator(one.key, one.dimension, one.weight, one.text.model_dump()) for one in found.indicators]
    )


async def compute(reading: Reading, given: Given, access: Access) -> Result:
    """The result as it stands now."""
    method, row = given.method, given.row
    found = given.agreed()
    scores = {key: one.score for key, one in found.items()}
    exact = index(method, scores)
    impact = [await linked(reading, UUID(review)) for review in row.reviews]
    return Result(
        index=shown(exact, method.places),
        exact=None if exact is None else str(exact),
        plain_mean=shown(plain_mean(scores.values()), method.places),
        dimensions=[_dimension(key, found[key], given) for key in method.keys],
        assessors=len(given.submitted),
        under=_under(scores, row.printed),
        before=await _before(reading, row, exact, method, access),
        printed=_checked(exact, row.printed),
        impact=impact,
        digest=_digest(given, impact),
        computed_at=datetime.now(UTC),
    )


async def linked(reading: Reading, review: UUID) -> Impact:
    """The index of a review as everybody sees it. Raises NotFound."""
    access = permit(PERMISSIONS, "indexes:read", EVERYBODY)
    body = await indexes.index(reading, access, review, Filter(), None, None)
    return Impact(
        review=review,
        title=body.review.title,
        simulated=body.simulated,
        respondents=body.respondents,
        suppressed=body.suppressed,
        index=body.index,
        grade=body.grade,
        method=body.method.id,
        method_version=body.method.version,
        cursor=body.cursor,
        digest=body.digest,
    )


async def region_of_review(reading: Reading, review: UUID) -> tuple[str, bool] | None:
    """Where a review is and whether it is simulated; None when it is not known here."""
    access = permit(PERMISSIONS, "indexes:read", EVERYBODY)
    try:
        body = await indexes.index(reading, access, review, Filter(), None, None)
    except NotFound:
        return None
    return body.review.region, body.simulated


def shown(value: Fraction | None, places: int) -> str | None:
    """A figure as it is shown."""
    return None if value is None else str(half_up(value, places))


def _dimension(key: str, found: Agreed, given: Given) -> DimensionResult:
    dimension = next(one for one in given.method.dimensions if one.key == key)
    whole = given.row.consensus.get(key, {})
    places = given.method.places
    return DimensionResult(
        key=key,
        label=words(dimension.label),
        weight=str(dimension.weight),
        # As it was agreed on, with its own decimals, or as its indicators make it.
        score=whole["score"] if found.basis == "dimension" else shown(found.score, places),
        exact=None if found.score is None else str(found.score),
        weighted=None if found.score is None else shown(found.score * dimension.weight, places + 1),
        basis=found.basis,
        reason=whole.get("reason"),
        by=whole.get("by"),
        criteria=[_criterion(one, given) for one in given.criteria if one.dimension == key],
    )


def _criterion(one: Criterion, given: Given) -> CriterionResult:
    said = given.row.consensus.get(one.key, {})
    spread, places = given.spread(one.key), given.method.places
    return CriterionResult(
        key=one.key,
        label=words(one.label),
        share=str(one.share),
        score=said.get("score"),
        reason=said.get("reason"),
        by=said.get("by"),
        assessors=SpreadBody(
            n=spread.n,
            mean=shown(spread.mean, places),
            low=shown(spread.low, places),
            high=shown(spread.high, places),
        ),
        own=given.own(one.key),
        evidence=given.documents(one.key),
    )


def _under(scores: Mapping[str, Fraction | None], printed: Mapping[str, Any] | None) -> list[Under]:
    found = []
    for method in methods.newest():
        exact = index(method, scores) if set(method.keys) == set(scores) else None
        if exact is not None:
            found.append(
                Under(
                    method=method.id,
                    version=method.version,
                    label=words(method.label),
                    index=str(half_up(exact, method.places)),
                    exact=str(exact),
                    printed=verdict(exact, Decimal(printed["index"])) if printed else None,
                )
            )
    return found


async def _before(
    reading: Reading, row: Row[Any], exact: Fraction | None, method: Method, access: Access
) -> Before | None:
    there = await repository.published_one(
        reading, access.scope, region=row.region_code, year=row.year - 1, simulated=row.simulated
    )
    if there is None or exact is None:
        return None
    earlier = Fraction(there.frozen["exact"])
    return Before(
        evaluation=there.id,
        year=there.year,
        index=there.frozen["index"],
        change=str(half_up(exact - earlier, method.places)),
        same_method=(there.method, there.method_version) == (row.method, row.method_version),
    )


def _checked(exact: Fraction | None, printed: Mapping[str, Any] | None) -> PrintedCheck | None:
    if printed is None:
        return None
    before, improvement = printed["before"], printed["improvement"]
    known = before is not None and improvement is not None
    return PrintedCheck(
        index=None if exact is None else verdict(exact, Decimal(printed["index"])),
        improvement=Decimal(printed["index"]) - Decimal(before["index"]) == Decimal(improvement) if known else None,
    )


def _digest(given: Given, impact: Sequence[Impact]) -> str:
    row = given.row
    return digest({
        "region": row.region_code, "year": row.year, "edition": row.edition, "simulated": row.simulated,
        "method": [row.method, row.method_version], "instrument": str(row.instrument_id or ""),
        "consensus": row.consensus, "source": row.source, "printed": row.printed,
        "assessments": [[one.kind, one.assessor, one.scores] for one in given.assessments if one.submitted_at],
        "evidence": [[str(one.id), one.url, one.digest] for one in given.evidence if not one.withdrawn_reason],
        "impact": [[str(one.review), one.digest] for one in impact],
    })  # fmt: skip

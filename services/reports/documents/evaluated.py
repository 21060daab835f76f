"""What a report of the ministry's evaluation freezes: the published evaluation as everybody reads it, and its ranks."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from services.kit.auth import ANONYMOUS, PUBLIC, Access, Caller, permit
from services.kit.database import Reading
from services.kit.problems import NotFound
from services.reports.documents import domain
from services.reports.documents.schemas import Freezing, Snapshot
from services.reports.evaluations import shown
from services.reports.index.schemas import Cursors
from services.reports.intake import service as intake
from services.reports.permissions import PERMISSIONS
from services.reports.problems import NotPublished

EVERYBODY: Access = permit(PERMISSIONS, "evaluations:read", Caller(ANONYMOUS, PUBLIC))
"""How a report looks at evaluations: as anybody may."""

HEAD = {"id", "year", "edition", "recorded", "published_at", "instrument", "source", "printed", "note"}


@dataclass(frozen=True, slots=True)
class Evaluated:
    """The ministry's evaluation of a region for a year. It belongs to the region, and to no agency."""

    id: UUID
    region: str
    state: str
    kind: str = "evaluation"
    agency: str | None = None

    @property
    def rows(self) -> list[tuple[str, str | None]]:
        """Region and agency behind it."""
        return [(self.region, None)]


async def subject(reading: Reading, id: UUID) -> Evaluated:
    """An evaluation in whatever state. Raises NotFound."""
    standing = await shown.standing(reading, id, EVERYBODY)
    if standing is None:
        raise NotFound("There is no such evaluation among your rows.")
    return Evaluated(id, *standing)


async def withdrawn(reading: Reading, id: UUID) -> str | None:
    """Why an evaluation that was published no longer counts; None while it does."""
    return (await shown.read(reading, id, EVERYBODY)).withdrawn_reason


async def compose(
    reading: Reading, found: Evaluated, body: Freezing, region_name: str | None, frozen_at: datetime
) -> Snapshot:
    """The snapshot of an evaluation, all but its number. Raises NotPublished."""
    if found.state != "published":
        sentence = f"The evaluation is {found.state}; only a published one is frozen as a report."
        raise NotPublished(sentence)
    evaluation = await shown.read(reading, found.id, EVERYBODY)
    told = evaluation.model_dump(mode="json")
    cursors = Cursors(**await intake.cursors(reading, await intake.generation(reading)))
    return {
        "format": domain.FORMAT,
        "kind": found.kind,
        "subject": str(found.id),
        "frozen_at": frozen_at.isoformat(timespec="seconds"),
        "title": body.title.model_dump() if body.title else _title(told, region_name),
        "simulated": evaluation.simulated,
        "region": {"code": found.region, "name": region_name},
        "stated": body.model_dump(mode="json", include={"collection", "signatory"}),
        "evaluation": {name: told[name] for name in sorted(HEAD)},
        "method": told["how"],
        "result": told["result"],
        "ranks": await _ranks(reading, told),
        "cursor": cursors.model_dump(mode="json"),
        "data_digest": told["result"]["digest"],
    }


def _title(told: Mapping[str, Any], region_name: str | None) -> dict[str, str]:
    where = region_name or told["region"]
    return {"id": f"Evaluasi {where} tahun {told['year']}", "en": f"Evaluation of {where}, {told['year']}"}


async def _ranks(reading: Reading, told: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Its rank among the published evaluations of the same year and method: in the country, and in its province."""
    found = []
    for within in (None, told["region"][:2]):
        ranking = await shown.ranking(
            reading, EVERYBODY, year=told["year"], region=within, simulated=told["simulated"]
        )  # fmt: skip
        found += [
            {"within": within, "rank": one.rank, "of": of.regions}
            for of in ranking.rankings
            for one in of.items
            if str(one.evaluation) == told["id"]
        ]
    return found


def summary(snapshot: Snapshot) -> Mapping[str, Any]:
    """The figures of its headline; nobody responds to an evaluation, and it has no grade."""
    return {"respondents": None, "index": snapshot["result"]["index"], "grade": None}

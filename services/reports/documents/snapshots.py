"""What a report freezes: everything that its documents say, read in one moment of the database, under the public rule.

A report is made to be published. So its figures are those that everybody gets, small groups hidden, whoever freezes it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from services.kit.auth import ANONYMOUS, PUBLIC, Access, Caller, permit
from services.kit.database import Reading
from services.kit.problems import FieldError, NotFound
from services.reports.documents import decided, domain, evaluated, repository, trends
from services.reports.documents.evaluated import Evaluated
from services.reports.documents.schemas import Freezing, Snapshot, Summary
from services.reports.index import copies
from services.reports.index import service as indexes
from services.reports.index.parts import BY_PLACE, Filter, visit
from services.reports.index.schemas import Figures, IndexBody
from services.reports.intake import service as intake
from services.reports.permissions import PERMISSIONS
from services.reports.problems import UnknownSubject
from services.reports.tables import agencies, programs

EVERYBODY: Access = permit(PERMISSIONS, "indexes:read", Caller(ANONYMOUS, PUBLIC))
"""How a report looks at figures: as anybody may."""

OF_A_QUESTION = ("key", "kind", "code", "text", "options", "options_from", "role")


@dataclass(frozen=True, slots=True)
class Subject:
    """What a report is of: a review, or one programme in its newest review. `name` is the programme's."""

    kind: str
    id: UUID
    review: Mapping[str, Any]
    chosen: Filter
    visits: Sequence[Mapping[str, Any]]
    name: str | None

    @property
    def region(self) -> str:
        """The region that it belongs to."""
        return str(self.review["region"])

    @property
    def rows(self) -> list[tuple[str, str | None]]:
        """Region and agency of every visit behind it."""
        return [(one["region"], one["agency"]) for one in self.visits]

    @property
    def agency(self) -> str | None:
        """The agency that all of it belongs to, if there is one."""
        found = {agency for _, agency in self.rows}
        return next(iter(found)) if len(found) == 1 else None


async def subject(reading: Reading, body: Freezing) -> Subject | Evaluated:
    """What is to be frozen. Raises UnknownSubject, and NotFound for an evaluation that there is not."""
    if body.kind == "evaluation":
        return await evaluated.subject(reading, body.subject)
    found = await (_review(reading, body.subject) if body.kind == "review" else _program(reading, body.subject))
    if found is None:
        sentence = f"There is no {body.kind} {body.subject} with visits in the reports."
        raise UnknownSubject(sentence, errors=[FieldError("/subject", "unknown", "Not known here.")])
    return found


async def _review(reading: Reading, id: UUID) -> Subject | None:
    generation = await intake.generation(reading)
    review = await copies.review(reading, generation, id, EVERYBODY.scope)
    visits = await copies.visits_of(reading, generation, id, EVERYBODY.scope)
    return Subject("review", id, review, Filter(), visits, None) if review and visits else None


async def _program(reading: Reading, id: UUID) -> Subject | None:
    """A programme in the newest review that has a visit to it."""
    generation = await intake.generation(reading)
    program = (await repository.facts(reading, programs, generation, [id], EVERYBODY.scope)).get(id)
    if program is None:
        return None
    async for review in copies.of_region(reading, generation, program["region"], EVERYBODY.scope):
        visits = await copies.visits_of(reading, generation, UUID(review["id"]), EVERYBODY.scope)
        if own := [one for one in visits if one["program"] == str(id)]:
            return Subject("program", id, review, Filter(program=id), own, program["name"])
    return None


async def compose(
    reading: Reading, found: Subject | Evaluated, body: Freezing, region_name: str | None, frozen_at: datetime
) -> Snapshot:
    """The snapshot of a subject, all but its number. Raises NotPublished."""
    if isinstance(found, Evaluated):
        return await evaluated.compose(reading, found, body, region_name, frozen_at)
    generation = await intake.generation(reading)
    index = await _index(reading, found, None)
    questionnaire = await copies.questionnaire_of(reading, generation, found.review, EVERYBODY.scope)
    names = await _names(reading, generation, found)
    review = UUID(found.review["id"])
    return {
        "format": domain.FORMAT,
        "kind": found.kind,
        "subject": str(found.id),
        "frozen_at": frozen_at.isoformat(timespec="seconds"),
        "title": body.title.model_dump() if body.title else _title(found),
        "simulated": index.simulated,
        "region": {"code": found.region, "name": region_name},
        "agency": names.get(found.agency or ""),
        "program": found.name,
        "stated": body.model_dump(mode="json", include={"collection", "signatory"}),
        "visits": [_visit(one, names) for one in found.visits],
        "questionnaire": _questionnaire(questionnaire),
        "groups": await _groups(reading, found, questionnaire),
        "priorities": domain.lowest(index.model_dump(mode="json")["elements"]),
        "aspirations": await decided.accepted(reading, review, found.chosen.program, EVERYBODY.scope),
        "plan": await decided.plan(reading, review, found.chosen.program, frozen_at),
        "trend": await trends.before(reading, generation, found.review, found.chosen, EVERYBODY),
        "appendix": await _appendix(reading, generation, found, index, questionnaire),
        **_from_index(index),
    }


async def _index(reading: Reading, found: Subject, group_by: str | None) -> IndexBody:
    return await indexes.index(reading, EVERYBODY, UUID(str(found.review["id"])), found.chosen, group_by, None)


def _from_index(index: IndexBody) -> dict[str, Any]:
    content = index.model_dump(mode="json")
    return {
        "figures": {name: content[name] for name in Figures.model_fields},
        "data_digest": content["digest"],
        **{name: content[name] for name in ("review", "method", "cursor", "rejected", "left_out")},
    }


def _title(found: Subject) -> Mapping[str, Any]:
    if found.name is None:
        return dict(found.review["title"])
    return {"id": found.name, "en": None}


async def _names(reading: Reading, generation: int, found: Subject) -> dict[str, str]:
    """The names of the agencies of its visits, by id."""
    ids = {UUID(agency) for _, agency in found.rows if agency}
    facts = await repository.facts(reading, agencies, generation, ids, EVERYBODY.scope)
    return {str(id): data["name"] for id, data in facts.items()}


def _visit(data: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    told = ("name", "program_name", "location_name", "date", "target", "population")
    return {name: data[name] for name in told} | {"agency": names.get(data["agency"] or "")}


def _questionnaire(data: Mapping[str, Any]) -> dict[str, Any]:
    head = {name: data.get(name) for name in ("id", "key", "version_number", "title", "source")}
    return head | {"questions": [{name: one.get(name) for name in OF_A_QUESTION} for one in data["questions"]]}


async def _groups(reading: Reading, found: Subject, questionnaire: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The figures by each question that groups respondents, and by place where there is more than one."""
    several = [kind for kind in BY_PLACE if len({visit(one).place(kind) for one in found.visits}) > 1]
    keys = {one["key"]: one["text"] for one in questionnaire["questions"] if one.get("group")}
    groupings = []
    for key in (*keys, *several):
        index = await _index(reading, found, key)
        content = [group.model_dump(mode="json") for group in index.groups or ()]
        groupings.append({"key": key, "label": keys.get(key), "groups": content})
    return groupings


async def _appendix(
    reading: Reading, generation: int, found: Subject, index: IndexBody, questionnaire: Mapping[str, Any]
) -> dict[str, Any] | None:
    """The per-respondent table, None where a figure that it would tell is withheld."""
    if index.suppressed or not index.respondents or any(one.n is None for one in index.elements):
        return None
    ids = [UUID(one["id"]) for one in found.visits]
    rows = await repository.scores(reading, generation, ids, UUID(questionnaire["id"]))
    elements = [one["key"] for one in questionnaire["questions"] if one["kind"] == "score"]
    return domain.appendix(rows, elements)


def summary(snapshot: Snapshot) -> Mapping[str, Any]:
    """The figures of its headline."""
    if snapshot["kind"] == "evaluation":
        return evaluated.summary(snapshot)
    return {name: snapshot["figures"][name] for name in Summary.model_fields}


def check_rows(access: Access, found: Subject | Evaluated) -> None:
    """Raises NotFound unless all of it lies in the caller's rows."""
    if not all(access.scope.covers(region=region, agency=agency) for region, agency in found.rows):
        raise NotFound(f"There is no such {found.kind} among your rows.")

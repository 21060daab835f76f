"""The index of a review: read the sums, decide what may be shown, compute, and say how it was made.

Everything is read in one moment of the database, so the cursors in an answer are those of its sums.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from services.kit.auth import Access, Caller, permit
from services.kit.database import Reading
from services.kit.pagination import Page, cut, decode
from services.kit.problems import FieldError, Forbidden, Malformed, NotFound, Unauthenticated
from services.kit.scope import Scope
from services.reports.index import groups as grouping
from services.reports.index import repository
from services.reports.index.disclosure import Detail, Disclosure, Public
from services.reports.index.domain import Moments, compute, figures
from services.reports.index.parts import BY_PLACE, Filter, Visit, parts_of_place, population, visit
from services.reports.index.present import shown, suppressed
from services.reports.index.schemas import (
    Cursors,
    FilterBody,
    Group,
    IndexBody,
    QuestionnaireBody,
    ReviewIndex,
    review_body,
)  # fmt: skip
from services.reports.index.suppression import Part, small
from services.reports.index.totals import Sum, Sums, digest, together
from services.reports.intake import service as intake
from services.reports.methods import service as methods
from services.reports.methods.domain import Method, UnknownMethod
from services.reports.methods.schemas import present as method_body
from services.reports.permissions import PERMISSIONS

EVERYBODY = ""


@dataclass(frozen=True, slots=True)
class Selection:
    """What of a review an answer is about, and what of it may be shown."""

    review: Mapping[str, Any]
    questionnaire: Mapping[str, Any]
    elements: Sequence[str]
    method: Method
    visits: Sequence[Visit]
    parts: Sequence[Part]
    sums: Sequence[Sum]
    disclosure: Disclosure
    included: bool
    left_out: int | None

    def of(self, group_by: str = EVERYBODY, value: str = EVERYBODY, visits: Sequence[Visit] | None = None) -> Sums:
        """The sums of the selected visits, or of some of them; of everybody there, or of one group."""
        ids = {one.id for one in (self.visits if visits is None else visits)}
        return together(
            self.elements,
            (one for one in self.sums if one.visit in ids and one.group_by == group_by and one.value == value),
        )

    def figures(
        self, sums: Sums, visits: Sequence[Visit] | None, parts: Sequence[Part], group: str | None = None
    ) -> dict[str, Any]:
        """The members of `Figures`. `visits` are those whose population was asked, None for a group of people."""
        simulated = {"simulated": self.review["simulated"] or any(one.simulated for one in self.sums)}
        if not self.disclosure.shows(parts, group):
            return simulated | suppressed()
        questions = {one["key"]: one for one in self.questionnaire["questions"]}
        result = compute(sums.moments, self.method)
        withheld = self.disclosure.withheld(parts, group)
        people = population(visits) if visits is not None else None
        return simulated | shown(result, self.method, questions, people, withheld)


async def index(
    reading: Reading,
    access: Access,
    review_id: UUID,
    chosen: Filter,
    group_by: str | None,
    method_id: str | None,
    *,
    include: bool = False,
) -> IndexBody:
    """The index of a review, or of a part of it, with or without rejected responses. Raises NotFound, UnknownGroup,
    UnknownMethod, and Forbidden or Unauthenticated when rejected ones are asked for by whoever does not see the rows in
    detail."""
    generation = await intake.generation(reading)
    selection = await _select(reading, generation, access, review_id, chosen, group_by, method_id, include=include)
    total = selection.of()
    found = await _groups(reading, generation, access, selection, group_by)
    content = {
        "method": {"id": selection.method.id, "version": selection.method.version},
        "filter": {"review": str(review_id), "group_by": group_by, "rejected": include, **chosen.named()},
        "sums": total.named(),
        "groups": {group.value: sums.named() for group, sums in found},
    }
    return IndexBody(
        review=review_body(dict(selection.review)),
        questionnaire=QuestionnaireBody.model_validate(selection.questionnaire),
        filter=FilterBody(program=chosen.program, location=chosen.location, visit=chosen.visit),
        method=method_body(selection.method, total.moments.elements),
        cursor=Cursors(**await intake.cursors(reading, generation)),
        rejected="included" if selection.included else "left out",
        left_out=selection.left_out,
        digest=digest(content),
        group_by=group_by,
        groups=[group for group, _ in found] if group_by else None,
        **selection.figures(total, selection.visits, selection.parts),
    )


async def _select(
    reading: Reading,
    generation: int,
    access: Access,
    review_id: UUID,
    chosen: Filter,
    group_by: str | None,
    method_id: str | None,
    *,
    include: bool,
) -> Selection:
    review = await repository.review(reading, generation, review_id, access.scope)
    if review is None:
        raise NotFound(f"There is no review {review_id} in the reports.")
    instrument = UUID(review["questionnaire"])
    questionnaire = await repository.questionnaire(reading, generation, instrument, access.scope)
    if questionnaire is None:
        raise NotFound(f"The questionnaire of review {review_id} has not reached the reports.")
    if group_by:
        grouping.check(group_by, questionnaire)
    visits = [visit(data) for data in await repository.visits_of(reading, generation, review_id, access.scope)]
    selected = chosen.select(visits)
    if not selected and any(chosen.named().values()):
        raise NotFound("The review has no visit of this programme, location or id.")
    by_question = group_by if group_by not in BY_PLACE else None
    sums = await repository.sums_of(
        reading, generation, [review_id], [EVERYBODY, *filter(None, [by_question])], access.scope, instrument
    )
    elements = [one["key"] for one in questionnaire["questions"] if one["kind"] == "score"]
    detail = sees_detail(access.caller, [(one.region, one.agency) for one in selected])
    nested = bool(by_question) and grouping.is_nested(group_by, questionnaire)
    if include and not detail:
        if access.caller.anonymous:
            raise Unauthenticated
        raise Forbidden("Two indexes, with and without rejected responses, would tell single ones apart.")
    counted = [one for one in sums if include or not one.rejected]
    left_out = 0 if include else _left_out(sums, selected, partly=any(chosen.named().values()), detail=detail)
    disclosure = Detail() if detail else _public(elements, visits, counted, nested=nested)
    method = methods.find(method_id or review["method"])
    return Selection(
        review, questionnaire, elements, method, selected, chosen.parts(selected), counted, disclosure, include,
        left_out,
    )  # fmt: skip


def _left_out(sums: Sequence[Sum], visits: Sequence[Visit], *, partly: bool, detail: bool) -> int | None:
    """How many rejected responses these visits have, as far as it may be said."""
    ids = {one.id for one in visits}
    rejected = [one for one in sums if one.rejected and one.group_by == EVERYBODY and one.visit in ids]
    count = sum(one.moments.respondents for one in rejected)
    return count if detail or not (partly or small(count)) else None


def _public(elements: Sequence[str], visits: Sequence[Visit], sums: Sequence[Sum], *, nested: bool) -> Public:
    path = {one.id: one.path for one in visits}
    everybody: dict[Part, Sequence[int]] = {}
    in_groups: dict[Part, dict[str, Sequence[int]]] = {}
    for one in sums:
        counts = one.counts(elements)
        if one.group_by == EVERYBODY:
            everybody[path[one.visit]] = counts
        else:
            in_groups.setdefault(path[one.visit], {})[one.value] = counts
    return Public(elements, everybody, in_groups, nested=nested)


async def _groups(
    reading: Reading, generation: int, access: Access, selection: Selection, group_by: str | None
) -> list[tuple[Group, Sums]]:
    if group_by is None:
        return []
    if group_by in BY_PLACE:
        return await _by_place(reading, generation, access, selection, group_by)
    ids = {one.id for one in selection.visits}
    values = sorted(
        {one.value for one in selection.sums if one.group_by == group_by and one.visit in ids},
        key=lambda value: (value == EVERYBODY, value),
    )
    labels = grouping.of_question(group_by, selection.questionnaire, selection.visits, values)
    found = []
    for value, label in labels.items():
        sums = selection.of(group_by, value)
        found.append((_group(value, label, selection.figures(sums, None, selection.parts, value)), sums))
    return found


async def _by_place(
    reading: Reading, generation: int, access: Access, selection: Selection, kind: str
) -> list[tuple[Group, Sums]]:
    ids = {UUID(id) for one in selection.visits if (id := one.place(kind))}
    names = {} if kind == "visit" else await repository.names(reading, generation, kind, ids, access.scope)
    found = []
    for value, label in grouping.of_place(kind, selection.visits, names).items():
        visits = [one for one in selection.visits if one.place(kind) == value]
        sums = selection.of(visits=visits)
        found.append((_group(value, label, selection.figures(sums, visits, parts_of_place(kind, visits))), sums))
    return found


def _group(value: str, label: grouping.Label, members: Mapping[str, Any]) -> Group:
    return Group(value=value, label=label, **members)


def sees_detail(caller: Caller, rows: Sequence[tuple[str, str | None]]) -> bool:
    """Whether all rows, given as region and agency, are ones that the caller sees in detail.

    Of a figure that is partly about others' rows everybody sees the public form: its detail would be the others'.
    """
    scope = _detail_scope(caller)
    return scope is not None and all(scope.covers(region=region, agency=agency) for region, agency in rows)


def _detail_scope(caller: Caller) -> Scope | None:
    try:
        return permit(PERMISSIONS, "indexes:detail", caller).scope
    except (Forbidden, Unauthenticated):
        return None


async def reviews(
    reading: Reading, access: Access, region: str | None, cursor: str | None, limit: int
) -> Page[ReviewIndex]:
    """Reviews with their indexes, newest first. Raises Malformed for a cursor that is none."""
    generation = await intake.generation(reading)
    rows = await repository.newest_reviews(reading, generation, region, _after(cursor), limit, access.scope)
    listed = [Listed(row.starts_on.isoformat(), str(row.id), row.data) for row in rows]
    kept, following = cut(listed, limit, "start", "id")
    ids = [UUID(one.id) for one in kept]
    sums = await repository.sums_of(reading, generation, ids, [EVERYBODY], access.scope) if ids else []
    items = [summary(one.data, [each for each in sums if str(each.review) == one.id], access.caller) for one in kept]
    return Page(items=items, next=following)


@dataclass(frozen=True, slots=True)
class Listed:
    """A review in the list, with its sort key as a cursor holds it."""

    start: str
    id: str
    data: dict[str, Any]


def _after(cursor: str | None) -> tuple[date, UUID] | None:
    if cursor is None:
        return None
    start, id = decode(cursor, str, str)
    try:
        return date.fromisoformat(start), UUID(id)
    except ValueError as error:
        raise Malformed(
            "The cursor is not one of ours; start again without it.",
            errors=[FieldError("cursor", "cursor", "Use `next` of an earlier page, unchanged.")],
        ) from error


def summary(data: dict[str, Any], sums: Sequence[Sum], caller: Caller) -> ReviewIndex:
    """A review from its copy with the index out of its sums, as far as the caller may see it."""
    of_review = [one for one in sums if str(one.questionnaire) == data["questionnaire"] and not one.rejected]
    elements = of_review[0].moments.elements if of_review else ()
    moments = together(elements, of_review).moments
    simulated = data["simulated"] or any(one.simulated for one in of_review)
    detail = sees_detail(caller, [(one.region, one.agency) for one in of_review])
    hidden = small(moments.respondents) and not detail
    return ReviewIndex(
        review=review_body(data),
        simulated=simulated,
        respondents=None if hidden else moments.respondents,
        suppressed=hidden,
        **_index_and_grade(moments, data["method"], hidden=hidden),
    )


def _index_and_grade(moments: Moments, method_id: str, *, hidden: bool) -> dict[str, str | None]:
    nothing: dict[str, str | None] = {"index": None, "grade": None}
    if hidden:
        return nothing
    try:
        method = methods.find(method_id)
    except UnknownMethod:
        return nothing
    result = figures(moments.respondents, moments.tallies(), method)
    return {
        "index": None if result.index is None else str(result.index),
        "grade": result.band.grade if result.band else None,
    }

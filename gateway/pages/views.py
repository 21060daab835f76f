"""What the two pages on reviews show, gathered from the services.

Reports has to answer. The others only add to it: while one is away the page goes without its part, and says so.
"""

import asyncio
from collections.abc import Awaitable, Iterable
from dataclasses import dataclass
from typing import TypeVar
from uuid import UUID

from gateway.pages import chart
from gateway.pages.chart import Chart
from gateway.pages.language import Language
from gateway.pages.sources import Sources
from gateway.pages.wire import Evaluation, Group, ListedPage, ListedReview, PlannedReview, Review
from gateway.problems import ServiceAway
from services.kit.problems import NotFound

GROUPINGS = ("visit", "sex", "age_band", "education", "occupation", "service")

Part = TypeVar("Part")


@dataclass(frozen=True, slots=True)
class Row:
    """A review in the list; `figures` are None as long as reports has not heard of it."""

    review: Review
    simulated: bool
    figures: ListedReview | None


@dataclass(frozen=True, slots=True)
class ReviewList:
    """A page of reviews. `away` names the services whose part is missing."""

    rows: list[Row]
    next: str | None
    names: dict[str, str]
    away: list[str]


@dataclass(frozen=True, slots=True)
class Grouping:
    """A result by visit, by sex, and so on."""

    key: str
    groups: list[Group]

    @property
    def suppressed(self) -> bool:
        """Whether any group's figures are withheld."""
        return any(group.suppressed for group in self.groups)


@dataclass(frozen=True, slots=True)
class ReviewResult:
    """One review; `evaluation` is None as long as reports has not heard of it."""

    review: Review
    simulated: bool
    region: str | None
    evaluation: Evaluation | None
    chart: Chart | None
    groupings: list[Grouping]
    away: list[str]

    def label(self, lang: Language, element: str) -> str:
        """An element in words, or its key when nobody answered it."""
        labels = {one.key: one.label for one in self.evaluation.elements} if self.evaluation else {}
        return lang.plain(labels[element]) if element in labels else element


async def review_list(sources: Sources, region: str | None, cursor: str | None) -> ReviewList:
    """The reviews of a region, or all. Raises NotFound for a region or cursor that is none, ServiceAway."""
    away: list[str] = []
    page, planned = await asyncio.gather(sources.reviews(region, cursor), _optional(sources.planned(region), [], away))
    rows = [Row(listed.review, listed.simulated, listed) for listed in page.items]
    if cursor is None:
        rows = [Row(review, review.simulated, None) for review in _unheard(page, planned)] + rows
    codes = {row.review.region for row in rows} | ({region} if region else set())
    names = await _optional(sources.regions(codes), {}, away)
    return ReviewList(rows, page.next, names, away)


async def review_result(sources: Sources, review: UUID) -> ReviewResult:
    """One review and what came out of it. Raises NotFound, ServiceAway."""
    found = await asyncio.gather(*(sources.evaluation(review, key) for key in GROUPINGS))
    evaluation = found[0]
    if evaluation is None:
        return await _unheard_review(sources, review)
    away: list[str] = []
    region = evaluation.review.region
    names = await _optional(sources.regions([region]), {}, away)
    groupings = _told(dict(zip(GROUPINGS, found, strict=True)))
    drawn = chart.draw(evaluation.elements, evaluation.method.bands)
    return ReviewResult(evaluation.review, evaluation.simulated, names.get(region), evaluation, drawn, groupings, away)


def _told(found: dict[str, Evaluation | None]) -> list[Grouping]:
    """The groupings that say something: not those where nobody gave the answer they go by."""
    return [
        Grouping(key, one.groups)
        for key, one in found.items()
        if one and one.groups and any(group.value and group.respondents != 0 for group in one.groups)
    ]


async def _unheard_review(sources: Sources, id: UUID) -> ReviewResult:
    review = await sources.planned_review(id)
    if review is None:
        raise NotFound("There is no review with this id.")
    away: list[str] = []
    names = await _optional(sources.regions([review.region]), {}, away)
    return ReviewResult(review, review.simulated, names.get(review.region), None, None, [], away)


def _unheard(page: ListedPage, planned: Iterable[PlannedReview]) -> list[PlannedReview]:
    """Reviews that reports has not heard of yet, newest first. What might stand on a later page of its list is left
    out: it has been heard of."""
    listed = {listed.review.id for listed in page.items}
    oldest = page.items[-1].review.period.start if page.next and page.items else None
    return sorted(
        (one for one in planned if one.id not in listed and (oldest is None or one.period.start > oldest)),
        key=lambda one: one.period.start,
        reverse=True,
    )


async def _optional(part: Awaitable[Part], otherwise: Part, away: list[str]) -> Part:
    """What a page can do without; notes whose it is when it cannot be had."""
    try:
        return await part
    except ServiceAway as error:
        away.append(error.service)
        return otherwise

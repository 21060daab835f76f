"""A review with enough people in it to be told about, and reports frozen of it."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from services.kit.testing import Cast
from tests.unit.reports import feeds
from tests.unit.reports.conftest import Reports

AGENCY = "8b7c8a52-6f0e-4bb0-9d4a-5a3c1f1f2a01"
PROGRAM = "8b7c8a52-6f0e-4bb0-9d4a-5a3c1f1f2a02"
ANSWERS = (
    {"requirements": 4, "procedure": 3, "fee": 3, "sex": "f"},
    {"requirements": 3, "procedure": 3, "fee": 4, "sex": "m"},
)
WAIT = {"wait": "30"}


@dataclass(frozen=True)
class Surveyed:
    """A review that was answered, with its one visit."""

    review: dict[str, Any]
    visit: dict[str, Any]
    questionnaire: dict[str, Any]


def surveyed(reports: Reports, count: int = 6, simulated: bool = False, **of_review: Any) -> Surveyed:
    """Put a review into the feeds, with `count` respondents of each kind of answer."""
    form = feeds.questionnaire()
    review = feeds.review(form, simulated=simulated, **of_review)
    visit = feeds.visit(review, agency=AGENCY, program=PROGRAM, program_name="Mal Pelayanan Publik", population=100)
    agency = feeds.registered("agency", AGENCY, "DPMPTSP", region=review["region"])
    program = feeds.registered("program", PROGRAM, "Mal Pelayanan Publik", region=review["region"], agency=AGENCY)
    reports.feeds.add(*feeds.created(("agency", agency), ("program", program)), feed="registry")
    reports.feeds.add(*feeds.created(("questionnaire", form), ("review", review), ("visit", visit)))
    for answers in ANSWERS:
        reports.feeds.add(*feeds.responded(visit, *feeds.same(count, **answers), simulated=simulated))
    return Surveyed(review, visit, form)


@asynccontextmanager
async def frozen(reports: Reports, **of_survey: Any) -> AsyncIterator[tuple[Cast, dict[str, Any]]]:
    """The service with a report of such a review, a draft yet."""
    survey = surveyed(reports, **of_survey)
    await reports.pull()
    async with reports.process() as cast:
        yield cast, await freeze(cast, survey.review["id"])


async def freeze(cast: Cast, subject: str, **body: Any) -> dict[str, Any]:
    """A new report of a review."""
    answer = await cast.call("POST", "/api/v1/reports", json={"kind": "review", "subject": subject} | body)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def step(cast: Cast, report: Mapping[str, Any], name: str, **body: Any) -> dict[str, Any]:
    """The report after a step in its life."""
    headers = {"If-Match": f'"{report["version"]}"'}
    answer = await cast.call("POST", f"/api/v1/reports/{report['id']}/{name}", headers=headers, json=body or None)
    assert answer.status_code == 200, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def document(cast: Cast, report: Mapping[str, Any], format: str, lang: str = "id", role: str = "admin") -> bytes:
    """A document of a report, waited for."""
    path = f"/api/v1/reports/{report['id']}/documents/{format}"
    answer = await cast.call("GET", path, role, params=WAIT | {"lang": lang})
    assert answer.status_code == 200, answer.text
    return answer.content

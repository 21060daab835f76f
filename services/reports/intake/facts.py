"""Which facts are copied from which feed, and the columns that each is found by."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Table

from services.reports.clients import REGISTRY, RESPONSES
from services.reports.tables import agencies, locations, programs, questionnaires, reviews, visits

Data = Mapping[str, Any]
RESPONSE = "response"


@dataclass(frozen=True, slots=True)
class Fact:
    """A kind of thing that is copied as it is."""

    table: Table
    columns: Callable[[Data], dict[str, Any]]


def _questionnaire(_: Data) -> dict[str, Any]:
    return {}


def _review(data: Data) -> dict[str, Any]:
    return {
        "region_code": data["region"],
        "starts_on": date.fromisoformat(data["period"]["start"]),
        "questionnaire_id": UUID(data["questionnaire"]),
        "simulated": data["simulated"],
    }


def _visit(data: Data) -> dict[str, Any]:
    return {"review_id": UUID(data["review"]), "region_code": data["region"], "agency_id": data["agency"]}


def _agency(data: Data) -> dict[str, Any]:
    return {"region_code": data["region"], "agency_id": data["id"]}


def _of_agency(data: Data) -> dict[str, Any]:
    return {"region_code": data["region"], "agency_id": data["agency"]}


FACTS: Mapping[str, Mapping[str, Fact]] = {
    RESPONSES: {
        "questionnaire": Fact(questionnaires, _questionnaire),
        "review": Fact(reviews, _review),
        "visit": Fact(visits, _visit),
    },
    REGISTRY: {
        "agency": Fact(agencies, _agency),
        "program": Fact(programs, _of_agency),
        "location": Fact(locations, _of_agency),
    },
}

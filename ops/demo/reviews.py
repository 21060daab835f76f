"""The two reviews of the demo, their questionnaire and their visits."""

from collections.abc import Mapping
from typing import Any

from ops.api import Api
from ops.demo.source import identity, load

BATANG = "review-batang"
KEDIRI = "review-kediri"
QUESTIONNAIRE = "questionnaire-skm"


def publish_questionnaire(api: Api) -> dict[str, Any]:
    """The published questionnaire of the demo."""
    skm = load(QUESTIONNAIRE)
    questionnaire, _ = api.ensure("/questionnaires", {"id": str(identity("questionnaire", skm["key"])), **skm})
    if questionnaire["status"] == "draft":
        path = f"/questionnaires/{questionnaire['id']}/publish"
        questionnaire = api.post(path, version=questionnaire["version"])[1]
    return dict(questionnaire)


def open_review(api: Api, name: str, questionnaire: Mapping[str, Any]) -> dict[str, Any]:
    """A review of the demo, open for responses, under `visits` with its visits."""
    given = load(name)
    body = review_body(given, questionnaire)
    review, _ = api.ensure("/reviews", body)
    visits = [api.ensure("/visits", visit_body(given, visit, body["id"]))[0] for visit in given["visits"]]
    if review["status"] == "planned":
        review = api.post(f"/reviews/{review['id']}/open", version=review["version"])[1]
    return {**review, "visits": visits}


def review_body(given: Mapping[str, Any], questionnaire: Mapping[str, Any]) -> dict[str, Any]:
    """A review of the file as the API takes it."""
    return {
        "id": str(identity("review", given["key"])),
        "region": given["region"],
        "title": given["title"],
        "period": {"start": given["starts_on"], "end": given["ends_on"]},
        "questionnaire": questionnaire["id"],
        "method": questionnaire["method"],
        "simulated": given["simulated"],
        "note": given["note"],
        "source": given["source"]["url"] or given["source"]["title"],
    }


def visit_body(given: Mapping[str, Any], visit: Mapping[str, Any], review: str) -> dict[str, Any]:
    """A visit of the file as the API takes it."""
    program, location = visit["program"], visit["location"]
    return {
        "id": str(identity("visit", given["key"], program or visit["name"])),
        "review": review,
        "program": str(identity("program", program)) if program else None,
        "location": str(identity("location", program, location)) if location else None,
        "name": visit.get("name") or _name(program, location),
        "date": visit["date"],
        "target": visit["target"],
        "population": visit["population"],
        "services": visit["services"],
    }


def _name(program: str, location: str) -> str:
    found = next(one for one in load("batang")["programs"] if one["slug"] == program)
    place = next(one for one in found["locations"] if one["slug"] == location)
    name, where = str(found["name"]), str(place["name"])
    return name if name == where else f"{name}, {where}"


def published_index() -> str:
    """The index that was published for Kota Kediri."""
    return str(load(KEDIRI)["published"]["index"])

"""The change feeds that reports reads: what programs and surveys really send has the shape of the golden files, and
reports comes to the same index from those as from the real feeds."""

import json
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson
import pytest

from services.kit.database import Database
from services.kit.testing import Cluster, Signer, database_name
from services.reports.clients import FEEDS, FeedPage
from services.reports.intake import service as intake
from services.reports.rebuilds.repository import digest
from tests.contract.shapes import shape
from tests.support.world import World, world
from tests.unit.reports import feeds as played
from tests.unit.reports.conftest import eventually
from tests.unit.surveys import files

GOLDEN = Path(__file__).parent / "data" / "feeds"


def id(kind: str, number: int = 1) -> str:
    """The same id in every run: golden files hold it."""
    kinds = ("agency", "program", "location", "questionnaire", "review", "visit", "response", "attachment")
    return str(UUID(f"c0de0000-0000-4000-8000-{kinds.index(kind):04d}{number:08d}"))


def words(text: str) -> dict[str, str]:
    return {"id": text, "en": f"{text} (en)"}


def questions() -> list[dict[str, Any]]:
    """One of each kind, and two that are scored."""
    options = [{"value": value, "label": words(f"value {value}")} for value in (1, 2, 3, 4)]
    score = {"kind": "score", "options": options}
    return [
        score | {"key": "requirements", "code": "U1", "text": words("Requirements?"), "not_applicable": False},
        score | {"key": "fee", "code": None, "text": words("Fee?"), "not_applicable": True},
        {
            "kind": "choice", "key": "sex", "text": words("Sex"), "group": True,
            "options": [{"value": value, "label": words(value)} for value in ("f", "m")],
        },
        {"kind": "choice", "key": "service", "text": words("Service"), "group": True, "options_from": "visit"},
        {"kind": "text", "key": "aspiration", "text": words("Wish"), "role": "aspiration", "max_length": 200},
        {"kind": "attachment", "key": "photo", "text": words("Photo"), "media": "image"},
    ]  # fmt: skip


ANSWERS: list[dict[str, Any]] = [
    {
        "requirements": 4,
        "fee": "not_applicable",
        "sex": "f",
        "service": "card",
        "aspiration": "More",
        "photo": [id("attachment")],
    },
    {"requirements": 3, "fee": 2, "sex": "m"},
]

POSITION = {"longitude": 109.73, "latitude": -6.91, "accuracy": 15}

AGENCY = {"id": id("agency"), "region": "33.25", "slug": "health", "name": "Dinas Kesehatan", "short_name": "Dinkes"}
PROGRAM = {
    "id": id("program"), "region": "33.25", "slug": "psc", "name": "PSC 119", "agency": id("agency"),
    "description": words("Emergency care"), "dimension": "living", "sub_dimension": None, "status": "running",
    "quick_win": False, "free_of_charge": True, "started": "2017",
}  # fmt: skip
LOCATION = {
    "id": id("location"), "program": id("program"), "slug": "clinic", "name": "Puskesmas", "address": "Jl. Baru 1",
    "district": "33.25.11", "point": {"type": "Point", "coordinates": [109.73, -6.91]},
}  # fmt: skip
FORM = {
    "id": id("questionnaire"), "key": "golden", "region": None, "title": words("Form"), "source": "Own wording",
    "method": "skm-2017", "questions": questions(),
}  # fmt: skip
REVIEW = {
    "id": id("review"), "region": "33.25", "title": words("Review"), "questionnaire": id("questionnaire"),
    "period": {"start": "2020-03-02", "end": "2020-03-06"}, "simulated": False, "note": words("A note"),
    "source": "Own survey",
}  # fmt: skip
VISIT = {
    "id": id("visit"), "review": id("review"), "program": id("program"), "location": id("location"),
    "name": "Puskesmas", "date": "2020-03-03", "target": 50, "population": 120,
    "services": [{"value": "card", "label": words("Card")}], "quotas": {"sex": {"f": 30}},
    "hours": {"opens": "08:00", "closes": "15:00", "days": [1, 2, 3, 4, 5]},
}  # fmt: skip


async def play(made: World) -> None:
    """Make one of everything, and change what can be changed."""

    async def step(service: str, path: str, body: Any = None, version: int | None = None, method: str = "POST") -> Any:
        headers = {"If-Match": f'"{version}"'} if version else {}
        return await made.make(service, method, path, json=body, headers=headers)

    await step("programs", "/agencies", AGENCY)
    await step("programs", "/programs", PROGRAM)
    await step("programs", "/locations", LOCATION)
    await step("surveys", "/questionnaires", FORM)
    await step("surveys", f"/questionnaires/{FORM['id']}/publish", version=1)
    await step("surveys", "/reviews", REVIEW)
    await step("surveys", "/visits", VISIT)
    await step("surveys", f"/visits/{VISIT['id']}", VISIT | {"target": 60}, 1, "PUT")
    await step("surveys", f"/reviews/{REVIEW['id']}/open", version=1)
    for number in range(1, len(ANSWERS) + 1):
        await step("surveys", "/responses", sent_response(number))
    await add_photo(made)
    await change(step)
    await step("surveys", f"/reviews/{REVIEW['id']}/close", version=2)
    await step("surveys", f"/questionnaires/{FORM['id']}/retire", version=2)
    await step("programs", f"/agencies/{AGENCY['id']}", AGENCY | {"name": "Dinas Kesehatan Batang"}, 1, "PUT")
    await step("programs", f"/locations/{LOCATION['id']}/archive", version=1)


async def change(step: Callable[..., Awaitable[Any]]) -> None:
    """Correct, judge, delete and restore responses; the index is that of `ANSWERS` in the end."""
    why = {"reason": "An example"}
    first, second = (f"/responses/{id('response', number)}" for number in (1, 2))
    corrected = sent_response(1) | why
    await step("surveys", first, corrected | {"answers": ANSWERS[0] | {"requirements": 1}}, 1, "PUT")
    await step("surveys", first, corrected, 2, "PUT")
    await step("surveys", f"{second}?reason=An+example", None, 1, "DELETE")
    await step("surveys", f"{second}/restore", why, 2)
    await step("surveys", f"{second}/review", {"state": "accepted"}, 3)


async def add_photo(made: World) -> None:
    """Upload the photo that the first response names, and delete it."""
    content, said = files.photo(), files.described(sent_response(1), id=id("attachment"))
    headers = files.announcing(said, len(content)) | {"Content-Type": files.CHUNK}
    for method, path, request in (
        ("POST", "/attachments", {"headers": headers, "content": content}),
        ("DELETE", f"/attachments/{said['id']}", {"params": {"reason": "An example"}}),
    ):
        answer = await made.call("surveys", method, path, **request)
        assert answer.is_success, answer.text


def sent_response(number: int) -> dict[str, Any]:
    return {
        "id": id("response", number), "visit": id("visit"), "filled_at": "2020-03-03T09:30:00+07:00",
        "answers": ANSWERS[number - 1], "simulated": False, "device": "tablet-1",
    } | ({"language": "jv", "position": POSITION} if number == 1 else {})  # fmt: skip


@pytest.fixture
async def made(cluster: Cluster, signer: Signer, tmp_path: Path) -> AsyncIterator[World]:
    async with world(cluster, signer, database_name("feeds"), tmp_path) as three:
        await play(three)
        yield three


def golden(name: str) -> Any:
    return json.loads((GOLDEN / f"{name}.json").read_text())


async def sent(made: World, name: str) -> Any:
    """The whole feed as reports gets it."""
    service = {"registry": "programs", "responses": "surveys"}[name]
    answer = await made.call(service, "GET", f"/changes/{name}", "integrator", params={"limit": "1000"})
    assert answer.status_code == 200, answer.text
    return answer.json()


def told(page: Any) -> list[tuple[str, str, str, int]]:
    return [(one["entity"], one["id"], one["action"], one["version"]) for one in page["items"]]


@pytest.mark.parametrize("name", FEEDS)
async def test_the_real_feeds_send_what_reports_was_tested_with(made: World, name: str) -> None:
    page, known = await sent(made, name), golden(name)
    assert told(page) == told(known)
    assert [shape(one) for one in page["items"]] == [shape(one) for one in known["items"]]
    assert shape(page) == shape(known)


async def test_reports_comes_to_the_same_from_the_real_feeds_and_from_the_golden_files(
    made: World, cluster: Cluster
) -> None:
    url = await cluster.clone("reports", f"{database_name('reports')}_golden")
    database = Database(url, "reports", pool=1)
    try:
        for name in FEEDS:
            page = FeedPage.read(orjson.dumps(golden(name)))
            assert await intake.apply(database, name, None, page)
        async with database.reading() as reading:
            expected = await digest(reading, await intake.generation(reading))
    finally:
        await database.close()
    assert await read_by_reports(made) == expected


async def read_by_reports(made: World) -> str:
    """Wait until reports has everything; then the digest of its sums."""
    wanted = {name: len((await sent(made, name))["items"]) for name in FEEDS}

    async def seen() -> dict[str, int]:
        answer = await made.call("reports", "GET", "/indexes/freshness")
        return {name: feed["changes"] for name, feed in answer.json().items()}

    await eventually(seen, lambda now: now == wanted)
    index = (await made.call("reports", "GET", "/indexes", params={"review": id("review"), "group_by": "sex"})).json()
    assert (index["respondents"], index["review"]["status"], index["elements"][0]["sum"]) == (2, "closed", 7)
    assert index["sample"]["population"] == 120
    by_program = await made.call("reports", "GET", "/indexes", params={"review": id("review"), "group_by": "program"})
    assert by_program.json()["groups"][0]["label"]["id"] == "PSC 119"
    database: Database = made.casts["reports"].app.state.database
    async with database.reading() as reading:
        return await digest(reading, await intake.generation(reading))


def of_entity(items: Sequence[dict[str, Any]], entity: str) -> list[dict[str, Any]]:
    return [one for one in items if one["entity"] == entity]


def test_what_the_unit_tests_play_has_the_fields_of_the_golden_files() -> None:
    form = played.questionnaire(("requirements",), ("sex", "service"))
    review = played.review(form)
    visit = played.visit(review)
    response = played.response(visit, {})
    for entity, data in {"questionnaire": form, "review": review, "visit": visit, "response": response}.items():
        known = of_entity(golden("responses")["items"], entity)[0]
        assert played.change(entity, data).keys() == known.keys()
        assert data.keys() == known["data"].keys(), entity
    for kind in ("score", "choice", "text"):
        known = next(one for one in of_entity(golden("responses")["items"], "questionnaire")[0]["data"]["questions"]
                     if one["kind"] == kind)  # fmt: skip
        assert {frozenset(one) for one in form["questions"] if one["kind"] == kind} == {frozenset(known)}
    for entity in ("agency", "program", "location"):
        known = of_entity(golden("registry")["items"], entity)[0]["data"]
        assert played.registered(entity, id("agency"), "Name").keys() <= known.keys()

"""Open311 through the API: accepted aspirations and nothing else, told by the names of the standard, in both forms."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4, uuid5
from xml.etree import ElementTree

import pytest

from services.kit.testing import Cast
from services.reports.clock import clock
from tests.unit.reports import feeds
from tests.unit.reports.conftest import Reports

API = "/open311/v2"
AGENCY, PROGRAM, LOCATION = str(uuid4()), str(uuid4()), str(uuid4())
ABOUT = {"dimension": "governance", "description": {"id": "Semua layanan di satu tempat.", "en": None}}
FORM = feeds.questionnaire()
REVIEW = feeds.review(FORM)
PRACTICE = feeds.review(FORM, simulated=True)
VISIT = feeds.visit(REVIEW, agency=AGENCY, program=PROGRAM, location=LOCATION)
ELSEWHERE = feeds.visit(REVIEW)
PRACTISED = feeds.visit(PRACTICE)
NOW = datetime(2020, 3, 10, 3, tzinfo=UTC)
WISHES = {
    "lamp": (VISIT, "Lampu jalan <mati> & gelap"),
    "fee": (VISIT, "Parkir gratis"),
    "queue": (ELSEWHERE, "Antrean jangan lama"),
    "practice": (PRACTISED, "Hanya latihan"),
}
# In the order in which the specification lists them, and our own.
FIELDS = [
    "service_request_id", "status", "status_notes", "service_name", "service_code", "description",
    "agency_responsible", "service_notice", "requested_datetime", "updated_datetime", "expected_datetime", "address",
    "address_id", "zipcode", "lat", "long", "media_url", "simulated",
]  # fmt: skip


@dataclass
class Asked:
    """A process of the service that knows some wishes."""

    cast: Cast
    ids: dict[str, str]

    async def get(self, path: str, code: int = 200, **params: str) -> Any:
        """What everybody gets as JSON."""
        answer = await self.cast.call("GET", f"{API}{path}", "public", params=params)
        assert answer.status_code == code, answer.text
        return answer.json()

    async def names(self, **params: str) -> list[str]:
        """Which wishes a list of requests has, in its order."""
        of = {id: name for name, id in self.ids.items()}
        return [of[one["service_request_id"]] for one in await self.get("/requests.json", **params)]

    async def team(self, method: str, path: str, version: int | None = None, **body: Any) -> Any:
        headers = {} if version is None else {"If-Match": f'"{version}"'}
        answer = await self.cast.call(method, f"/api/v1{path}", "admin", json=body, headers=headers)
        assert answer.is_success, answer.text
        return answer.json()

    async def accept(self, *names: str) -> None:
        for name in names:
            await self.team("POST", f"/aspirations/{self.ids[name]}/accept", 1)

    async def plan(self, *names: str) -> str:
        """A follow-up for some wishes."""
        body = {
            "agency": AGENCY, "title": "Lampu dipasang", "action": "Pasang", "class": "light",
            "origin": {"aspirations": [self.ids[name] for name in names]},
        }  # fmt: skip
        return str((await self.team("POST", "/followups", **body))["id"])


@pytest.fixture
async def asked(reports: Reports) -> AsyncIterator[Asked]:
    things = [("questionnaire", FORM), ("review", REVIEW), ("review", PRACTICE)]
    reports.feeds.add(*feeds.created(*things, ("visit", VISIT), ("visit", ELSEWHERE), ("visit", PRACTISED)))
    place = {"address": "Jl. Urip Sumoharjo 13", "point": {"type": "Point", "coordinates": [109.73, -6.91]}}
    registry = (
        ("agency", feeds.registered("agency", AGENCY, "DPMPTSP")),
        ("program", feeds.registered("program", PROGRAM, "Mal Pelayanan Publik", **ABOUT)),
        ("location", feeds.registered("location", LOCATION, "Mal", program=PROGRAM, **place)),
    )
    reports.feeds.add(*feeds.created(*registry), feed="registry")
    ids = {}
    for hour, (name, (visit, text)) in enumerate(WISHES.items(), start=1):
        one = feeds.response(visit, {"aspiration": text}, simulated=name == "practice")
        reports.feeds.add(feeds.change("response", one | {"received_at": f"2020-03-0{hour}T02:00:00Z"}))
        ids[name] = str(uuid5(UUID(one["id"]), "aspiration"))
    await reports.pull()
    async with reports.process() as cast:
        cast.app.dependency_overrides[clock] = lambda: NOW
        yield Asked(cast, ids)


async def test_only_what_was_accepted_is_there_and_simulated_ones_for_whoever_asks(asked: Asked) -> None:
    assert await asked.names() == []
    await asked.accept(*WISHES)
    assert await asked.names() == ["queue", "fee", "lamp"]
    assert await asked.names(simulated="true") == ["practice"]
    (practice,) = await asked.get("/requests.json", simulated="true")
    assert practice["simulated"] is True
    assert practice["description"].startswith("[SIMULASI / SIMULATED] ")
    await asked.get(f"/requests/{asked.ids['practice']}.json", 404)
    await asked.get(f"/requests/{asked.ids['practice']}.json", simulated="true")


async def test_a_request_has_the_fields_of_the_standard_in_both_forms(asked: Asked) -> None:
    await asked.accept("lamp")
    (one,) = await asked.get("/requests.json")
    assert list(one) == FIELDS
    assert one | {"updated_datetime": ""} == {
        "service_request_id": asked.ids["lamp"], "status": "open",
        "status_notes": "Diterima; belum ada rencana tindak lanjut.", "service_name": "Mal Pelayanan Publik",
        "service_code": PROGRAM, "description": "Lampu jalan <mati> & gelap", "agency_responsible": "DPMPTSP",
        "service_notice": None, "requested_datetime": "2020-03-01T02:00:00+00:00", "updated_datetime": "",
        "expected_datetime": None, "address": "Jl. Urip Sumoharjo 13", "address_id": LOCATION, "zipcode": None,
        "lat": -6.91, "long": 109.73, "media_url": None, "simulated": False,
    }  # fmt: skip
    answer = await asked.cast.call("GET", f"{API}/requests/{asked.ids['lamp']}.xml", "public")
    assert answer.headers["content-type"] == "text/xml; charset=utf-8"
    tree = ElementTree.fromstring(answer.content)
    assert (tree.tag, [child.tag for child in tree]) == ("service_requests", ["request"])
    assert {child.tag: child.text for child in tree[0]} == {
        name: None if value is None else str(value).lower() if isinstance(value, bool) else str(value)
        for name, value in one.items()
    }


async def test_what_is_done_shows_and_closes_it(asked: Asked) -> None:
    await asked.accept("lamp", "queue")
    followup = await asked.plan("lamp")
    (lamp,) = await asked.get("/requests.json", service_request_id=asked.ids["lamp"])
    assert (lamp["status"], lamp["status_notes"]) == ("open", "Lampu dipasang: Direncanakan")
    due = (await asked.team("GET", f"/followups/{followup}"))["due_on"]
    assert lamp["expected_datetime"] == f"{due}T23:59:59+07:00"
    for version, step in enumerate(("start", "finish", "verify"), start=1):
        assert await asked.names(status="closed") == []
        await asked.team("POST", f"/followups/{followup}/{step}", version, note="Sudah")
    assert (await asked.names(status="closed"), await asked.names(status="open")) == (["lamp"], ["queue"])
    (lamp,) = await asked.get(f"/requests/{asked.ids['lamp']}.json")
    assert (lamp["status"], lamp["expected_datetime"]) == ("closed", None)
    assert lamp["status_notes"] == "Lampu dipasang: Selesai dan sudah diperiksa"


async def test_requests_are_found_by_time_service_and_jurisdiction(asked: Asked) -> None:
    await asked.accept("lamp", "fee", "queue")
    assert await asked.names(start_date="2020-03-02T00:00:00Z", end_date="2020-03-02T23:00:00+07:00") == ["fee"]
    assert await asked.names(end_date="2020-03-01T12:00:00Z") == ["lamp"]
    assert await asked.names(start_date="2020-06-01T00:00:00Z") == []
    assert await asked.names(service_code=PROGRAM) == ["fee", "lamp"]
    assert await asked.names(service_code="aspirasi") == ["queue"]
    assert await asked.names(service_code=f"{PROGRAM},aspirasi") == ["queue", "fee", "lamp"]
    assert await asked.names(service_code="nonsense") == []
    assert await asked.names(jurisdiction_id="33") == ["queue", "fee", "lamp"]
    assert await asked.names(jurisdiction_id="35.71") == []
    assert await asked.names(service_request_id=f"{asked.ids['fee']},{asked.ids['lamp']}", status="closed") == [
        "fee", "lamp",
    ]  # fmt: skip


async def test_services_are_the_programmes(asked: Asked) -> None:
    program, other = await asked.get("/services.json")
    assert (program["service_code"], program["service_name"], program["type"]) == (
        PROGRAM, "Mal Pelayanan Publik", "batch",
    )  # fmt: skip
    assert program["description"] == "Semua layanan di satu tempat."
    assert (program["metadata"], program["keywords"], program["group"]) == (False, "governance", "33.25")
    assert other["service_code"] == "aspirasi"
    assert len(await asked.get("/services.json", jurisdiction_id="35.71")) == 1
    for code in (PROGRAM, "aspirasi"):
        assert await asked.get(f"/services/{code}.json") == {"service_code": code, "attributes": []}
    answer = await asked.cast.call("GET", f"{API}/services.xml", "public")
    tree = ElementTree.fromstring(answer.content)
    assert (tree.tag, [child.tag for child in tree]) == ("services", ["service", "service"])
    assert tree[0].findtext("metadata") == "false"


async def test_discovery_names_the_address_that_the_client_knows(asked: Asked) -> None:
    headers = {"X-Forwarded-Host": "tinjau.example", "X-Forwarded-Proto": "https"}
    answer = await asked.cast.call("GET", f"{API}/discovery.xml", "public", headers=headers)
    tree = ElementTree.fromstring(answer.content)
    assert tree.tag == "discovery"
    endpoint = tree.find("endpoints/endpoint")
    assert endpoint is not None
    assert endpoint.findtext("url") == "https://tinjau.example/open311/v2"
    assert [one.text for one in endpoint.findall("formats/format")] == ["text/xml", "application/json"]


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/requests.json?start_date=nonsense", 400),
        ("/requests.json?start_date=2020-01-01&end_date=2020-12-31", 400),
        ("/requests.json?status=pending", 400),
        ("/services.json?jurisdiction_id=batang", 404),
        ("/services/nothing.json", 404),
        ("/services/00000000-0000-4000-8000-000000000000.json", 404),
        ("/requests/nothing.json", 404),
        ("/requests.xml?status=pending", 400),
        ("/requests.csv", 404),
    ],
)
async def test_errors_are_those_of_the_standard(asked: Asked, path: str, code: int) -> None:
    answer = await asked.cast.call("GET", API + path, "public")
    assert answer.status_code == code
    if ".json" in path:
        (error,) = answer.json()
        assert error["code"] == code
        assert error["description"]
    else:
        tree = ElementTree.fromstring(answer.content)
        assert (tree.tag, [child.tag for child in tree]) == ("errors", ["error"])
        assert tree.findtext("error/code") == str(code)

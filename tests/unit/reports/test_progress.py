"""Progress of programmes: published counts by value, what counts as achieved, and two years side by side."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.kit.testing import Cast
from services.reports.progress import rules
from services.reports.progress.domain import Count, Figure, Programme, Rule, counts, recap_faults, rounded, total
from tests.unit.reports import bodies, feeds
from tests.unit.reports.conftest import Reports

API = "/api/v1/progress"
BATANG = "33.25"
# Kabupaten Batang, 2022: achieved and all programmes of each dimension, and the shares as they were printed.
PRINTED = {
    "governance": (35, 39, "89.7"), "branding": (6, 7, "85.7"), "economy": (8, 10, "80.0"), "living": (5, 6, "83.3"),
    "society": (10, 12, "83.3"), "environment": (6, 6, "100.0"),
}  # fmt: skip
RULE = rules.find(None)


def figures(*pairs: tuple[int | None, int | None]) -> Programme:
    """A programme with these (target, achievement) in 2022."""
    made = {
        (f"indicator {place}", None): Figure(
            None if target is None else Fraction(target), None if reached is None else Fraction(reached)
        )
        for place, (target, reached) in enumerate(pairs)
    }
    return Programme("living", {2022: made})


def test_the_printed_shares_of_batang_are_those_of_its_counts() -> None:
    found = {key: Count(achieved, of) for key, (achieved, of, _) in PRINTED.items()}
    assert {key: rounded(one.share, 1) for key, one in found.items()} == {
        k: share for k, (_, _, share) in PRINTED.items()
    }
    whole = total(found.values())
    assert (whole.achieved, whole.total, rounded(whole.share, 1)) == (70, 80, "87.5")


@pytest.mark.parametrize(
    ("programme", "achieved"),
    [
        (figures((10, 10)), True),
        (figures((10, 9)), False),
        (figures((10, 11), (5, 5)), True),
        (figures((10, 11), (5, 4)), False),
        (figures((10, None)), False),
        (figures((0, 0)), True),
        (figures((None, 7)), None),
        (figures((None, 7), (3, 3)), True),
        (Programme("living"), None),
    ],
)
def test_a_programme_is_achieved_when_every_target_was_reached(programme: Programme, achieved: bool | None) -> None:
    assert programme.achieved(2022, RULE) is achieved


def test_another_rule_counts_otherwise() -> None:
    said = {name: getattr(RULE, name) for name in Rule.__slots__} | {"every_indicator": False, "missing_counts": False}
    any_of = Rule(**said)
    assert figures((10, 11), (5, 4)).achieved(2022, any_of) is True
    assert figures((10, None)).achieved(2022, any_of) is None
    assert figures((10, None), (5, 5)).achieved(2022, any_of) is True


@given(st.lists(st.sampled_from([figures((1, 1)), figures((2, 1)), figures((None, 1))]), max_size=30))
def test_every_programme_is_in_one_of_three_counts(programmes: list[Programme]) -> None:
    count = counts(programmes, 2022, RULE).get("living", Count())
    assert count.achieved <= count.total
    assert count.total + count.without_target == len(programmes)
    assert (count.share is None) == (count.total == 0)


def test_recorded_counts_are_of_known_dimensions_once_each_and_no_more_than_there_are() -> None:
    faults = recap_faults([("living", 3, 2), ("living", 1, 2), ("housing", 1, 1)], RULE)
    assert [(pointer, code) for pointer, code, _ in faults] == [
        ("/counts/0/achieved", "more_than_total"),
        ("/counts/1/dimension", "repeated"),
        ("/counts/2/dimension", "unknown_dimension"),
    ]


@dataclass
class Office:
    """The service with some programmes in it."""

    reports: Reports
    cast: Cast

    async def hear(self, *programs: feeds.Thing) -> None:
        self.reports.feeds.add(*feeds.created(*(("program", one) for one in programs)), feed="registry")
        await self.reports.pull()

    async def read(self, role: str = "public", **params: str) -> Any:
        answer = await self.cast.call("GET", API, role, params={"region": BATANG, "to": "2022"} | params)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def send(
        self, method: str, path: str, role: str = "ministry", region: str | None = None, **request: Any
    ) -> Any:
        claims = {"region": region} if region else None
        return await self.cast.call(method, f"{API}{path}", role, claims, **request)


@pytest.fixture
async def office(reports: Reports) -> AsyncIterator[Office]:
    async with reports.process() as cast:
        yield Office(reports, cast)


def program(name: str, dimension: str = "living", years: Any = (), **other: Any) -> feeds.Thing:
    said = {
        "dimension": dimension, "sub_dimension": None, "quick_win": None, "status": "running",
        "years": [{"year": year, "indicator": indicator, "target": target, "achievement": achievement, "unit": unit}
                  for year, indicator, target, achievement, unit in years],
    }  # fmt: skip
    return feeds.registered("program", str(uuid4()), name, **(said | other))


async def test_two_years_of_the_registry_side_by_side(office: Office) -> None:
    psc = program(
        "PSC 119",
        years=[(2021, "calls", "100", "90", "calls"), (2022, "calls", "120", "120.5", "calls"),
               (2022, "cars", "4", "4", None)],
    )  # fmt: skip
    await office.hear(
        psc,
        program("Puskesmas", years=[(2021, "beds", "10", "10", None), (2022, "beds", "12", "11", None)]),
        program("Pasar", "economy", years=[(2022, "stalls", None, "7", None)]),
        program("Gone", archived=True, years=[(2022, "x", "1", "1", None)]),
        program("Elsewhere", region="35.71", years=[(2022, "x", "1", "1", None)]),
    )
    answer = await office.read()
    assert (answer["before"], answer["after"], answer["recap"]) == (2021, 2022, None)
    economy, living = answer["registry"]["dimensions"]
    assert (economy["dimension"], economy["label"]["id"]) == ("economy", "Smart Economy")
    assert economy["after"] == {"achieved": 0, "total": 0, "without_target": 1, "share": None, "exact": None}
    assert [living[when]["achieved"] for when in ("before", "after")] == [1, 1]
    assert (living["before"]["share"], living["after"]["share"], living["change"]) == ("50.0", "50.0", "0.0")
    assert answer["registry"]["total"]["after"] == {
        "achieved": 1, "total": 2, "without_target": 1, "share": "50.0", "exact": "50",
    }  # fmt: skip
    (one,) = [each for each in answer["programs"] if each["id"] == psc["id"]]
    assert (one["achieved_before"], one["achieved_after"], one["status"]) == (False, True, "running")
    assert one["indicators"] == [
        {"indicator": "calls", "unit": "calls", "change": "30.5",
         "before": {"target": "100", "achievement": "90", "reached": False, "share": "90.0"},
         "after": {"target": "120", "achievement": "120.5", "reached": True, "share": "100.4"}},
        {"indicator": "cars", "unit": None, "change": None, "before": None,
         "after": {"target": "4", "achievement": "4", "reached": True, "share": "100.0"}},
    ]  # fmt: skip
    assert {one["name"] for one in answer["programs"]} == {"PSC 119", "Puskesmas", "Pasar"}
    assert answer["rule"]["id"] == "target-reached"
    assert answer["rule"]["source"] is None
    assert answer["cursor"]
    assert (await office.read())["digest"] == answer["digest"]
    await office.hear(program("New", years=[(2022, "x", "1", "1", None)]))
    assert (await office.read())["digest"] != answer["digest"]


async def test_a_recap_of_batang_stands_beside_the_registry_with_its_source(office: Office) -> None:
    counts = [{"dimension": key, "achieved": got, "total": of} for key, (got, of, _) in PRINTED.items()]
    created = await office.send("POST", "/recaps", json=bodies.recap(region=BATANG, year=2022, counts=counts))
    assert created.status_code == 201, created.text
    assert created.headers["location"] == f"{API}/recaps/{created.json()['id']}"
    answer = await office.read(**{"from": "2020"})
    recap = answer["recap"]
    assert {one["dimension"]: one["after"]["share"] for one in recap["dimensions"]} == {
        key: share for key, (_, _, share) in PRINTED.items()
    }
    assert recap["total"]["after"]["share"] == "87.5"
    assert recap["total"]["after"]["exact"] == "175/2"
    assert (recap["total"]["before"], recap["total"]["change"]) == (None, None)
    assert recap["sources"]["2022"]["url"] == "https://example.org/recap"
    assert answer["registry"]["total"]["after"]["total"] == 0
    # a recap of the year before gives the change, from exact shares
    await office.send("POST", "/recaps", json=bodies.recap(region=BATANG, year=2021))
    assert (await office.read())["recap"]["total"]["change"] == "-2.2"


async def test_a_recap_is_corrected_with_a_reason_and_all_of_it_is_remembered(office: Office) -> None:
    body = bodies.recap(id=str(uuid4()))
    first = await office.send("POST", "/recaps", "team", BATANG, json=body)
    assert (first.status_code, first.headers["etag"]) == (201, '"1"')
    path = f"/recaps/{body['id']}"
    better = body | {"counts": [{"dimension": "governance", "achieved": 36, "total": 39}], "reason": "Misread"}
    assert (await office.send("PUT", path, json=better)).status_code == 428
    changed = await office.send("PUT", path, json=better, headers={"If-Match": '"1"'})
    assert (changed.status_code, changed.json()["version"], changed.json()["counts"][0]["achieved"]) == (200, 2, 36)
    assert (await office.send("PUT", path, json=better, headers={"If-Match": '"1"'})).status_code == 412
    moved = await office.send("PUT", path, json=better | {"year": 2199}, headers={"If-Match": '"2"'})
    assert (moved.status_code, moved.json()["errors"][0]["pointer"]) == (409, "/year")
    events = (await office.send("GET", f"{path}/history")).json()["items"]
    assert [(one["action"], one["version"], one["by"], one["role"], one["reason"]) for one in events] == [
        ("created", 1, "test:team", "team", None), ("updated", 2, "test:ministry", "ministry", "Misread"),
    ]  # fmt: skip
    assert events[0]["detail"]["counts"][0]["achieved"] == 35
    feed = (await office.cast.call("GET", "/api/v1/changes/reports")).json()["items"]
    assert [(one["entity"], one["action"], one["data"]["counts"][0]["achieved"]) for one in feed] == [
        ("recap", "created", 35), ("recap", "updated", 36),
    ]  # fmt: skip
    assert (await office.send("GET", path, "public")).json() == changed.json()


async def test_what_is_refused(office: Office) -> None:
    body = bodies.recap()
    assert (await office.send("POST", "/recaps", json=body)).status_code == 201
    again = await office.send("POST", "/recaps", json=body)
    assert (again.status_code, again.json()["type"]) == (409, "/problems/already-recorded")
    wrong = await office.send(
        "POST", "/recaps", json=bodies.recap(counts=[{"dimension": "x", "achieved": 1, "total": 1}])
    )
    assert (wrong.status_code, wrong.json()["errors"][0]["pointer"]) == (422, "/counts/0/dimension")
    assert (await office.send("POST", "/recaps", "team", "35.71", json=bodies.recap())).status_code == 404
    for role in ("agency", "mentor", "assessor", "public"):
        assert (await office.send("POST", "/recaps", role, BATANG, json=bodies.recap())).status_code in {401, 403}
    assert (await office.send("GET", f"/recaps/{uuid4()}")).status_code == 404
    assert (await office.send("GET", f"/recaps/{uuid4()}/history")).status_code == 404
    put = await office.send("PUT", f"/recaps/{uuid4()}", json=body | {"reason": "x"}, headers={"If-Match": '"1"'})
    assert put.status_code == 404
    for params, status in (
        ({"from": "2022"}, 422), ({"rule": "none"}, 422), ({"region": "Batang"}, 422), ({"from": "1700"}, 422),
    ):  # fmt: skip
        answer = await office.send("GET", "", "public", params={"region": BATANG, "to": "2022"} | params)
        assert answer.status_code == status, params


async def test_recaps_are_listed_by_region_and_year(office: Office) -> None:
    for region, year in (("33.25", 2022), ("33.25", 2021), ("35.71", 2022), ("33", 2022)):
        await office.send("POST", "/recaps", json=bodies.recap(region=region, year=year))

    async def listed(**params: str) -> list[tuple[str, int]]:
        found: list[tuple[str, int]] = []
        cursor: dict[str, str] = {}
        while True:
            page = (await office.send("GET", "/recaps", "public", params=params | {"limit": "1"} | cursor)).json()
            found += [(one["region"], one["year"]) for one in page["items"]]
            if page["next"] is None:
                return found
            cursor = {"cursor": page["next"]}

    assert await listed() == [("33", 2022), ("33.25", 2021), ("33.25", 2022), ("35.71", 2022)]
    assert await listed(region="33") == [("33", 2022), ("33.25", 2021), ("33.25", 2022)]
    assert await listed(region="33", year="2021") == [("33.25", 2021)]
    assert (await office.send("GET", "/recaps", params={"cursor": "x"})).status_code == 400


async def test_rules_are_told_with_what_they_leave_open(office: Office) -> None:
    (rule,) = (await office.send("GET", "/rules", "public")).json()["items"]
    assert (rule["id"], rule["indicators"], rule["missing_achievement"]) == ("target-reached", "all", "not_reached")
    assert [one["key"] for one in rule["dimensions"]] == list(PRINTED)

"""Indexes through the API: what they say by value, to whom in detail, and what they refuse."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any
from uuid import uuid4

import pytest

from services.kit.testing import Cast
from services.reports.index.suppression import ENOUGH
from tests.unit.reports import feeds
from tests.unit.reports.conftest import Reports

API = "/api/v1/indexes"
ELEMENTS = ("requirements", "procedure", "fee")
FORM = feeds.questionnaire(ELEMENTS, ("sex", "service"), id="11111111-1111-4111-8111-111111111111")
REVIEW = feeds.review(
    FORM, id="22222222-2222-4222-8222-222222222222", source="https://example.org/review", note=feeds.words("A note")
)
HEALTH, TRADE = "33333333-3333-4333-8333-333333333331", "33333333-3333-4333-8333-333333333332"
CLINIC, MARKET = "44444444-4444-4444-8444-444444444441", "44444444-4444-4444-8444-444444444442"
HEALTH_AGENCY = "55555555-5555-4555-8555-555555555555"
VISITS = {
    "clinic": feeds.visit(
        REVIEW, name="Klinik", program=HEALTH, program_name="PSC 119", location=CLINIC, location_name="Puskesmas",
        agency=HEALTH_AGENCY, population=100, services=[{"value": "call", "label": feeds.words("Call")}],
    ),
    "market": feeds.visit(
        REVIEW, name="Pasar", program=TRADE, program_name="Minggon", location=MARKET, location_name="Hutan",
        population=50,
    ),
    "office": feeds.visit(REVIEW, name="Kantor", services=[]),
}  # fmt: skip
WOMAN = {"requirements": 4, "procedure": 3, "fee": "not_applicable", "sex": "f"}
MAN = {"requirements": 2, "procedure": 2, "fee": 3, "sex": "m"}


@dataclass
class Reading:
    """The service with some reviews in it."""

    reports: Reports
    cast: Cast

    async def hear(self, *changes: feeds.Thing, feed: str = "responses") -> None:
        """Take in further changes."""
        self.reports.feeds.add(*changes, feed=feed)
        await self.reports.pull()

    async def index(self, role: str | None = "admin", claims: Mapping[str, str] | None = None, **params: str) -> Any:
        """An index of the review, as a role."""
        answer = await self.cast.call("GET", API, role, claims, params={"review": REVIEW["id"]} | params)
        assert answer.status_code == 200, answer.text
        return answer.json()


@pytest.fixture
async def reading(reports: Reports) -> AsyncIterator[Reading]:
    """A review of three visits, which nobody has answered yet."""
    things = [("questionnaire", FORM), ("review", REVIEW), *(("visit", visit) for visit in VISITS.values())]
    async with reports.process() as cast:
        made = Reading(reports, cast)
        await made.hear(*feeds.created(*things))
        yield made


def of(answer: Any, value: str) -> Any:
    """A group of an answer."""
    return next(group for group in answer["groups"] if group["value"] == value)


async def test_an_index_by_value(reading: Reading) -> None:
    await reading.hear(*feeds.responded(VISITS["clinic"], *feeds.same(3, **WOMAN), MAN))
    answer = await reading.index()
    assert (answer["respondents"], answer["suppressed"], answer["simulated"]) == (4, False, False)
    assert answer["review"] == {
        name: REVIEW[name] for name in ("id", "title", "region", "period", "status", "source", "note")
    }
    assert answer["questionnaire"] == {"id": FORM["id"], "key": "skm", "version_number": 1}
    assert answer["filter"] == {"program": None, "location": None, "visit": None}
    # requirements 14/4 = 3.5, procedure 11/4 = 2.75, fee 3/1: of three elements with equal weights, 9.25/3 times 25.
    assert answer["elements"][0] == {
        "key": "requirements", "code": "U1", "label": {"id": "Persyaratan", "en": "Requirements"}, "n": 4, "sum": 14,
        "mean": "3.5000", "weight": "1/3", "weighted": "1.1667", "converted": "87.50", "rank": 1,
    }  # fmt: skip
    assert [(one["key"], one["n"], one["sum"], one["rank"]) for one in answer["elements"]] == [
        ("requirements", 4, 14, 1), ("procedure", 4, 11, 3), ("fee", 1, 3, 2),
    ]  # fmt: skip
    assert Fraction(answer["exact"]) == Fraction(925, 12)
    assert (answer["index"], answer["grade"], answer["performance"]["id"]) == ("77.08", "B", "Baik")
    assert answer["confidence"] is None  # a single answer to the fee
    assert answer["sample"] is None  # the office's population is not known
    assert answer["method"]["id"] == "skm-2017"
    assert answer["method"]["version"] == 1
    assert answer["method"]["weights"] == dict.fromkeys(ELEMENTS, "1/3")
    assert "keep their proportions" in answer["method"]["not_applicable"]
    assert answer["digest"].startswith("sha256:")
    assert (answer["group_by"], answer["groups"]) == (None, None)
    fresh = (await reading.cast.call("GET", f"{API}/freshness", "public")).json()
    assert answer["cursor"] == {name: feed["cursor"] for name, feed in fresh.items()}


async def test_ties_share_a_rank_and_an_interval_comes_with_two_answers_each(reading: Reading) -> None:
    answers = [{"requirements": 3, "procedure": 3, "fee": 2}, {"requirements": 4, "procedure": 4, "fee": 2}]
    await reading.hear(*feeds.responded(VISITS["clinic"], *answers))
    answer = await reading.index()
    assert [one["rank"] for one in answer["elements"]] == [1, 1, 3]
    assert answer["confidence"]["level"] == "0.95"
    assert float(answer["confidence"]["low"]) < float(answer["index"]) < float(answer["confidence"]["high"])


async def test_nobody_no_grade(reading: Reading) -> None:
    for role in ("admin", "public"):
        answer = await reading.index(role, group_by="sex")
        assert (answer["respondents"], answer["suppressed"], answer["elements"]) == (0, False, [])
        assert [answer[name] for name in ("index", "exact", "grade", "performance", "confidence")] == [None] * 5
        assert [(one["value"], one["respondents"]) for one in answer["groups"]] == [("f", 0), ("m", 0)]


async def test_another_method_may_be_asked_for(reading: Reading) -> None:
    await reading.hear(*feeds.responded(VISITS["clinic"], *feeds.same(5, **WOMAN)))
    own, other = await reading.index(), await reading.index(method="0.11")
    assert other["method"]["id"] == "skm-2017-w0.11"
    assert own["index"] != other["index"]
    assert own["digest"] != other["digest"]


async def test_groups_of_respondents(reading: Reading) -> None:
    answers = [*feeds.same(6, **WOMAN), *feeds.same(5, **MAN), *feeds.same(7, requirements=1)]
    await reading.hear(*feeds.responded(VISITS["clinic"], *answers))
    for role in ("admin", "public"):
        answer = await reading.index(role, group_by="sex")
        assert answer["group_by"] == "sex"
        assert [(one["value"], one["label"]["id"], one["respondents"]) for one in answer["groups"]] == [
            ("f", "f", 6), ("m", "m", 5), ("", "Tidak dijawab", 7),
        ]  # fmt: skip
        assert of(answer, "")["label"]["en"] == "Not answered"
        assert [one["sum"] for one in of(answer, "m")["elements"]] == [10, 10, 15]
        assert of(answer, "m")["index"] == "58.33"
        assert of(answer, "m")["sample"] is None


async def test_groups_by_place_carry_names_of_today_and_their_own_sample(reading: Reading) -> None:
    await reading.hear(
        *feeds.created(("program", feeds.registered("program", HEALTH, "PSC 119 Si Slamet"))), feed="registry"
    )
    await reading.hear(*feeds.responded(VISITS["clinic"], *feeds.same(20, **WOMAN)))
    await reading.hear(*feeds.responded(VISITS["market"], *feeds.same(50, **MAN)))
    by_program = await reading.index(group_by="program")
    assert [(one["label"]["id"], one["respondents"]) for one in by_program["groups"]] == [
        ("Minggon", 50), ("PSC 119 Si Slamet", 20), ("Tanpa program", 0),
    ]  # fmt: skip
    assert of(by_program, HEALTH)["sample"] == {"population": 100, "required": 80, "reached": 20, "enough": False}
    assert of(by_program, TRADE)["sample"] == {"population": 50, "required": 44, "reached": 50, "enough": True}
    assert of(by_program, "")["sample"] is None
    by_location = await reading.index(group_by="location", program=TRADE)
    assert [(one["value"], one["label"]["id"]) for one in by_location["groups"]] == [(MARKET, "Hutan")]
    assert by_location["sample"]["population"] == 50
    by_visit = await reading.index(group_by="visit")
    assert [one["label"]["id"] for one in by_visit["groups"]] == ["Kantor", "Klinik", "Pasar"]


async def test_services_are_those_of_the_visits(reading: Reading) -> None:
    answers = [*feeds.same(6, **WOMAN, service="call"), *feeds.same(5, **WOMAN, service="other")]
    await reading.hear(*feeds.responded(VISITS["clinic"], *answers))
    answer = await reading.index("public", group_by="service")
    assert [(one["value"], one["label"]["id"], one["respondents"]) for one in answer["groups"]] == [
        ("call", "Call", 6), ("card", "card", 0), ("other", "other", 5),
    ]  # fmt: skip


async def test_a_part_of_a_review(reading: Reading) -> None:
    await reading.hear(*feeds.responded(VISITS["clinic"], *feeds.same(20, **WOMAN)))
    await reading.hear(*feeds.responded(VISITS["market"], *feeds.same(10, **MAN)))
    by_visit = await reading.index(group_by="visit")
    for role in ("admin", "public"):
        for chosen in ({"program": HEALTH}, {"location": CLINIC}, {"visit": VISITS["clinic"]["id"]}):
            part = await reading.index(role, **chosen)
            group = of(by_visit, VISITS["clinic"]["id"])
            assert {name: part[name] for name in group if name not in {"value", "label"}} == {
                name: group[name] for name in group if name not in {"value", "label"}
            }
            assert part["filter"] == {"program": None, "location": None, "visit": None} | chosen
    both = await reading.index(program=TRADE, location=MARKET)
    assert both["respondents"] == 10


async def test_the_digest_says_what_went_in_and_nothing_else(reading: Reading) -> None:
    changes = feeds.responded(VISITS["clinic"], *feeds.same(6, **WOMAN))
    await reading.hear(*changes)
    first = await reading.index(group_by="sex")
    await reading.hear(feeds.change("review", REVIEW | {"status": "closed", "version": 2}, "updated"))
    again = await reading.index(group_by="sex")
    assert again["digest"] == first["digest"]
    assert again["review"]["status"] == "closed"
    assert again["cursor"] != first["cursor"]
    others = {(await reading.index(**chosen))["digest"] for chosen in ({}, {"program": HEALTH}, {"group_by": "visit"})}
    assert len(others | {first["digest"]}) == 4
    await reading.hear(*feeds.responded(VISITS["clinic"], WOMAN))
    assert (await reading.index(group_by="sex"))["digest"] != first["digest"]


async def test_simulated_answers_are_marked_wherever_they_show(reading: Reading) -> None:
    review = feeds.review(FORM, simulated=True)
    visit = feeds.visit(review)
    await reading.hear(*feeds.created(("review", review), ("visit", visit)))
    await reading.hear(*feeds.responded(visit, *feeds.same(6, **WOMAN), simulated=True))
    answer = await reading.index(review=review["id"], group_by="sex")
    assert answer["simulated"] is True
    assert all(group["simulated"] for group in answer["groups"])
    # Should the review's mark be lost, that of the sums stays.
    await reading.hear(feeds.change("review", review | {"simulated": False, "version": 2}, "updated"))
    assert (await reading.index(review=review["id"]))["simulated"] is True
    listed = (await reading.cast.call("GET", f"{API}/reviews")).json()["items"]
    assert {one["review"]["id"]: one["simulated"] for one in listed} == {REVIEW["id"]: False, review["id"]: True}


NOTHING = {
    "respondents": None, "suppressed": True, "elements": [], "index": None, "exact": None, "grade": None,
    "performance": None, "confidence": None, "sample": None, "simulated": False,
}  # fmt: skip


@pytest.mark.parametrize("role", ["public", "enumerator", "integrator"])
async def test_a_small_review_is_shown_to_nobody_without_the_right(reading: Reading, role: str) -> None:
    await reading.hear(*feeds.responded(VISITS["clinic"], *feeds.same(ENOUGH - 1, **WOMAN)))
    answer = await reading.index(role, {"region": "33.25"}, group_by="sex")
    assert {name: answer[name] for name in NOTHING} == NOTHING
    assert [{name: group[name] for name in NOTHING} for group in answer["groups"]] == [NOTHING] * 2
    assert answer["method"]["bands"]
    listed = (await reading.cast.call("GET", f"{API}/reviews", role, {"region": "33.25"})).json()["items"][0]
    assert (listed["respondents"], listed["suppressed"], listed["index"], listed["grade"]) == (None, True, None, None)
    await reading.hear(*feeds.responded(VISITS["clinic"], WOMAN))
    assert (await reading.index(role, {"region": "33.25"}))["respondents"] == ENOUGH
    listed = (await reading.cast.call("GET", f"{API}/reviews", role, {"region": "33.25"})).json()["items"][0]
    assert (listed["respondents"], listed["suppressed"], listed["index"]) == (ENOUGH, False, "87.50")


@pytest.mark.parametrize(
    ("role", "claims", "detail"),
    [
        ("admin", {}, True),
        ("ministry", {}, True),
        ("team", {"region": "33.25"}, True),
        ("team", {"region": "33"}, True),
        ("mentor", {"region": "33.25"}, True),
        ("team", {"region": "35.71"}, False),
        ("team", {}, False),
        ("mentor", {"region": "33.2"}, False),
        ("agency", {"region": "33.25", "agency": HEALTH_AGENCY}, True),
        ("agency", {"region": "33.25", "agency": str(uuid4())}, False),
        ("agency", {"region": "33.25"}, False),
    ],
)
async def test_who_sees_detail(reading: Reading, role: str, claims: dict[str, str], detail: bool) -> None:
    await reading.hear(*feeds.responded(VISITS["clinic"], *feeds.same(3, **WOMAN)))
    await reading.hear(*feeds.responded(VISITS["market"], *feeds.same(30, **MAN)))
    own = await reading.index(role, claims, program=HEALTH)
    assert (own["respondents"], own["suppressed"]) == ((3, False) if detail else (None, True))
    # An agency's own rows are some of the whole, whose detail would be the others' too.
    whole = await reading.index(role, claims, group_by="program")
    assert whole["respondents"] == 33
    assert of(whole, HEALTH)["suppressed"] == (not detail or role == "agency")


async def test_a_suppressed_part_cannot_be_computed_from_the_rest(reading: Reading) -> None:
    await reading.hear(*feeds.responded(VISITS["clinic"], *feeds.same(3, **WOMAN)))
    await reading.hear(*feeds.responded(VISITS["market"], *feeds.same(30, **MAN)))
    await reading.hear(*feeds.responded(VISITS["office"], *feeds.same(20, **MAN)))
    for by in ("program", "location", "visit"):
        answer = await reading.index("public", group_by=by)
        assert answer["respondents"] == 53
        assert sorted(one["respondents"] or 0 for one in answer["groups"]) == [0, 0, 30]
    for chosen, respondents in (
        ({"program": HEALTH}, None), ({"location": CLINIC}, None), ({"visit": VISITS["clinic"]["id"]}, None),
        ({"visit": VISITS["office"]["id"]}, None), ({"program": TRADE}, 30), ({"visit": VISITS["market"]["id"]}, 30),
    ):  # fmt: skip
        assert (await reading.index("public", **chosen))["respondents"] == respondents


async def test_a_suppressed_group_cannot_be_computed_from_the_parts(reading: Reading) -> None:
    await reading.hear(*feeds.responded(VISITS["clinic"], *feeds.same(5, **WOMAN), *feeds.same(8, **MAN)))
    await reading.hear(*feeds.responded(VISITS["market"], *feeds.same(2, **WOMAN), *feeds.same(12, **MAN)))
    whole = await reading.index("public", group_by="sex")
    assert [one["respondents"] for one in whole["groups"]] == [7, 20]
    for program, respondents in ((HEALTH, 13), (TRADE, 14)):
        part = await reading.index("public", group_by="sex", program=program)
        assert part["respondents"] == respondents
        assert [one["suppressed"] for one in part["groups"]] == [True, True]
        detail = await reading.index("team", {"region": "33.25"}, group_by="sex", program=program)
        assert [one["suppressed"] for one in detail["groups"]] == [False, False]


async def test_few_answers_to_an_element_are_withheld_and_so_is_what_would_tell(reading: Reading) -> None:
    answers = [*feeds.same(20, **WOMAN), *feeds.same(3, **MAN)]
    await reading.hear(*feeds.responded(VISITS["clinic"], *answers))
    answer = await reading.index("public")
    figures = {one["key"]: (one["n"], one["sum"], one["mean"], one["converted"], one["rank"], one["weight"])
               for one in answer["elements"]}  # fmt: skip
    assert figures["fee"] == figures["requirements"] == (None,) * 6
    assert figures["procedure"][:2] == (23, 66)
    assert answer["exact"] is None
    assert answer["index"] == (await reading.index())["index"]


async def test_what_is_not_there_is_404(reading: Reading) -> None:
    for params in (
        {"review": str(uuid4())}, {"program": str(uuid4())}, {"location": str(uuid4())}, {"visit": str(uuid4())},
        {"program": HEALTH, "location": MARKET},
    ):  # fmt: skip
        answer = await reading.cast.call("GET", API, "public", params={"review": REVIEW["id"]} | params)
        assert (answer.status_code, answer.json()["type"]) == (404, "/problems/not-found")
    orphan = feeds.review(feeds.questionnaire())
    await reading.hear(*feeds.created(("review", orphan)))
    answer = await reading.cast.call("GET", API, params={"review": orphan["id"]})
    assert (answer.status_code, answer.json()["type"]) == (404, "/problems/not-found")


@pytest.mark.parametrize(
    ("params", "slug", "pointers"),
    [
        ({"review": "x"}, "invalid", ["review"]),
        ({"group_by": "shoe_size"}, "unknown-group", ["group_by"]),
        ({"group_by": "aspiration"}, "unknown-group", ["group_by"]),
        ({"group_by": "colour"}, "unknown-group", ["group_by"]),
        ({"group_by": "\0"}, "invalid", ["group_by"]),
        ({"method": "unheard-of"}, "unknown-method", []),
        ({"visit": "x", "program": "y"}, "invalid", ["program", "visit"]),
    ],
)
async def test_what_makes_no_sense_is_422(
    reading: Reading, params: dict[str, str], slug: str, pointers: list[str]
) -> None:
    answer = await reading.cast.call("GET", API, "public", params={"review": REVIEW["id"]} | params)
    assert (answer.status_code, answer.json()["type"]) == (422, f"/problems/{slug}")
    assert [one["pointer"] for one in answer.json().get("errors", [])] == pointers


async def test_everybody_known_to_the_gateway_may_read_and_nobody_else(reading: Reading) -> None:
    for path in (f"{API}?review={REVIEW['id']}", f"{API}/freshness", f"{API}/reviews"):
        assert (await reading.cast.call("GET", path, None)).status_code == 401
        for role in ("public", "enumerator", "integrator", "mentor", "agency", "team", "ministry", "admin"):
            assert (await reading.cast.call("GET", path, role)).status_code == 200


async def test_reviews_are_listed_newest_first_page_by_page(reading: Reading) -> None:
    later = [
        feeds.review(FORM, region=region, period={"start": start, "end": "2024-12-31"}, method=method)
        for region, start, method in (
            ("33.25", "2024-01-01", "skm-2017"),
            ("35.71", "2024-01-01", "skm-2017"),
            ("33.24", "2023-05-01", "no-such"),
        )
    ]  # fmt: skip
    visits = [feeds.visit(one) for one in later]
    await reading.hear(*feeds.created(*(("review", one) for one in later), *(("visit", one) for one in visits)))
    for visit in visits:
        await reading.hear(*feeds.responded(visit, *feeds.same(6, **WOMAN)))
    seen: list[Any] = []
    cursor: dict[str, str] = {}
    while True:
        page = (await reading.cast.call("GET", f"{API}/reviews", "public", params={"limit": "1"} | cursor)).json()
        seen += page["items"]
        if page["next"] is None:
            break
        cursor = {"cursor": page["next"]}
    newest = sorted((one["id"] for one in later[:2]), reverse=True)
    assert [one["review"]["id"] for one in seen] == [*newest, later[2]["id"], REVIEW["id"]]
    assert [(one["respondents"], one["index"], one["grade"]) for one in seen] == [
        (6, "87.50", "B"), (6, "87.50", "B"), (6, None, None), (0, None, None),
    ]  # fmt: skip
    assert seen[0]["review"]["title"] == later[0]["title"]
    for region, count in (("33", 3), ("33.25", 2), ("35.71", 1), ("51", 0)):
        listed = (await reading.cast.call("GET", f"{API}/reviews", "public", params={"region": region})).json()
        assert len(listed["items"]) == count
    for wrong in ("x", "WyJhIiwiYiJd", page["next"] or "WzEsMl0"):
        answer = await reading.cast.call("GET", f"{API}/reviews", "public", params={"cursor": wrong})
        assert (answer.status_code, answer.json()["type"]) == (400, "/problems/malformed")
    answer = await reading.cast.call("GET", f"{API}/reviews", "public", params={"region": "33.2%"})
    assert answer.status_code == 422

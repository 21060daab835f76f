"""Freezing, publishing, withdrawing and verifying reports, through the API."""

import asyncio
import hashlib
import re
from typing import Any
from uuid import uuid4

import orjson
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from starlette.responses import JSONResponse

from services.kit.scope import EVERYTHING
from services.kit.testing import Cast
from tests.unit.reports import feeds
from tests.unit.reports.conftest import Reports
from tests.unit.reports.frozen import AGENCY, PROGRAM, document, freeze, frozen, step, surveyed

TEAM = {"region": "33.25"}


async def verified(cast: Cast, number: str, **params: str) -> dict[str, Any]:
    answer = await cast.call("GET", f"/api/v1/reports/verify/{number}", "public", params=params)
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    return found


async def snapshot(cast: Cast, report: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = orjson.loads(await document(cast, report, "json"))
    return found


async def test_a_report_says_what_the_index_says_and_its_digest_is_that_of_its_json(reports: Reports) -> None:
    async with frozen(reports) as (cast, report):
        content = await document(cast, report, "json")
        index = (await cast.call("GET", "/api/v1/indexes", "public", params={"review": report["subject"]})).json()
        grouped = await cast.call(
            "GET", "/api/v1/indexes", "public", params={"review": report["subject"], "group_by": "sex"}
        )
    assert report["digest"] == f"sha256:{hashlib.sha256(content).hexdigest()}"
    assert report["number"] == "TJ-2026-000001" or re.fullmatch(r"TJ-20\d\d-000001", report["number"])
    assert report["summary"] == {"respondents": 12, "index": "83.33", "grade": "B"}
    assert (report["state"], report["simulated"], report["agency"]) == ("draft", False, AGENCY)
    frozen_content = orjson.loads(content)
    assert frozen_content["figures"] == {name: index[name] for name in frozen_content["figures"]}
    assert frozen_content["cursor"] == index["cursor"]
    assert frozen_content["data_digest"] == index["digest"]
    assert frozen_content["groups"][0]["groups"] == grouped.json()["groups"]
    assert frozen_content["number"] == report["number"]
    assert frozen_content["region"] == {"code": "33.25", "name": "Kabupaten Batang, Jawa Tengah"}
    assert frozen_content["agency"] == "DPMPTSP"
    assert frozen_content["figures"]["sample"] == {"population": 100, "required": 80, "reached": 12, "enough": False}


async def test_what_comes_in_later_changes_no_report(reports: Reports) -> None:
    async with frozen(reports) as (cast, report):
        before = await document(cast, report, "json")
        survey = surveyed(reports)
        await reports.pull()
        assert await document(cast, report, "json") == before
        later = await freeze(cast, survey.review["id"])
        assert later["number"].endswith("000002")
    with pytest.raises(DBAPIError, match="does not change"):
        async with reports.database.transaction() as write:
            await write.run(text("UPDATE frozen_reports SET digest = 'other'"), EVERYTHING)


async def test_the_appendix_has_scores_alone_and_adds_up_to_the_index(reports: Reports) -> None:
    async with frozen(reports) as (cast, report):
        content = await snapshot(cast, report)
    appendix = content["appendix"]
    assert appendix["elements"] == ["requirements", "procedure", "fee"]
    assert appendix["rows"] == [[3, 3, 4]] * 6 + [[4, 3, 3]] * 6
    assert [sum(column) for column in zip(*appendix["rows"], strict=True)] == [
        one["sum"] for one in content["figures"]["elements"]
    ]


async def test_of_few_people_nothing_is_told(reports: Reports) -> None:
    async with frozen(reports, count=2) as (cast, report):
        content = await snapshot(cast, report)
    assert report["summary"] == {"respondents": None, "index": None, "grade": None}
    assert content["figures"]["suppressed"]
    assert content["appendix"] is None
    assert content["priorities"] == []


async def test_an_element_that_few_answered_takes_the_appendix_with_it(reports: Reports) -> None:
    survey = surveyed(reports)
    one = {"requirements": 4, "procedure": "not_applicable", "fee": 3}
    reports.feeds.items["responses"] = reports.feeds.items["responses"][:3]
    reports.feeds.add(*feeds.responded(survey.visit, *feeds.same(6, **one), *feeds.same(3, **(one | {"procedure": 2}))))
    await reports.pull()
    async with reports.process() as cast:
        content = await snapshot(cast, await freeze(cast, survey.review["id"]))
    assert content["figures"]["respondents"] == 9
    assert content["appendix"] is None


async def test_simulated_reports_have_a_series_of_their_own(reports: Reports) -> None:
    real, simulated = surveyed(reports), surveyed(reports, simulated=True)
    await reports.pull()
    async with reports.process() as cast:
        one, other = await freeze(cast, real.review["id"]), await freeze(cast, simulated.review["id"])
        content = await snapshot(cast, other)
    assert (one["number"][:3], other["number"][:4]) == ("TJ-", "SIM-")
    assert one["number"][-6:] == other["number"][-6:] == "000001"
    assert (other["simulated"], content["simulated"]) == (True, True)
    assert [each["simulated"] for each in content["trend"]] == [True]


async def test_numbers_have_no_gap_however_many_freeze_at_once(reports: Reports) -> None:
    survey = surveyed(reports)
    await reports.pull()
    async with reports.process() as cast:
        taken = str(uuid4())
        await freeze(cast, survey.review["id"], id=taken)
        bodies = [{"kind": "review", "subject": survey.review["id"], **({"id": taken} if at % 3 == 0 else {})}
                  for at in range(9)]  # fmt: skip
        answers = await asyncio.gather(*(cast.call("POST", "/api/v1/reports", json=body) for body in bodies))
    assert sorted(answer.status_code for answer in answers) == [201] * 6 + [409] * 3
    numbers = sorted(answer.json()["number"][-6:] for answer in answers if answer.status_code == 201)
    assert numbers == [f"{at:06}" for at in range(2, 8)]


async def test_a_programme_is_reported_from_its_newest_review(reports: Reports) -> None:
    surveyed(reports, count=5, period={"start": "2019-03-02", "end": "2019-03-06"})
    newest = surveyed(reports, count=7)
    await reports.pull()
    async with reports.process() as cast:
        report = await freeze(cast, PROGRAM, kind="program")
        content = await snapshot(cast, report)
    assert report["title"] == {"id": "Mal Pelayanan Publik", "en": None}
    assert content["review"]["id"] == newest.review["id"]
    assert [one["respondents"] for one in content["trend"]] == [10, 14]


@pytest.mark.parametrize("kind", ["review", "program"])
async def test_there_is_no_report_of_what_is_not_known(reports: Reports, kind: str) -> None:
    async with reports.process() as cast:
        answer = await cast.call("POST", "/api/v1/reports", json={"kind": kind, "subject": str(uuid4())})
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/unknown-subject")
    assert answer.json()["errors"][0]["pointer"] == "/subject"


async def test_only_who_sees_all_of_it_in_detail_may_freeze(reports: Reports) -> None:
    survey = surveyed(reports)
    await reports.pull()
    body = {"kind": "review", "subject": survey.review["id"]}
    asked = [("team", {"region": "33.25"}, 201), ("team", {"region": "35.71"}, 404), ("mentor", TEAM, 403),
             ("agency", TEAM | {"agency": AGENCY}, 201), ("agency", TEAM | {"agency": str(uuid4())}, 404),
             ("public", {}, 401)]  # fmt: skip
    async with reports.process() as cast:
        for role, claims, expected in asked:
            answer = await cast.call("POST", "/api/v1/reports", role, claims, json=body)
            assert answer.status_code == expected, (role, claims)


async def test_a_region_that_nobody_names_is_told_by_its_code_and_a_registry_that_is_away_freezes_nothing(
    reports: Reports,
) -> None:
    survey = surveyed(reports)
    await reports.pull()
    reports.feeds.regions.clear()
    async with reports.process() as cast:
        assert (await snapshot(cast, await freeze(cast, survey.review["id"])))["region"]["name"] is None
        body = {"kind": "review", "subject": survey.review["id"]}
        reports.feeds.failures += [JSONResponse({}, 500), JSONResponse({"name": "x"})]
        assert (await cast.call("POST", "/api/v1/reports", json=body)).status_code == 502
        assert (await cast.call("POST", "/api/v1/reports", json=body)).status_code == 502
        assert (await freeze(cast, survey.review["id"]))["number"].endswith("000002")


async def test_drafts_are_for_those_who_see_the_rows_in_detail(reports: Reports) -> None:
    async with frozen(reports) as (cast, report):
        for role, claims, sees in (("public", {}, False), ("mentor", TEAM, True), ("team", {"region": "35.71"}, False),
                                   ("agency", TEAM | {"agency": AGENCY}, True)):  # fmt: skip
            one = await cast.call("GET", f"/api/v1/reports/{report['id']}", role, claims)
            listed = await cast.call("GET", "/api/v1/reports", role, claims)
            assert (one.status_code == 200, len(listed.json()["items"]) == 1) == (sees, sees), role
        await step(cast, report, "publish")
        assert (await cast.call("GET", f"/api/v1/reports/{report['id']}", "public")).status_code == 200
        assert len((await cast.call("GET", "/api/v1/reports", "public")).json()["items"]) == 1


async def test_a_newer_report_supersedes_the_older_until_it_is_withdrawn(reports: Reports) -> None:
    async with frozen(reports) as (cast, report):
        old = await step(cast, report, "publish")
        plain = old["digest"].removeprefix("sha256:")
        assert (await verified(cast, old["number"], digest=plain))["verdict"] == "genuine"
        new = await step(cast, await freeze(cast, report["subject"]), "publish")
        seen = await verified(cast, old["number"], digest=plain)
        assert (seen["verdict"], seen["superseded_by"], seen["digest_checked"]) == ("superseded", new["number"], True)
        gone = await step(cast, new, "withdraw", reason="A wrong visit was in it")
        assert (gone["state"], gone["reason"]) == ("withdrawn", "A wrong visit was in it")
        seen = await verified(cast, new["number"])
        assert (seen["verdict"], seen["reason"]) == ("withdrawn", "A wrong visit was in it")
        assert (await verified(cast, old["number"]))["verdict"] == "genuine"
        assert (await verified(cast, old["number"], digest="0" * 64))["verdict"] == "unknown"
        assert (await verified(cast, "TJ-2020-000009")) == {
            "number": "TJ-2020-000009", "verdict": "unknown", "digest_checked": False, "title": None,
            "simulated": None, "published_at": None, "superseded_by": None, "reason": None,
        }  # fmt: skip
        events = (await cast.call("GET", f"/api/v1/reports/{old['id']}/history")).json()["items"]
        told = (await cast.call("GET", "/api/v1/changes/reports")).json()["items"]
        page = await cast.call("GET", f"/api/v1/reports/{new['id']}/documents/json", "public")
        still = await cast.call("GET", f"/api/v1/reports/{new['id']}/documents/json", "mentor", TEAM)
    assert [(one["action"], one["by"]) for one in events] == [
        ("frozen", "test:admin"), ("published", "test:admin"), ("superseded", "test:admin"),
        ("reinstated", "test:admin"),
    ]  # fmt: skip
    assert events[2]["reason"] == f"{new['number']} was published"
    assert [(one["entity"], one["action"]) for one in told] == [("report", action) for action in (
        "frozen", "published", "frozen", "published", "superseded", "withdrawn", "reinstated",
    )]  # fmt: skip
    assert (page.status_code, page.json()["type"], still.status_code) == (410, "/problems/report-withdrawn", 200)


async def test_steps_need_the_version_and_a_state_they_start_from(reports: Reports) -> None:
    async with frozen(reports) as (cast, report):
        path = f"/api/v1/reports/{report['id']}"
        assert (await cast.call("POST", f"{path}/publish")).status_code == 428
        published = await step(cast, report, "publish")
        stale = await cast.call("POST", f"{path}/withdraw", headers={"If-Match": '"1"'}, json={"reason": "x"})
        again = await cast.call("POST", f"{path}/publish", headers={"If-Match": f'"{published["version"]}"'})
        silent = await cast.call("POST", f"{path}/withdraw", headers={"If-Match": '"2"'}, json={"reason": " "})
        nobody = await cast.call("GET", f"/api/v1/reports/{uuid4()}/history")
    assert (stale.status_code, again.status_code, silent.status_code) == (412, 409, 422)
    assert again.json()["type"] == "/problems/wrong-state"
    assert nobody.status_code == 404


async def test_reports_are_listed_newest_first_and_found_by_what_they_are(reports: Reports) -> None:
    async with frozen(reports) as (cast, report):
        newer = await freeze(cast, report["subject"], title={"id": "Lain"})

        async def listed(**params: str) -> tuple[list[str], str | None]:
            page = (await cast.call("GET", "/api/v1/reports", params=params)).json()
            return [one["number"] for one in page["items"]], page["next"]

        both = [newer["number"], report["number"]]
        first, cursor = await listed(limit="1")
        assert cursor
        rest, end = await listed(limit="1", cursor=cursor)
        assert sorted(first + rest) == sorted(both)
        assert end is None
        assert await listed(number=newer["number"]) == ([newer["number"]], None)
        assert len((await listed(region="33"))[0]) == 2
        assert await listed(region="35") == ([], None)
        assert len((await listed(subject=report["subject"], kind="review", state="draft"))[0]) == 2
        refused = await cast.call("GET", "/api/v1/reports", params={"cursor": "WyJhIiwiYiJd"})
    assert refused.status_code == 400


async def test_what_was_asked_for_and_what_is_planned_stand_in_the_report_as_everybody_may_know_it(
    reports: Reports,
) -> None:
    survey = surveyed(reports)
    wishes = [{"requirements": 4, "procedure": 3, "fee": 3, "aspiration": text} for text in ("Tambah loket", "Belum")]
    reports.feeds.add(*feeds.responded(survey.visit, *wishes))
    await reports.pull()
    async with reports.process() as cast:
        listed = (await cast.call("GET", "/api/v1/aspirations")).json()["items"]
        wish = next(one for one in listed if one["text"] == "Tambah loket")
        path = f"/api/v1/aspirations/{wish['id']}/accept"
        assert (await cast.call("POST", path, headers={"If-Match": f'"{wish["version"]}"'})).status_code == 200
        for origin in ({"review": survey.review["id"], "element": "procedure"}, {"aspirations": [wish["id"]]}):
            planned = {"agency": AGENCY, "person": "Budi", "title": "Alur baru", "action": "Menata alur",
                       "class": "normative", "origin": origin}  # fmt: skip
            answer = await cast.call("POST", "/api/v1/followups", json=planned)
            assert answer.status_code == 201, answer.text
        report = await freeze(cast, survey.review["id"])
        content = await snapshot(cast, report)
        page = (await document(cast, report, "html")).decode()
    assert content["aspirations"] == {"items": [{"text": "Tambah loket", "language": None}], "more": False}
    assert [(one["element"], one["title"], one["state"]) for one in content["plan"]] == [
        ("procedure", "Alur baru", "planned"), (None, "Alur baru", "planned"),
    ]  # fmt: skip
    assert "Budi" not in page
    assert "Belum" not in page.partition("4.2")[0]
    assert "Tambah loket" in page
    assert page.count("Alur baru") == 2

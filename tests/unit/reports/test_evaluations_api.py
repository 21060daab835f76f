"""The ministry's evaluation through the API: its life, who sees what and when, and what stays frozen."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import jwt
import pytest

from services.kit.testing import Cast
from tests.unit.reports import bodies, feeds
from tests.unit.reports.bodies import KEDIRI, SOURCE
from tests.unit.reports.conftest import Reports

API = "/api/v1/evaluations"
REGION = "35.71"
HERE = {"region": REGION}
WHY = {"reason": "A reason"}


@dataclass
class Ministry:
    """The service, and the steps of an evaluation in it."""

    reports: Reports
    cast: Cast

    async def call(
        self,
        method: str,
        path: str,
        role: str | None = "ministry",
        claims: Mapping[str, str] | None = None,
        **sent: Any,
    ) -> Any:
        if role in {"team", "assessor", "agency", "mentor"} and claims is None:
            claims = HERE
        return await self.cast.call(method, f"{API}{path}", role, claims, **sent)

    async def done(
        self, method: str, path: str, role: str = "ministry", version: int | None = None, **sent: Any
    ) -> Any:
        headers = {} if version is None else {"If-Match": f'"{version}"'}
        answer = await self.call(method, path, role, headers=headers, **sent)
        assert answer.is_success, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json()

    async def open(self, **other: Any) -> Any:
        body = {"region": REGION, "year": 2022, "method": None} | other
        return await self.done("POST", "", json=body)

    async def agree(self, found: Any, scores: Mapping[str, str] = KEDIRI) -> Any:
        for key, score in scores.items():
            body = {"score": score, "reason": f"Agreed on {key}"}
            found = await self.done("PUT", f"/{found['id']}/consensus/{key}", version=found["version"], json=body)
        return found

    async def step(self, found: Any, *steps: str, **sent: Any) -> Any:
        for step in steps:
            found = await self.done("POST", f"/{found['id']}/{step}", version=found["version"], **sent)
        return found

    async def published(self, scores: Mapping[str, str] = KEDIRI, **other: Any) -> Any:
        """One that was recorded from a source."""
        found = await self.open(**({"source": None if other.get("simulated") else SOURCE} | other))
        if other.get("simulated"):
            await self.submitted(found)
        return await self.step(await self.agree(found, scores), "conclude", "publish")

    async def submitted(self, found: Any, role: str = "assessor", **scores: str) -> None:
        """What the one assessor of the cast gives."""
        path = f"/{found['id']}/" + ("assessments/own" if role == "assessor" else "self-assessment")
        await self.done("PUT", path, role, json=bodies.scored(**scores))
        await self.done("POST", f"{path}/submit", role, 1)


@pytest.fixture
async def ministry(reports: Reports) -> AsyncIterator[Ministry]:
    async with reports.process() as cast:
        yield Ministry(reports, cast)


async def test_kota_kediri_2022_recorded_from_its_source(ministry: Ministry) -> None:
    printed = {
        "index": "3.31", "improvement": 0.25, "before": {"year": 2021, "index": "3.06"},
        "ranks": [{"within": "35", "rank": 4}, {"rank": 22}],
    }  # fmt: skip
    found = await ministry.published(printed=printed)
    everybody = (await ministry.call("GET", f"/{found['id']}", "public")).json()
    result = everybody["result"]
    assert (everybody["method"], everybody["recorded"], everybody["state"]) == ("smart-city-2022", True, "published")
    assert (result["index"], result["exact"], result["plain_mean"]) == ("3.315", "663/200", "3.352")
    assert result["printed"] == {"index": "truncated", "improvement": True}
    assert [(one["method"], one["index"], one["printed"]) for one in result["under"]] == [
        ("smart-city-2022", "3.315", "truncated"), ("smart-city-sleman", "3.257", "different"),
    ]  # fmt: skip
    assert [(one["key"], one["score"], one["weight"], one["weighted"]) for one in result["dimensions"]] == [
        ("baseline", "3.60", "1/10", "0.3600"), ("output", "3.21", "1/5", "0.6420"),
        ("outcome", "3.23", "3/10", "0.9690"), ("impact", "3.07", "1/5", "0.6140"),
        ("quick_win", "3.65", "1/5", "0.7300"),
    ]  # fmt: skip
    assert result["dimensions"][0]["reason"] == "Agreed on baseline"
    assert result["dimensions"][0]["by"] is None
    assert found["result"]["dimensions"][0]["by"] == "test:ministry"
    assert (result["assessors"], result["before"], result["impact"]) == (0, None, [])
    assert everybody["printed"]["improvement"] == "0.25"
    assert everybody["how"]["scale"]["confirmed"] is False


async def test_without_a_method_it_is_the_one_that_a_source_states_for_the_year(ministry: Ministry) -> None:
    refused = await ministry.call("POST", "", json={"region": REGION, "year": 2023})
    assert (refused.status_code, refused.json()["type"]) == (422, "/problems/unknown-evaluation-method")
    named = await ministry.open(year=2023, method="B")
    assert named["method"] == "smart-city-sleman"


async def test_assessors_see_each_other_only_after_submitting(ministry: Ministry) -> None:
    found = await ministry.open()
    path = f"/{found['id']}/assessments"
    await ministry.done("PUT", f"{path}/own", "assessor", json=bodies.scored())
    # Somebody else's, whose subject the cast does not have.
    async with ministry.cast.as_("assessor", **HERE) as client:
        client.headers["Authorization"] = f"Bearer {another(ministry, 'assessor:second')}"
        await client.put(f"{API}{path}/own", json=bodies.scored(**dict.fromkeys(KEDIRI, "2")))
        assert [one["assessor"] for one in (await client.get(f"{API}{path}")).json()["items"]] == ["assessor:second"]
        assert (await client.get(f"{API}/{found['id']}")).json()["result"] is None
        submitted = await client.post(f"{API}{path}/own/submit", headers={"If-Match": '"1"'})
        assert submitted.json()["submitted_at"]
        # The first has not submitted, so there is nothing of it to be seen yet.
        assert len((await client.get(f"{API}{path}")).json()["items"]) == 1
        assert [one["own"] for one in (await ministry.done("GET", path, "assessor"))["items"]] == [True]
        await ministry.done("POST", f"{path}/own/submit", "assessor", 1)
        assert len((await client.get(f"{API}{path}")).json()["items"]) == 2
        result = (await client.get(f"{API}/{found['id']}")).json()["result"]
        spread = result["dimensions"][0]["criteria"][0]["assessors"]
        assert spread == {"n": 2, "mean": "2.800", "low": "2.000", "high": "3.600"}
        assert result["index"] is None  # the mean is never taken for what was agreed on
    assert len((await ministry.done("GET", path))["items"]) == 2
    assert (await ministry.done("GET", path, "team"))["items"] == []


def another(ministry: Ministry, subject: str) -> str:
    """The token of a second assessor."""
    signer = ministry.cast.signer
    payload = jwt.decode(signer.token("assessor", HERE), options={"verify_signature": False})
    return jwt.encode(payload | {"sub": subject}, signer.key, algorithm="EdDSA")


async def test_what_is_submitted_stays(ministry: Ministry) -> None:
    found = await ministry.open()
    path = f"/{found['id']}/assessments/own"
    half = {"scores": {"baseline": {"score": 3.5, "remark": "Better than before"}}}
    first = await ministry.done("PUT", path, "assessor", json=half)
    assert (first["version"], first["own"], first["scores"]["baseline"]["score"]) == (1, True, "3.5")
    incomplete = await ministry.call("POST", f"{path}/submit", "assessor", headers={"If-Match": '"1"'})
    assert (incomplete.status_code, len(incomplete.json()["errors"])) == (409, 4)
    assert (await ministry.call("PUT", path, "assessor", json=bodies.scored())).status_code == 428
    second = await ministry.done("PUT", path, "assessor", 1, json=bodies.scored())
    await ministry.done("POST", f"{path}/submit", "assessor", second["version"])
    for method, where in (("PUT", path), ("POST", f"{path}/submit")):
        sent = {"json": bodies.scored()} if method == "PUT" else {}
        late = await ministry.call(method, where, "assessor", headers={"If-Match": '"3"'}, **sent)
        assert (late.status_code, late.json()["type"]) == (409, "/problems/already-submitted")
    nobody = await ministry.call(
        "PUT", f"/{found['id']}/self-assessment", "team", headers={"If-Match": '"1"'}, json=half
    )
    assert nobody.status_code == 412
    assert (await ministry.call("POST", f"/{found['id']}/self-assessment/submit", "team")).status_code == 404


async def test_scores_off_the_scale_or_of_nothing_are_refused(ministry: Ministry) -> None:
    found = await ministry.open()
    sent = {"scores": {"baseline": {"score": "4.5"}, "housing": {"score": "1"}}}
    refused = await ministry.call("PUT", f"/{found['id']}/assessments/own", "assessor", json=sent)
    assert refused.status_code == 422
    assert {one["pointer"] for one in refused.json()["errors"]} == {"/scores/baseline/score", "/scores/housing"}
    path = f"/{found['id']}/consensus/"
    head = {"If-Match": f'"{found["version"]}"'}
    off = await ministry.call("PUT", f"{path}impact", headers=head, json={"score": "5", "reason": "x"})
    assert (off.status_code, off.json()["errors"][0]["pointer"]) == (422, "/score")
    none = await ministry.call("PUT", f"{path}housing", headers=head, json={"score": "3", "reason": "x"})
    assert none.status_code == 404
    assert (await ministry.call("PUT", f"{path}impact", headers=head, json={"score": "3"})).status_code == 422
    assert (await ministry.call("DELETE", f"{path}impact", headers=head, params=WHY)).status_code == 404


async def test_the_region_scores_itself_beside_the_assessors(ministry: Ministry) -> None:
    found = await ministry.open()
    await ministry.submitted(found, "team", **dict.fromkeys(KEDIRI, "4"))
    (seen,) = (await ministry.done("GET", f"/{found['id']}/assessments", "team"))["items"]
    assert (seen["kind"], seen["assessor"], seen["own"]) == ("self", None, True)
    head = await ministry.done("GET", f"/{found['id']}", "team")
    assert (head["state"], head["result"]) == ("open", None)
    await ministry.submitted(found)
    shown = await ministry.step(await ministry.agree(found), "conclude", "publish")
    own = [one["criteria"][0]["own"] for one in shown["result"]["dimensions"]]
    assert own == ["4"] * 5
    assert shown["result"]["index"] == "3.315"


async def test_publicly_a_few_assessors_are_counted_and_no_more(ministry: Ministry) -> None:
    found = await ministry.open()
    await ministry.submitted(found)
    await ministry.step(await ministry.agree(found), "conclude", "publish")
    spreads = {}
    for role in ("public", "team", "assessor", "agency"):
        result = (await ministry.call("GET", f"/{found['id']}", role)).json()["result"]
        assert result["assessors"] == 1
        spreads[role] = result["dimensions"][0]["criteria"][0]["assessors"]
    assert spreads["public"] == spreads["agency"] == {"n": 1, "mean": None, "low": None, "high": None}
    assert spreads["team"] == spreads["assessor"] == {"n": 1, "mean": "3.600", "low": "3.600", "high": "3.600"}


async def test_it_is_concluded_when_everything_is_agreed_on_and_somebody_submitted(ministry: Ministry) -> None:
    found = await ministry.open()
    early = await ministry.call("POST", f"/{found['id']}/conclude", headers={"If-Match": '"1"'})
    assert (early.status_code, early.json()["type"]) == (409, "/problems/incomplete")
    assert {one["pointer"] for one in early.json()["errors"]} == {f"/consensus/{key}" for key in KEDIRI}
    found = await ministry.agree(found)
    alone = await ministry.call("POST", f"/{found['id']}/conclude", headers={"If-Match": f'"{found["version"]}"'})
    assert (alone.status_code, "submitted" in alone.json()["detail"]) == (409, True)
    await ministry.submitted(found)
    found = await ministry.step(found, "conclude")
    assert found["state"] == "assessed"
    late = await ministry.call("PUT", f"/{found['id']}/self-assessment", "team", json=bodies.scored())
    assert (late.status_code, late.json()["type"]) == (409, "/problems/wrong-state")
    found = await ministry.step(found, "reopen", json=WHY)
    assert (found["state"], found["result"]["index"]) == ("open", "3.315")
    gone = await ministry.done("DELETE", f"/{found['id']}/consensus/impact", version=found["version"], params=WHY)
    assert gone["result"]["index"] is None


async def test_nobody_sees_an_unpublished_one_but_those_it_concerns(ministry: Ministry) -> None:
    found = await ministry.open()
    for role, claims in (("public", {}), ("agency", HERE), ("mentor", HERE), ("team", {"region": "33.25"}),
                         ("assessor", {"region": "33.25"}), ("integrator", {})):  # fmt: skip
        assert (await ministry.call("GET", f"/{found['id']}", role, claims)).status_code == 404
        assert (await ministry.call("GET", "", role, claims)).json()["items"] == []
    for role in ("team", "assessor", "ministry", "admin"):
        assert (await ministry.done("GET", f"/{found['id']}", role))["state"] == "open"
        (listed,) = (await ministry.done("GET", "", role))["items"]
        assert (listed["id"], listed["index"]) == (found["id"], None)
    assert (await ministry.done("GET", f"/{found['id']}", "team"))["result"] is None
    assert (await ministry.done("GET", f"/{found['id']}", "assessor"))["result"] is None
    assert (await ministry.done("GET", f"/{found['id']}"))["result"]["assessors"] == 0


async def test_after_publication_nothing_changes_and_a_withdrawal_opens_the_next_edition(ministry: Ministry) -> None:
    document = {"criterion": "output", "title": "Perwali", "url": "https://example.org/perwali.pdf"}
    opened = await ministry.open(source=SOURCE)
    await ministry.done("POST", f"/{opened['id']}/evidence", "team", json=document)
    await ministry.submitted(opened, "team")
    found = await ministry.step(await ministry.agree(opened), "conclude", "publish")
    head = {"If-Match": f'"{found["version"]}"'}
    body = {"region": REGION, "year": 2022, "source": SOURCE}
    for method, path, sent in (
        ("PUT", "", {"json": body}), ("PUT", "/consensus/impact", {"json": {"score": "4", "reason": "x"}}),
        ("DELETE", "/consensus/impact", {"params": WHY}), ("POST", "/conclude", {}), ("POST", "/publish", {}),
        ("POST", "/reopen", {"json": WHY}), ("POST", "/evidence", {"json": document}),
    ):  # fmt: skip
        refused = await ministry.call(method, f"/{found['id']}{path}", headers=head, **sent)
        assert (refused.status_code, refused.json()["type"]) == (409, "/problems/wrong-state"), path
    again = await ministry.call("POST", "", json=body)
    assert (again.status_code, again.json()["type"]) == (409, "/problems/already-recorded")
    withdrawn = await ministry.step(found, "withdraw", json=WHY)
    assert (withdrawn["state"], withdrawn["withdrawn_reason"]) == ("withdrawn", "A reason")
    everybody = (await ministry.call("GET", f"/{found['id']}", "public")).json()
    assert (everybody["state"], everybody["result"]["index"]) == ("withdrawn", "3.315")
    following = await ministry.done("GET", f"/{withdrawn['superseded_by']}")
    assert (following["edition"], following["supersedes"], following["state"]) == (2, found["id"], "open")
    assert following["result"]["index"] == "3.315"
    assert following["result"]["dimensions"][1]["criteria"][0]["evidence"] == 1
    assert following["result"]["dimensions"][1]["criteria"][0]["own"] == "3.21"
    changed = await ministry.agree(following, {"impact": "4.00"})
    better = await ministry.step(changed, "conclude", "publish")
    assert better["result"]["index"] == "3.501"
    assert (await ministry.call("GET", f"/{found['id']}", "public")).json()["result"]["index"] == "3.315"
    listed = (await ministry.call("GET", "", "public")).json()["items"]
    assert [one["edition"] for one in listed] == [2]
    kept = (await ministry.call("GET", "", "public", params={"state": "withdrawn"})).json()["items"]
    assert [one["edition"] for one in kept] == [1]


async def test_a_change_from_the_year_before_and_whether_the_weights_stayed(ministry: Ministry) -> None:
    await ministry.published(year=2021, method="A", scores=dict.fromkeys(KEDIRI, "3.06"))
    found = await ministry.published()
    before = found["result"]["before"]
    assert (before["year"], before["index"], before["change"], before["same_method"]) == (2021, "3.060", "0.255", True)
    other = await ministry.published(year=2023, method="B")
    assert other["result"]["before"]["same_method"] is False
    assert other["result"]["before"]["change"] == "-0.058"


async def test_a_ranking_has_the_published_of_one_year_and_kind_and_says_how_many(ministry: Ministry) -> None:
    for region, score in (("35.71", "3.00"), ("35.72", "3.40"), ("33.25", "3.00"), ("33.26", "2.50")):
        await ministry.published(region=region, scores=dict.fromkeys(KEDIRI, score))
    await ministry.published(region="35.73", method="B")
    await ministry.published(region="35.71", simulated=True)
    await ministry.open(region="35.74")

    async def ranked(**params: str) -> Any:
        answer = await ministry.call("GET", "/ranking", "public", params={"year": "2022"} | params)
        return [(one["method"], one["regions"], [(each["rank"], each["region"]) for each in one["items"]])
                for one in answer.json()["rankings"]]  # fmt: skip

    assert await ranked() == [
        ("smart-city-2022", 4, [(1, "35.72"), (2, "33.25"), (2, "35.71"), (4, "33.26")]),
        ("smart-city-sleman", 1, [(1, "35.73")]),
    ]
    assert await ranked(region="35") == [
        ("smart-city-2022", 2, [(1, "35.72"), (2, "35.71")]), ("smart-city-sleman", 1, [(1, "35.73")]),
    ]  # fmt: skip
    assert await ranked(simulated="true") == [("smart-city-2022", 1, [(1, "35.71")])]
    assert await ranked(year="2020") == []


async def test_indicators_of_an_instrument_are_scored_and_make_their_dimension(ministry: Ministry) -> None:
    instrument = await ministry.done("POST", "/instruments", json=bodies.instrument())
    drafted = await ministry.call("POST", "", json={"region": REGION, "year": 2022, "instrument": instrument["id"]})
    assert (drafted.status_code, drafted.json()["errors"][0]["pointer"]) == (422, "/instrument")
    await ministry.done("POST", f"/instruments/{instrument['id']}/publish", version=1)
    found = await ministry.open(instrument=instrument["id"])
    assert found["instrument"]["version_number"] == 1
    criteria = [one["key"] for each in found["result"]["dimensions"] for one in each["criteria"]]
    assert criteria == ["baseline", "policy", "budget", "outcome", "impact", "quick_win"]
    await ministry.submitted(found, **dict.fromkeys(criteria, "3"))
    rest = {key: score for key, score in KEDIRI.items() if key != "output"}
    found = await ministry.agree(found, rest | {"policy": "3", "budget": "3.6"})
    output = found["result"]["dimensions"][1]
    assert (output["score"], output["exact"], output["basis"]) == ("3.400", "17/5", "indicators")
    both = await ministry.call(
        "PUT", f"/{found['id']}/consensus/output", headers={"If-Match": f'"{found["version"]}"'},
        json={"score": "3", "reason": "x"},
    )  # fmt: skip
    assert (both.status_code, both.json()["type"]) == (409, "/problems/not-agreeable")
    body = {"region": REGION, "year": 2022}
    taken = await ministry.call("PUT", f"/{found['id']}", headers={"If-Match": f'"{found["version"]}"'}, json=body)
    assert (taken.status_code, taken.json()["errors"][0]["pointer"]) == (409, "/instrument")


async def test_the_impact_surveys_index_is_linked_as_everybody_sees_it(ministry: Ministry) -> None:
    form = feeds.questionnaire()
    made = {
        name: feeds.review(form, region=region, simulated=simulated)
        for name, region, simulated in (("real", REGION, False), ("made up", REGION, True), ("far", "33.25", False))
    }
    visits = {name: feeds.visit(review) for name, review in made.items()}
    ministry.reports.feeds.add(
        *feeds.created(("questionnaire", form), *(("review", one) for one in made.values()),
                       *(("visit", one) for one in visits.values())),
        *feeds.responded(visits["real"], *feeds.same(6, requirements=4, procedure=3, fee=3)),
    )  # fmt: skip
    await ministry.reports.pull()
    wrong = [made["made up"]["id"], made["far"]["id"], str(uuid4())]
    refused = await ministry.call("POST", "", json={"region": REGION, "year": 2022, "reviews": wrong})
    assert [(one["pointer"], one["code"]) for one in refused.json()["errors"]] == [
        ("/reviews/0", "simulated"), ("/reviews/1", "unknown_review"), ("/reviews/2", "unknown_review"),
    ]  # fmt: skip
    found = await ministry.published(reviews=[made["real"]["id"]])
    (impact,) = found["result"]["impact"]
    assert (impact["respondents"], impact["index"], impact["grade"], impact["simulated"]) == (6, "83.33", "B", False)
    assert impact["cursor"]["responses"]
    assert impact["digest"].startswith("sha256:")
    # What comes later changes the review's index, and nothing that was published.
    ministry.reports.feeds.add(*feeds.responded(visits["real"], *feeds.same(6, requirements=1, procedure=1, fee=1)))
    await ministry.reports.pull()
    later = (await ministry.call("GET", f"/{found['id']}", "public")).json()["result"]
    assert later["impact"][0]["index"] == "83.33"
    assert later["digest"] == found["result"]["digest"]


async def test_every_step_is_remembered_and_the_feed_tells_no_unpublished_score(ministry: Ministry) -> None:
    opened = await ministry.open()
    await ministry.submitted(opened)
    found = await ministry.step(await ministry.agree(opened), "conclude", "publish")
    events = (await ministry.done("GET", f"/{found['id']}/history"))["items"]
    assert [one["action"] for one in events] == [
        "created", "scored", "submitted", *["agreed"] * 5, "assessed", "published",
    ]  # fmt: skip
    assert events[3]["detail"] == {"key": "baseline", "score": "3.60", "before": None}
    assert (events[3]["by"], events[3]["role"], events[3]["reason"]) == (
        "test:ministry",
        "ministry",
        "Agreed on baseline",
    )
    feed = (await ministry.cast.call("GET", "/api/v1/changes/reports", params={"limit": "100"})).json()["items"]
    told = [(one["action"], one["data"]["result"]) for one in feed if one["entity"] == "evaluation"]
    assert [action for action, _ in told] == ["created", *["agreed"] * 5, "assessed", "published"]
    assert [result for _, result in told[:-1]] == [None] * 7
    assert told[-1][1]["index"] == "3.315"
    assert told[-1][1]["dimensions"][0]["criteria"][0]["assessors"]["mean"] is None


async def test_evidence_is_named_with_its_digest_and_withdrawn_with_a_reason(ministry: Ministry) -> None:
    found = await ministry.open()
    path = f"/{found['id']}/evidence"
    body = {
        "id": str(uuid4()), "criterion": "output", "title": "Perwali", "url": "https://example.org/a.pdf",
        "digest": f"sha256:{'a' * 64}",
    }  # fmt: skip
    added = await ministry.done("POST", path, "team", json=body)
    assert added["added_by"] == "test:team"
    assert (await ministry.call("POST", path, "team", json=body)).status_code == 409
    wrong = await ministry.call("POST", path, "team", json=body | {"id": None, "criterion": "housing"})
    assert (wrong.status_code, wrong.json()["errors"][0]["pointer"]) == (422, "/criterion")
    assert (await ministry.call("POST", path, "team", json=body | {"url": "javascript:x"})).status_code == 422
    assert (await ministry.call("POST", path, "team", {"region": "33.25"}, json=body)).status_code == 404
    gone = await ministry.done("POST", f"{path}/{body['id']}/withdraw", "team", 1, json=WHY)
    assert gone["withdrawn_reason"] == "A reason"
    again = await ministry.call("POST", f"{path}/{body['id']}/withdraw", "team", headers={"If-Match": '"2"'}, json=WHY)
    assert again.status_code == 409
    nothing = await ministry.call("POST", f"{path}/{uuid4()}/withdraw", "team", headers={"If-Match": '"2"'}, json=WHY)
    assert nothing.status_code == 404
    assert len((await ministry.done("GET", path, "assessor"))["items"]) == 1
    seen = await ministry.done("GET", f"/{found['id']}")
    assert seen["result"]["dimensions"][1]["criteria"][0]["evidence"] == 0


async def test_what_is_said_of_an_open_one_can_be_changed_and_what_it_stands_on_cannot(ministry: Ministry) -> None:
    found = await ministry.open()
    body = {"region": REGION, "year": 2022, "method": "B", "note": {"id": "Catatan"}}
    changed = await ministry.done("PUT", f"/{found['id']}", version=1, json=body)
    assert (changed["method"], changed["note"]["id"], changed["version"]) == ("smart-city-sleman", "Catatan", 2)
    for name, value in (("region", "33.25"), ("year", 2023), ("simulated", True), ("id", str(uuid4()))):
        sent = body | {name: value}
        refused = await ministry.call("PUT", f"/{found['id']}", headers={"If-Match": '"2"'}, json=sent)
        assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (409, f"/{name}")
    for sent in (
        {"simulated": True, "source": SOURCE}, {"printed": {"index": "3.1"}},
        {"reviews": [str(found["id"])] * 2}, {"method": "C"}, {"instrument": str(uuid4())},
    ):  # fmt: skip
        refused = await ministry.call("POST", "", json={"region": "33.25", "year": 2022} | sent)
        assert refused.status_code == 422, sent
    assert (await ministry.call("GET", f"/{uuid4()}")).status_code == 404
    assert (await ministry.call("GET", f"/{uuid4()}/history")).status_code == 404
    for part in ("assessments", "evidence"):
        assert (await ministry.call("GET", f"/{uuid4()}/{part}")).status_code == 404


async def test_lists_go_on_where_they_stopped(ministry: Ministry) -> None:
    for region, year in (("33.25", 2021), ("33.25", 2022), ("35.71", 2022)):
        await ministry.open(region=region, year=year, method="A", simulated=region == "35.71")
    found: list[tuple[str, int]] = []
    params: dict[str, str] = {"limit": "1"}
    while True:
        page = (await ministry.call("GET", "", params=params)).json()
        found += [(one["region"], one["year"]) for one in page["items"]]
        if page["next"] is None:
            break
        params["cursor"] = page["next"]
    assert found == [("33.25", 2021), ("33.25", 2022), ("35.71", 2022)]
    for params, count in (
        ({"year": "2021"}, 1),
        ({"region": "33"}, 2),
        ({"simulated": "true"}, 1),
        ({"state": "open"}, 3),
    ):
        assert len((await ministry.call("GET", "", params=params)).json()["items"]) == count, params
    for cursor in ("x", "WyIzMy4yNSIsMjAyMSwxLCJ4Il0"):
        assert (await ministry.call("GET", "", params={"cursor": cursor})).status_code == 400


async def test_an_instrument_is_drafted_published_and_retired(ministry: Ministry) -> None:
    path = "/instruments"
    draft = await ministry.done("POST", path, json=bodies.instrument(id=str(uuid4())))
    one = f"{path}/{draft['id']}"
    assert (await ministry.call("POST", path, json=bodies.instrument(id=draft["id"]))).status_code == 409
    assert (await ministry.call("GET", one, "public")).status_code == 404
    assert (await ministry.call("GET", path, "public")).json()["items"] == []
    changed = await ministry.done("PUT", one, version=1, json=bodies.instrument(title={"id": "Lain"}))
    assert (changed["title"]["id"], changed["version"]) == ("Lain", 2)
    assert (await ministry.call("POST", f"{one}/retire", headers={"If-Match": '"2"'})).status_code == 409
    published = await ministry.done("POST", f"{one}/publish", version=2)
    assert (published["status"], published["version_number"]) == ("published", 1)
    fixed = await ministry.call("PUT", one, headers={"If-Match": '"3"'}, json=bodies.instrument())
    assert (fixed.status_code, fixed.json()["type"]) == (409, "/problems/instrument-fixed")
    assert (await ministry.call("POST", f"{one}/publish", headers={"If-Match": '"3"'})).status_code == 409
    second = await ministry.done("POST", path, json=bodies.instrument())
    assert (await ministry.done("POST", f"{path}/{second['id']}/publish", version=1))["version_number"] == 2
    retired = await ministry.done("POST", f"{one}/retire", version=3)
    assert retired["status"] == "retired"
    events = (await ministry.done("GET", f"{one}/history"))["items"]
    assert [each["action"] for each in events] == ["created", "updated", "published", "retired"]
    listed = (await ministry.call("GET", path, "public", params={"status": "published", "key": "smart-city"})).json()
    assert [each["version_number"] for each in listed["items"]] == [2]
    page = (await ministry.call("GET", path, params={"limit": "1"})).json()
    assert len((await ministry.call("GET", path, params={"limit": "1", "cursor": page["next"]})).json()["items"]) == 1
    assert (await ministry.call("GET", path, params={"cursor": "x"})).status_code == 400
    unsound = [{"key": "impact", "dimension": "impact", "text": {"id": "x"}}]
    refused = await ministry.call("POST", path, json=bodies.instrument(indicators=unsound))
    assert (refused.status_code, refused.json()["errors"][0]["code"]) == (422, "dimension")
    assert (await ministry.call("POST", path, json=bodies.instrument(method="x"))).status_code == 422


async def test_methods_are_told_with_their_sources_and_doubts(ministry: Ministry) -> None:
    found = (await ministry.call("GET", "/methods", "public")).json()["items"]
    assert [(one["id"], one["years"]) for one in found] == [("smart-city-2022", [2022]), ("smart-city-sleman", [])]
    assert all(one["sources"][0]["url"] for one in found)
    assert [one["weight"] for one in found[0]["dimensions"]] == ["1/10", "1/5", "3/10", "1/5", "1/5"]
    assert (await ministry.call("GET", "/methods/A", "public")).json()["id"] == "smart-city-2022"
    assert (await ministry.call("GET", "/methods/none", "public")).status_code == 404

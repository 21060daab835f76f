"""Deciding on what was asked for: many at once or one by one, by those who may, each decision answered for itself."""

import json
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import parse_qs

import httpx2
import jwt
import pytest
from starlette.responses import JSONResponse

from services.kit.identity import AUDIENCE
from tests.unit.gateway import dom
from tests.unit.gateway.browsing import as_, form_to, hidden, page, send
from tests.unit.gateway.conftest import Door, Opener
from tests.unit.gateway.golden import ASKED, answers, load

LIST = "/board/33.25/aspirations"
ONE = f"{LIST}/{ASKED}"
TRIAGE = "/api/v1/aspirations/triage"
THIRD, SECOND, FIRST = (item["id"] for item in load("aspirations")["items"])
STALE = {"type": "/problems/precondition-failed", "title": "x", "status": 412, "detail": "The current version is 3."}


@pytest.fixture
async def door(open_door: Opener) -> AsyncIterator[Door]:
    async with open_door() as opened:
        opened.service.answers |= answers()
        one = opened.service.answers[f"/api/v1/aspirations/{ASKED}"]
        opened.service.answers[f"/api/v1/aspirations/{ASKED}"] = JSONResponse(one, headers={"ETag": '"1"'})
        yield opened


def team(door: Door) -> dict[str, str]:
    return as_(door, "team", region="33.25")


async def decide(door: Door, **typed: Any) -> httpx2.Response:
    """Tick and decide on the list, as the team of the region."""
    form = form_to(await page(door, LIST, headers=team(door)), LIST)
    return await send(door, LIST, {**hidden(form), **typed}, team(door))


def outcomes(*refused: str) -> dict[str, Any]:
    """What the service answers to two decisions."""
    return {"results": [
        {"id": id, "status": "refused" if id in refused else "done", "problem": STALE if id in refused else None}
        for id in (THIRD, SECOND)
    ]}  # fmt: skip


async def test_the_list_shows_the_new_ones_as_the_team_may_see_them(door: Door) -> None:
    tree = await page(door, LIST, headers=team(door))
    asked = next(request for request in door.service.seen if request.url.path == "/api/v1/aspirations")
    query = parse_qs(asked.url.query)
    assert query == {"state": ["new"], "region": ["33.25"], "limit": ["50"]}
    payload = jwt.decode(
        asked.headers["authorization"].removeprefix("Bearer "), options={"verify_signature": False}, audience=AUDIENCE
    )
    assert payload["role"] == "team"
    assert tree.one("h1").text == "Aspirasi: Kabupaten Batang, Jawa Tengah"
    rows = tree.classed("row")
    assert [row.one("blockquote").text for row in rows] == [
        "Toilet di pasar diperbanyak", "Tambah toilet di pasar", "Toilet bersih, hubungi 0812",
    ]  # fmt: skip
    assert "Minggon Jatinan · Hutan Kota Rajawali · Tinjauan Batang 2020" in rows[0].classed("meta")[0].text
    assert [tag.text for tag in rows[1].classed("tag")] == [
        "Baru", "bahasa: jv", "data pribadi sudah dihapus", "jawaban ditolak pemeriksa",
    ]  # fmt: skip
    assert [bool(row.classed("mark")) for row in rows] == [False, True, False]
    assert "1 tindak lanjut" in rows[2].text


async def test_it_can_be_searched_and_narrowed_and_the_form_says_how(door: Door) -> None:
    program = "33250000-0000-4000-8000-0000000000b1"
    tree = await page(door, f"{LIST}?q=toilet&state=&program={program}&nonsense=1", headers=team(door))
    asked = next(request for request in door.service.seen if request.url.path == "/api/v1/aspirations")
    assert parse_qs(asked.url.query) == {"q": ["toilet"], "program": [program], "region": ["33.25"], "limit": ["50"]}
    fields = {field.attributes["name"]: field for field in tree.classed("filters")[0].all("input", "select")}
    assert fields["q"].attributes["value"] == "toilet"
    (chosen,) = [one for one in fields["program"].all("option") if "selected" in one.attributes]
    assert chosen.text == "Minggon Jatinan"


async def test_older_ones_stand_on_the_next_page_of_the_same_search(door: Door) -> None:
    door.service.answers["/api/v1/aspirations"]["next"] = "older=="
    tree = await page(door, f"{LIST}?q=toilet", headers=team(door))
    (following,) = [link.attributes["href"] for link in tree.all("a") if link.attributes.get("rel") == "next"]
    await page(door, following, headers=team(door))
    asked = [request for request in door.service.seen if request.url.path == "/api/v1/aspirations"][-1]
    query = parse_qs(asked.url.query)
    assert (query["cursor"], query["q"], query["state"]) == (["older=="], ["toilet"], ["new"])


async def test_what_is_ticked_is_decided_on_as_of_the_version_that_was_read(door: Door) -> None:
    door.service.answers[TRIAGE] = outcomes()
    answer = await decide(door, item=[f"{THIRD} 1", f"{SECOND} 1"], action="decline", reason="Bukan wewenang kami.")
    reason = {"action": "decline", "reason": "Bukan wewenang kami."}
    assert json.loads(door.service.bodies[-1]) == {
        "items": [{"id": THIRD, "version": 1, **reason}, {"id": SECOND, "version": 1, **reason}]
    }
    assert (answer.status_code, answer.headers["location"]) == (303, f"{LIST}?state=new&done=decline&n=2")
    told = await page(door, answer.headers["location"], headers=team(door))
    assert told.classed("done")[0].text == "Ditolak: 2."


async def test_merging_joins_the_others_to_the_one_received_first(door: Door) -> None:
    door.service.answers[TRIAGE] = {"results": [{"id": THIRD, "status": "done"}, {"id": SECOND, "status": "done"}]}
    await decide(door, item=[f"{THIRD} 1", f"{SECOND} 1", f"{FIRST} 2"], action="merge")
    into = {"action": "merge", "into": FIRST}
    assert json.loads(door.service.bodies[-1]) == {
        "items": [{"id": THIRD, "version": 1, **into}, {"id": SECOND, "version": 1, **into}]
    }


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"action": "accept"}, "Belum ada yang dicentang."),
        ({"action": "merge", "item": f"{THIRD} 1"}, "paling sedikit dua"),
        ({"action": "decline", "item": f"{THIRD} 1"}, "Isian ini wajib."),
    ],
)
async def test_what_is_missing_is_said_and_the_ticks_stay(door: Door, typed: dict[str, str], says: str) -> None:
    answer = await decide(door, **typed)
    tree = dom.read(answer.text)
    assert answer.status_code == 422
    assert says in tree.classed("notice")[0].text
    ticked = [box.attributes["value"] for box in tree.all("input") if "checked" in box.attributes]
    assert ticked == ([typed["item"]] if "item" in typed else [])
    assert TRIAGE not in [request.url.path for request in door.service.seen]


async def test_a_refusal_stands_below_the_one_it_is_about(door: Door) -> None:
    door.service.answers[TRIAGE] = outcomes(SECOND)
    answer = await decide(door, item=[f"{THIRD} 1", f"{SECOND} 1"], action="accept", reason="Baik")
    tree = dom.read(answer.text)
    assert answer.status_code == 409
    assert [bool(row.classed("fault")) for row in tree.classed("row")] == [False, True, False]
    assert "orang lain mengubahnya" in tree.classed("row")[1].classed("fault")[0].text
    assert "Yang lain sudah tersimpan." in tree.classed("notice")[0].text
    assert next(tree.all("textarea")).text == "Baik"


async def test_nonsense_in_the_form_is_refused(door: Door) -> None:
    assert (await decide(door, item=f"{THIRD} x", action="accept")).status_code == 400
    assert (await decide(door, item=f"{THIRD} 1", action="burn")).status_code == 400


@pytest.mark.parametrize(
    ("role", "region", "forms"),
    [("mentor", "33.25", 0), ("ministry", None, 0), ("team", "33", 1), ("team", "35.71", 0)],
)
async def test_only_who_may_decide_is_shown_how(door: Door, role: str, region: str | None, forms: int) -> None:
    tree = await page(door, LIST, headers=as_(door, role, region=region))
    assert len([form for form in tree.all("form") if form.attributes["action"] == LIST and
                form.attributes["method"] == "post" and list(form.all("button"))]) == forms  # fmt: skip


async def test_the_public_is_asked_to_sign_in(door: Door) -> None:
    for path in (LIST, ONE):
        door.service.answers[f"/api/v1/aspirations/{ASKED}"] = JSONResponse({"status": 401}, 401)
        tree = await page(door, path, 401)
        assert f"/sign-in?next={path.replace('/', '%2F')}" in [link.attributes["href"] for link in tree.all("a")]


async def test_an_unknown_region_is_a_404(door: Door) -> None:
    for path in ("/board/33.99/aspirations", "/board/x/aspirations", f"/board/x/aspirations/{ASKED}"):
        await page(door, path, 404, team(door))
    await page(door, f"{LIST}/nothing", 404, team(door))


async def test_one_is_shown_with_what_can_be_decided_and_what_may_ask_for_the_same(door: Door) -> None:
    tree = await page(door, ONE, headers=team(door))
    assert tree.one("h1").text == "Apa harapan Anda?"
    actions = [form.attributes["action"].rpartition("/")[2] for form in tree.one("main").all("form")]
    assert actions == ["accept", "decline", "redact", "merge"]  # the declined one cannot be merged into
    assert "Hanya saran" in tree.text
    assert "kemiripan 0,58" in tree.text
    assert [event.text for event in tree.classed("events")[0].all("li")] == [
        "3 Mar 2020, 13.00 WIB Masuk: intake (integrator)",
        "4 Mar 2020, 09.30 WIB Dibuka untuk diputuskan lagi: Siti Aminah (Tim Pelaksana) Masuk akal juga.",
    ]
    mentor = await page(door, ONE, headers=as_(door, "mentor", region="33.25"))
    assert list(mentor.one("main").all("form")) == []


async def test_a_decision_names_the_version_that_was_read(door: Door) -> None:
    door.service.answers[f"/api/v1/aspirations/{ASKED}/redact"] = load("aspirations")["items"][0]
    form = form_to(await page(door, ONE, headers=team(door)), f"{ONE}/redact")
    answer = await send(door, f"{ONE}/redact", {**hidden(form), "text": "Toilet", "reason": "Nomor"}, team(door))
    assert json.loads(door.service.bodies[-1]) == {"text": "Toilet", "reason": "Nomor"}
    assert door.service.header("if-match") == '"1"'
    assert (answer.status_code, answer.headers["location"]) == (303, f"{ONE}?done=redact")
    assert "Data pribadi dihapus: 1." in (await page(door, f"{ONE}?done=redact", headers=team(door))).text


async def test_who_was_faster_is_named_and_what_was_typed_stays(door: Door) -> None:
    door.service.answers[f"/api/v1/aspirations/{ASKED}/decline"] = JSONResponse(STALE, 412)
    form = form_to(await page(door, ONE, headers=team(door)), f"{ONE}/decline")
    one = load("aspirations")["items"][0] | {"version": 3}
    door.service.answers[f"/api/v1/aspirations/{ASKED}"] = JSONResponse(one, headers={"ETag": '"3"'})
    answer = await send(door, f"{ONE}/decline", {**hidden(form), "reason": "Sudah ada"}, team(door))
    tree = dom.read(answer.text)
    assert answer.status_code == 412
    assert "orang lain mengubahnya" in tree.classed("notice")[0].text
    assert "Siti Aminah" in tree.classed("notice")[1].text
    assert "intake" not in tree.classed("notice")[1].text
    again = form_to(tree, f"{ONE}/decline")
    assert hidden(again)["etag"] == '"3"'
    values = {field.attributes["name"]: field.attributes.get("value") for field in again.all("input")}
    assert values["reason"] == "Sudah ada"


async def test_what_the_service_refuses_stands_beside_the_field(door: Door) -> None:
    fault = {"pointer": "/reason", "code": "string_pattern_mismatch", "detail": "String should match"}
    more = {"pointer": "", "code": "x", "detail": "Something else"}
    refusal = {"type": "/problems/invalid", "title": "x", "status": 422, "detail": "x", "errors": [fault, more]}
    door.service.answers[f"/api/v1/aspirations/{ASKED}/decline"] = JSONResponse(refusal, 422)
    form = form_to(await page(door, ONE, headers=team(door)), f"{ONE}/decline")
    tree = dom.read((await send(door, f"{ONE}/decline", {**hidden(form), "reason": "x"}, team(door))).text)
    assert tree.classed("fault")[0].text == "String should match"
    assert "Something else" in tree.classed("notice")[0].text
    assert form_to(tree, f"{ONE}/redact").classed("fault") == []


async def test_a_decision_that_there_is_not_and_one_that_is_forbidden(door: Door) -> None:
    form = form_to(await page(door, ONE, headers=team(door)), f"{ONE}/accept")
    assert (await send(door, f"{ONE}/burn", hidden(form), team(door))).status_code == 404
    forbidden = {"type": "/problems/forbidden", "title": "x", "status": 403, "detail": "x"}
    door.service.answers[f"/api/v1/aspirations/{ASKED}/accept"] = JSONResponse(forbidden, 403)
    answer = await send(door, f"{ONE}/accept", hidden(form), team(door))
    assert answer.status_code == 403
    assert dom.read(answer.text).one("h1").text == "Anda tidak boleh melakukan ini"

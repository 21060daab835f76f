"""The board and its follow-ups: everybody sees what is done by when, and those who may make moves."""

import json
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import parse_qs

import httpx2
import pytest
from starlette.responses import JSONResponse, Response

from tests.unit.gateway import dom
from tests.unit.gateway.browsing import FROM_HERE, as_, form_to, hidden, page, send
from tests.unit.gateway.conftest import Door, Opener
from tests.unit.gateway.golden import (
    ASKED,
    BATANG,
    DONE,
    LATE,
    POSTPONED,
    RETURNED,
    SIMULATED,
    VERIFIED,
    answers,
    load,
)

BOARD = "/board/33.25"
API = "/api/v1/followups"
AGENCY = "33250000-0000-4000-8000-0000000000c1"
STALE = {"type": "/problems/precondition-failed", "title": "x", "status": 412, "detail": "The current version is 4."}


@pytest.fixture
async def door(open_door: Opener) -> AsyncIterator[Door]:
    async with open_door() as opened:
        opened.service.answers |= answers()
        for one in load("followups")["items"]:
            opened.service.answers[f"{API}/{one['id']}"] = JSONResponse(one, headers={"ETag": '"3"'})
        yield opened


def public(door: Door) -> None:
    """Follow-ups as everybody gets them."""
    nothing = dict.fromkeys(("person", "evidence", "objections", "comments_count"))
    for one in load("followups")["items"]:
        door.service.answers[f"{API}/{one['id']}"] = one | nothing | {"detail": False}
    board = door.service.answers[API]
    board["items"] = [one | nothing | {"detail": False} for one in board["items"]]


def team(door: Door) -> dict[str, str]:
    return as_(door, "team", region="33.25")


def agency(door: Door) -> dict[str, str]:
    return as_(door, "agency", region="33.25", agency=AGENCY)


def asked(door: Door, path: str) -> dict[str, list[str]]:
    """The query of the last request for an address."""
    return parse_qs([request for request in door.service.seen if request.url.path == path][-1].url.query)


async def test_the_columns_go_from_planned_to_verified(door: Door) -> None:
    public(door)
    tree = await page(door, BOARD)
    assert tree.one("h1").text == "Papan tindak lanjut: Kabupaten Batang, Jawa Tengah"
    columns = {column.one("h2").text: [card.one("h3").text for card in column.classed("task")]
               for column in tree.classed("column")}  # fmt: skip
    assert columns == {
        "Direncanakan 1": ["Jam layanan diperpanjang"],
        "Sedang dikerjakan 1 simulasi": ["Toilet ditambah"],
        "Kembali ke OPD 2": ["Loket prioritas", "Papan petunjuk"],
        "Menunggu pemeriksaan 1": ["Antrean dari rumah"],
        "Selesai diperiksa 1": ["Kursi tunggu"],
        "Ditunda 1": ["Parkir"],
    }
    assert asked(door, API) == {"region": ["33.25"], "limit": ["500"]}
    assert [form for form in tree.all("form") if form.attributes["method"] == "post"] == []
    assert "Budi Santoso" not in tree.text


async def test_what_is_late_says_so_in_words_and_who_is_told(door: Door) -> None:
    late, *others = (await page(door, BOARD)).classed("task")
    assert "Batas waktu 24 Maret 2020 ⚠ Terlambat naik ke: Tim Pelaksana" in late.text
    assert "Dinas Pariwisata, Budi Santoso" in late.text
    assert not any("Terlambat" in card.text for card in others)
    postponed = next(card for card in others if card.one("h3").text == "Parkir")
    assert "Ditunda sampai 30 Juni 2020" in postponed.text
    assert "Unsur lemah: Sarana dan prasarana (71,33, n = 50)" in postponed.text


async def test_simulated_ones_are_marked_one_by_one(door: Door) -> None:
    marked = [card.one("h3").text for card in (await page(door, BOARD)).classed("task") if card.classed("mark")]
    assert marked == ["Toilet ditambah"]
    assert (await page(door, f"/followups/{SIMULATED}")).classed("mark")


async def test_it_can_be_narrowed_and_goes_on_on_further_pages(door: Door) -> None:
    door.service.answers[API]["next"] = "more=="
    tree = await page(door, f"{BOARD}?overdue=true&element=facilities&agency={AGENCY}&nonsense=1")
    expected = {"overdue": ["true"], "element": ["facilities"], "agency": [AGENCY], "region": ["33.25"]}
    assert asked(door, API) == {**expected, "limit": ["500"]}
    fields = {field.attributes["name"]: field for field in tree.classed("filters")[0].all("input", "select")}
    assert "checked" in fields["overdue"].attributes
    assert [one.text for one in fields["element"].all("option") if "selected" in one.attributes] == [
        "Sarana dan prasarana"
    ]
    (following,) = [link.attributes["href"] for link in tree.all("a") if link.attributes.get("rel") == "next"]
    await page(door, following)
    assert asked(door, API) == {**expected, "limit": ["500"], "cursor": ["more=="]}


async def test_an_empty_board_and_an_unknown_region_say_so(door: Door) -> None:
    assert "Belum ada tindak lanjut yang cocok." in (await page(door, "/board/33.74")).text
    await page(door, "/board/99.99", 404)
    await page(door, "/followups/nothing", 404)
    await page(door, "/followups/00000000-0000-4000-8000-000000000000", 404)


async def test_one_chooses_a_region_and_who_works_for_one_is_led_there(door: Door) -> None:
    links = [link.attributes["href"] for link in (await page(door, "/board")).one("main").all("a")]
    assert "/board/33.25" in links
    answer = await door.client.get("/board", headers={**FROM_HERE, **team(door)})
    assert (answer.status_code, answer.headers["location"]) == (303, BOARD)
    assert (await page(door, "/board", headers=as_(door, "ministry"))).one("h1").text == "Papan tindak lanjut"


async def test_the_public_sees_what_is_done_and_no_form(door: Door) -> None:
    public(door)
    tree = await page(door, f"/followups/{DONE}")
    assert tree.one("h1").text == "Antrean dari rumah"
    assert "Selesai, menunggu pemeriksaan" in tree.text
    assert list(tree.all("form")) == []
    for told in ("Masih antre lama", "foto loket", "Budi", "Bagus."):
        assert told not in tree.text
    assert not [one for one in door.service.seen if one.url.path.endswith(("/comments", "/history"))]


async def test_those_whose_rows_it_is_see_all_of_it(door: Door) -> None:
    tree = await page(door, f"/followups/{DONE}", headers=as_(door, "mentor", region="33.25"))
    for told in (
        "Masih antre lama",
        "foto loket.jpg (1,2 MB, Budi",
        "Dr. Rini (pembimbing)",
        "Mulai dikerjakan: Budi (OPD)",
        "Toilet di pasar diperbanyak",
    ):
        assert told in tree.text
    actions = [form.attributes["action"].rpartition("/")[2] for form in tree.one("main").all("form")]
    assert actions == ["comments"]


@pytest.mark.parametrize(
    ("who", "followup", "moves"),
    [
        ("agency", LATE, ["start", "evidence", "comments"]),
        ("agency", SIMULATED, ["finish", "evidence", "comments"]),
        ("agency", RETURNED, ["start", "finish", "evidence", "comments"]),
        ("agency", DONE, ["evidence", "comments"]),
        ("agency", VERIFIED, ["comments"]),
        ("team", LATE, ["postpone", "change", "comments"]),
        ("team", DONE, ["verify", "return", "reopen", "comments"]),
        ("team", VERIFIED, ["reopen", "comments"]),
        ("admin", POSTPONED, ["start", "evidence", "change", "comments"]),
    ],
)
async def test_each_is_shown_the_moves_that_may_be_made_now(
    door: Door, who: str, followup: str, moves: list[str]
) -> None:
    headers = {"agency": agency(door), "team": team(door), "admin": as_(door, "admin")}[who]
    tree = await page(door, f"/followups/{followup}", headers=headers)
    assert [form.attributes["action"].rpartition("/")[2] for form in tree.one("main").all("form")] == moves


async def make(door: Door, followup: str, move: str, who: dict[str, str], **typed: Any) -> httpx2.Response:
    """Make a move as a browser does: open the page, fill the form, send it."""
    address = f"/followups/{followup}/{move}"
    form = form_to(await page(door, f"/followups/{followup}", headers=who), address)
    if "enctype" in form.attributes:
        file = typed.pop("file", ("", b"", "application/octet-stream"))
        return await door.client.post(
            address, data={**hidden(form), **typed}, files={"file": file}, headers={**FROM_HERE, **who}
        )
    return await send(door, address, {**hidden(form), **typed}, who)


@pytest.mark.parametrize(
    ("who", "followup", "move", "typed", "body"),
    [
        ("agency", LATE, "start", {"note": ""}, {}),
        ("agency", SIMULATED, "finish", {"note": "Sudah"}, {"note": "Sudah"}),
        ("team", DONE, "verify", {}, {}),
        ("team", DONE, "return", {"reason": "Belum"}, {"reason": "Belum"}),
        (
            "team",
            LATE,
            "postpone",
            {"until": "2020-05-01", "reason": "Bahan"},
            {"until": "2020-05-01", "reason": "Bahan"},
        ),
        ("team", VERIFIED, "reopen", {"reason": "Rusak"}, {"reason": "Rusak"}),
    ],
)
async def test_a_move_names_the_version_that_was_read(
    door: Door, who: str, followup: str, move: str, typed: dict[str, str], body: dict[str, str]
) -> None:
    door.service.answers[f"{API}/{followup}/{move}"] = load("followups")["items"][0]
    answer = await make(door, followup, move, agency(door) if who == "agency" else team(door), **typed)
    assert json.loads(door.service.bodies[-1]) == body
    assert door.service.header("if-match") == '"3"'
    assert (answer.status_code, answer.headers["location"]) == (303, f"/followups/{followup}?done={move}")
    done = await page(door, answer.headers["location"])
    assert done.classed("done")[0].attributes["role"] == "status"


async def test_finishing_brings_the_file_first(door: Door) -> None:
    door.service.answers |= {
        f"{API}/{SIMULATED}/evidence": {},
        f"{API}/{SIMULATED}/finish": load("followups")["items"][1],
    }
    picture = ("foto & bukti.png", b"\x89PNG\r\n\x1a\n....", "image/png")
    answer = await make(door, SIMULATED, "finish", agency(door), note="Terpasang", file=picture)
    assert answer.status_code == 303
    upload, finish = door.service.seen[-2:]
    assert (upload.url.path, parse_qs(upload.url.query)) == (
        f"{API}/{SIMULATED}/evidence",
        {"name": ["foto & bukti.png"]},
    )
    assert (upload.headers["content-type"], door.service.bodies[-2]) == ("image/png", picture[1])
    assert finish.url.path == f"{API}/{SIMULATED}/finish"


async def test_evidence_alone_needs_a_file_of_a_kind_that_is_taken(door: Door) -> None:
    answer = await make(door, LATE, "evidence", agency(door))
    assert answer.status_code == 422
    assert dom.read(answer.text).classed("fault")[0].text == "Isian ini wajib."
    refusal = {"type": "/problems/unsupported-media-type", "title": "x", "status": 415, "detail": "x"}
    door.service.answers[f"{API}/{LATE}/evidence"] = JSONResponse(refusal, 415)
    answer = await make(door, LATE, "evidence", agency(door), file=("a.exe", b"MZ", "application/x-msdownload"))
    assert answer.status_code == 415
    assert "Jenis berkas ini tidak diterima." in dom.read(answer.text).classed("notice")[0].text


async def test_a_file_that_is_too_large_ends_at_the_door(door: Door) -> None:
    answer = await make(
        door, LATE, "evidence", agency(door), file=("a.pdf", b"%PDF-" + b"x" * 10_300_000, "application/pdf")
    )
    assert answer.status_code == 413
    assert dom.read(answer.text).one("h1").text == "Kiriman terlalu besar"


@pytest.mark.parametrize(
    ("content", "kind", "status"),
    [
        (b"seal=x", "application/x-www-form-urlencoded", 415),
        (b"--x\r\nnonsense", "multipart/form-data; boundary=x", 403),
        (b"", "multipart/form-data", 400),
    ],
)
async def test_what_is_no_form_with_a_file_is_refused(door: Door, content: bytes, kind: str, status: int) -> None:
    headers = {**FROM_HERE, **agency(door), "Content-Type": kind}
    assert (
        await door.client.post(f"/followups/{LATE}/evidence", content=content, headers=headers)
    ).status_code == status
    elsewhere = {**headers, "Sec-Fetch-Site": "cross-site"}
    assert (
        await door.client.post(f"/followups/{LATE}/evidence", content=content, headers=elsewhere)
    ).status_code == 403


async def test_who_was_faster_is_named_and_what_was_typed_stays(door: Door) -> None:
    door.service.answers[f"{API}/{LATE}/postpone"] = JSONResponse(STALE, 412)
    answer = await make(door, LATE, "postpone", team(door), until="2020-05-01", reason="Bahan belum datang")
    tree = dom.read(answer.text)
    assert answer.status_code == 412
    assert "orang lain mengubahnya" in tree.classed("notice")[0].text
    assert "Mulai dikerjakan: Budi (OPD)" in tree.classed("notice")[1].text
    assert "Siti Aminah" not in tree.classed("notice")[1].text
    values = {field.attributes["name"]: field.attributes["value"]
              for field in form_to(tree, f"/followups/{LATE}/postpone").all("input")}  # fmt: skip
    assert (values["until"], values["reason"]) == ("2020-05-01", "Bahan belum datang")


async def test_the_plan_can_be_changed_and_commented(door: Door) -> None:
    door.service.answers |= {f"{API}/{LATE}/comments": load("followup-more")["comments"]}
    answer = await make(door, LATE, "comments", team(door), text="Satu\r\ndua")
    assert json.loads(door.service.bodies[-1]) == {"text": "Satu\ndua"}
    assert answer.headers["location"].endswith("?done=comment")
    typed = {"title": "Jam", "action": "Lama", "agency": AGENCY, "person": "", "class": "light", "reason": "Ringan"}
    answer = await make(door, LATE, "change", team(door), **typed)
    assert json.loads(door.service.bodies[-1]) == typed | {"person": None}
    assert (door.service.seen[-1].method, door.service.header("if-match")) == ("PUT", '"3"')
    assert answer.headers["location"].endswith("?done=change")


async def test_there_is_no_other_move_and_none_for_whoever_may_not(door: Door) -> None:
    form = hidden(form_to(await page(door, f"/followups/{DONE}", headers=team(door)), f"/followups/{DONE}/verify"))
    assert (await send(door, f"/followups/{DONE}/burn", form, team(door))).status_code == 404
    forbidden = {"type": "/problems/forbidden", "title": "x", "status": 403, "detail": "x"}
    door.service.answers[f"{API}/{DONE}/verify"] = JSONResponse(forbidden, 403)
    assert (await send(door, f"/followups/{DONE}/verify", form, team(door))).status_code == 403
    assert (await send(door, f"/followups/{DONE}/verify", form)).status_code == 403  # signed out meanwhile


async def test_a_file_is_kept_and_never_opened_as_a_page_of_ours(door: Door) -> None:
    address = f"/followups/{DONE}/evidence/{LATE}"
    told = {"Content-Disposition": "attachment; filename*=UTF-8''a.pdf"}
    door.service.answers[f"/api/v1{address}"] = Response(b"%PDF-1", media_type="application/pdf", headers=told)
    answer = await door.client.get(address, headers=team(door))
    assert (answer.content, answer.headers["content-type"]) == (b"%PDF-1", "application/pdf")
    assert answer.headers["content-disposition"].startswith("attachment")
    assert answer.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert answer.headers["x-content-type-options"] == "nosniff"
    door.service.answers[f"/api/v1{address}"] = JSONResponse({}, 404)
    assert (await door.client.get(address, headers=team(door))).status_code == 404


async def test_something_is_planned_for_accepted_aspirations(door: Door) -> None:
    tree = await page(door, f"{BOARD}/plan?aspiration={ASKED}&aspiration=../../x", headers=team(door))
    assert "Toilet di pasar diperbanyak" in tree.text
    form = form_to(tree, f"{BOARD}/plan")
    (agency,) = [one.text for one in form.all("option") if "selected" in one.attributes]
    assert agency == "Dinas Pariwisata"  # it is that of the aspiration
    assert [one.text for one in form.all("option")][-1] == "Tidak berkadar pengawasan: 14 hari kerja"
    typed = {"title": "Toilet", "action": "Tambah dua", "agency": AGENCY, "person": "", "class": "light"}
    door.service.answers[API] = JSONResponse(load("followups")["items"][0], 201)
    answer = await send(door, f"{BOARD}/plan", {**hidden(form), **typed}, team(door))
    assert json.loads(door.service.bodies[-1]) == {**typed, "person": None, "origin": {"aspirations": [ASKED]}}
    assert answer.headers["location"] == f"/followups/{LATE}?done=plan"


async def test_something_is_planned_for_a_weak_element(door: Door) -> None:
    weak = await page(door, f"{BOARD}/weak-elements?review={BATANG}", headers=team(door))
    rows = [row.text for row in weak.one("tbody").all("tr")]
    assert rows[0].startswith("Sarana dan prasarana terlemah 300 71,33 9 Tindak lanjut 1")
    assert "(simulasi)" in weak.one("caption").text
    link = next(one.attributes["href"] for one in weak.one("tbody").all("a") if "/plan" in one.attributes["href"])
    form = form_to(await page(door, link, headers=team(door)), f"{BOARD}/plan")
    fault = {"pointer": "/title", "code": "string_too_short", "detail": "x"}
    refusal = {"type": "/problems/invalid", "title": "x", "status": 422, "detail": "x", "errors": [fault]}
    door.service.answers[API] = JSONResponse(refusal, 422)
    answer = await send(door, f"{BOARD}/plan", {**hidden(form), "action": "Perbaiki"}, team(door))
    sent = next(body for body in reversed(door.service.bodies) if body)
    assert json.loads(sent)["origin"] == {"review": BATANG, "element": "facilities"}
    tree = dom.read(answer.text)
    assert tree.classed("fault")[0].text == "Isian ini wajib."
    assert next(tree.all("textarea")).text == "Perbaiki"


async def test_the_public_sees_weak_elements_and_plans_nothing(door: Door) -> None:
    weak = await page(door, f"{BOARD}/weak-elements?review={BATANG}")
    assert not [one for one in weak.all("a") if "/plan" in one.attributes["href"]]
    await page(door, f"{BOARD}/plan?aspiration={ASKED}", 401)
    await page(door, f"{BOARD}/weak-elements?review=nothing", 404)
    door.service.answers[f"{API}/weak-elements"] = JSONResponse({}, 404)
    assert "hasilnya belum tersedia" in (await page(door, f"{BOARD}/weak-elements?review={BATANG}")).text


async def test_without_anything_to_plan_for_there_is_no_form(door: Door) -> None:
    tree = await page(door, f"{BOARD}/plan", headers=team(door))
    assert "Pilih dulu aspirasi" in tree.classed("notice")[0].text
    assert list(tree.one("main").all("form")) == []


async def test_planning_can_begin_on_the_list_of_aspirations(door: Door) -> None:
    form = form_to(await page(door, f"{BOARD}/aspirations", headers=team(door)), f"{BOARD}/aspirations")
    answer = await send(
        door, f"{BOARD}/aspirations", {**hidden(form), "action": "plan", "item": f"{ASKED} 1"}, team(door)
    )
    assert answer.headers["location"] == f"{BOARD}/plan?aspiration={ASKED}"

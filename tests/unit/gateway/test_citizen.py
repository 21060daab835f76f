"""The citizen's pages: found by the code however it is typed, in plain words, and closed to everybody else."""

import json
from collections.abc import AsyncIterator
from typing import Any

import jwt
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.responses import JSONResponse

from gateway.pages.citizen import receipt
from services.kit.identity import AUDIENCE
from tests.unit.gateway import dom
from tests.unit.gateway.browsing import HTML, as_, form_to, hidden, page, send
from tests.unit.gateway.conftest import Door, Opener
from tests.unit.gateway.golden import RECEIPT, TRACK, answers

SHOWN = f"/aspirations/{RECEIPT}"
OBJECTIONS = f"{SHOWN}/objections"
NOBODYS = {"type": "/problems/not-found", "title": "No", "status": 404, "detail": "Nothing."}


@pytest.fixture
async def door(open_door: Opener) -> AsyncIterator[Door]:
    async with open_door() as opened:
        opened.service.answers |= answers()
        yield opened


@pytest.mark.parametrize(
    "typed", [RECEIPT, "7q2m-k4tx-90ab", " 7q2mk4tx90ab ", "7Q2M K4TX 9OAB", "7Q2M–K4TX–9oAB", "7Q2M.K4TX.90AB."]
)
async def test_a_code_is_found_however_it_is_typed(door: Door, typed: str) -> None:
    answer = await send(door, "/aspirations", {"receipt": typed})
    assert (answer.status_code, answer.headers["location"]) == (303, SHOWN)
    assert (await door.client.get(f"/aspirations/{typed}", headers=HTML)).status_code == 200


@given(st.text(alphabet=receipt.CROCKFORD, min_size=12, max_size=12), st.randoms())
def test_every_code_is_read_as_it_was_given_out(code: str, random: Any) -> None:
    mistaken = {"0": "0Oo", "1": "1IiLl"}
    typed = "".join(
        random.choice(mistaken.get(sign, sign + sign.lower())) + random.choice(["", "-", " "]) for sign in code
    )
    assert receipt.read(typed) == f"{code[:4]}-{code[4:8]}-{code[8:]}"


@given(st.text())
def test_what_is_read_is_a_code_and_nothing_else(typed: str) -> None:
    code = receipt.read(typed)
    assert code is None or (len(code) == 14 and code.isascii() and set(code) <= set(receipt.CROCKFORD + "-"))


@pytest.mark.parametrize(("typed", "says"), [("", "Ketik kode"), ("12345", "bukan kode"), ("U" * 12, "tanpa huruf U")])
async def test_what_is_no_code_is_said_so_and_kept_in_the_field(door: Door, typed: str, says: str) -> None:
    answer = await send(door, "/aspirations", {"receipt": typed})
    tree = dom.read(answer.text)
    assert answer.status_code == 422
    assert says in tree.classed("fault")[0].text
    field = tree.one("main").one("input")
    assert (field.attributes["value"], field.attributes["aria-invalid"]) == (typed, "true")
    assert door.service.seen == []


@pytest.mark.parametrize("code", ["0000-0000-0000", "nothing", "7Q2M-K4TX-90A"])
async def test_a_wrong_code_gets_a_page_that_helps(door: Door, code: str) -> None:
    tree = await page(door, f"/aspirations/{code}", 404)
    assert tree.one("h1").text == "Kode ini tidak kami kenal"
    assert "Tunggu beberapa menit" in tree.text
    assert form_to(tree, "/aspirations").one("input").attributes["name"] == "receipt"


async def test_it_shows_what_was_asked_for_and_what_became_of_it(door: Door) -> None:
    tree = await page(door, SHOWN)
    assert "Kami terima pada 4 Maret 2026" in tree.classed("lead")[0].text  # half past one at night in Batang
    panels = tree.classed("asked")
    assert [panel.classed("state")[0].text for panel in panels] == [
        "Akan ditindaklanjuti", "Tidak ditindaklanjuti", "Digabung dengan permintaan yang sama",
        "Diterima, belum diputuskan", "Ditarik",
    ]  # fmt: skip
    first = panels[0]
    assert first.one("h2").text == "Apa harapan Anda?"
    assert first.one("blockquote").text.startswith("Loket dibuka sampai sore,")
    hours, queue = first.all("article")
    assert "Ditangani oleh DPMPTSP Keadaan Selesai, menunggu pemeriksaan Batas waktu 20 Maret 2026" in hours.text
    assert [event.text for event in hours.one("ol").all("li")] == [
        "6 Maret 2026 Direncanakan", "9 Maret 2026 Sedang dikerjakan",
        "18 Maret 2026 Selesai, menunggu pemeriksaan: Loket buka sampai pukul 17 sejak 18 Maret.",
    ]  # fmt: skip
    assert "Ditunda, sampai 30 Juni 2026" in queue.text
    assert queue.classed("overdue")[0].text == "⚠ Terlambat"
    assert "Parkir diatur dengan peraturan daerah." in panels[1].text
    assert panels[1].one("blockquote").text == "<b>Parkir</b> gratis"
    assert "Belum ada rencana tindak lanjut." in panels[2].text
    assert list(panels[4].all("blockquote")) == []
    english = dom.read((await door.client.get(f"{SHOWN}?lang=en", headers=HTML)).text)
    assert english.classed("state")[0].text == "To be followed up"
    assert english.one("h1").text == "Your aspiration"


async def test_simulated_ones_are_marked_everywhere(door: Door) -> None:
    assert (await page(door, SHOWN)).classed("mark") == []
    door.service.answers[TRACK]["simulated"] = True
    tree = await page(door, SHOWN)
    assert "tidak seorang pun pernah memberikannya" in tree.classed("banner")[0].text
    assert tree.one("head").one("title").text.startswith("SIMULASI: ")
    assert len(tree.classed("mark")) == len(tree.classed("asked")) == 5


@pytest.mark.parametrize("path", [SHOWN, "/aspirations/0000-0000-0000"])
async def test_nobody_else_learns_of_the_page(door: Door, path: str) -> None:
    answer = await door.client.get(path, headers=HTML)
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["x-robots-tag"] == "noindex"
    assert answer.headers["cache-control"] == "private, no-store"
    tree = dom.read(answer.text)
    robots = [meta.attributes["content"] for meta in tree.all("meta") if meta.attributes.get("name") == "robots"]
    assert robots == ["noindex"]
    assert not [link for link in tree.all("a") if RECEIPT in link.attributes["href"]]


async def test_services_are_asked_as_the_public_even_for_somebody_signed_in(door: Door) -> None:
    await page(door, SHOWN, headers=as_(door, "team", region="33.25"))
    token = (door.service.header("authorization") or "").removeprefix("Bearer ")
    payload = jwt.decode(token, options={"verify_signature": False}, audience=AUDIENCE)
    assert (payload["sub"], payload["role"]) == ("anonymous", "public")


async def objection(door: Door, text: str, **headers: str) -> Any:
    """Say that the first follow-up is not solved."""
    form = form_to(await page(door, SHOWN), OBJECTIONS)
    return await send(door, OBJECTIONS, {**hidden(form), "text": text}, headers)


async def test_it_can_be_said_not_to_be_solved_where_that_may_be_said(door: Door) -> None:
    door.service.answers[TRACK + "/objections"] = {}
    assert len([form for form in (await page(door, SHOWN)).all("form") if form.attributes["action"] == OBJECTIONS]) == 1
    answer = await objection(door, "Masih tutup\r\njam 15")
    followup = door.service.answers[TRACK]["aspirations"][0]["followups"][0]["id"]
    assert json.loads(door.service.bodies[-1]) == {"followup": followup, "text": "Masih tutup\njam 15"}
    assert (answer.status_code, answer.headers["location"]) == (303, f"{SHOWN}?said={followup}#said")
    thanks = (await page(door, f"{SHOWN}?said={followup}")).classed("done")[0]
    assert thanks.attributes["role"] == "status"
    assert "dibuka kembali" in thanks.text


async def test_what_is_wrong_with_it_stands_beside_the_field_and_the_words_stay(door: Door) -> None:
    fault = {"pointer": "/text", "code": "string_too_long", "detail": "Too long"}
    refusal = {"type": "/problems/invalid", "title": "x", "status": 422, "detail": "x", "errors": [fault]}
    door.service.answers[TRACK + "/objections"] = JSONResponse(refusal, 422)
    answer = await objection(door, "Terlalu panjang")
    tree = dom.read(answer.text)
    assert answer.status_code == 422
    assert tree.classed("fault")[0].text == "Isian ini terlalu panjang."
    assert tree.one("textarea").text == "Terlalu panjang"
    assert "open" in tree.one("details").attributes
    assert tree.classed("notice")[0].attributes["role"] == "alert"
    (other,) = [link for link in tree.all("a") if link.attributes.get("hreflang") == "en"]
    assert other.attributes["href"] == f"{SHOWN}?lang=en"


async def test_a_second_one_is_refused_in_words(door: Door) -> None:
    refusal = {"type": "/problems/wrong-state", "title": "x", "status": 409, "detail": "You said so already."}
    door.service.answers[TRACK + "/objections"] = JSONResponse(refusal, 409)
    answer = await objection(door, "Lagi")
    assert answer.status_code == 409
    assert "tidak dapat dilakukan pada keadaannya sekarang" in dom.read(answer.text).classed("notice")[0].text


async def test_the_page_itself_gives_the_right_to_say_so(door: Door) -> None:
    door.service.answers[TRACK + "/objections"] = {}
    for headers, status in (
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-origin"}, 303),
    ):
        assert (await objection(door, "x", **headers)).status_code == status
    form = form_to(await page(door, SHOWN), OBJECTIONS)
    # a browser that is told to say nothing of where it comes from, and is too old for anything better
    old = await door.client.post(OBJECTIONS, data={**hidden(form), "text": "x"}, headers={**HTML, "Origin": "null"})
    assert old.status_code == 303
    other = await send(door, "/aspirations/0000-0000-0000/objections", {**hidden(form), "text": "x"})
    assert other.status_code == 403
    assert (await send(door, "/aspirations/nothing/objections", {"text": "x"})).status_code == 404
    door.service.answers[TRACK + "/objections"] = JSONResponse(NOBODYS, 404)
    assert (await objection(door, "x")).status_code == 404


@pytest.mark.parametrize("status", [500, 401])
async def test_a_service_that_cannot_tell_is_no_wrong_code(door: Door, status: int) -> None:
    door.service.answers[TRACK] = JSONResponse({"status": status}, status)
    answer = await door.client.get(SHOWN, headers=HTML)
    assert answer.status_code == {500: 503, 401: 401}[status]
    assert RECEIPT not in answer.text

"""Signing in with a token: what is believed, how it is kept, whom services are asked as, and how it ends."""

import time
from collections.abc import AsyncIterator

import httpx2
import jwt
import pytest

from gateway.identity import keys, tokens
from gateway.pages.signing import within
from services.kit.identity import AUDIENCE
from tests.unit.gateway import dom
from tests.unit.gateway.browsing import FROM_HERE, HTML, bearer, cookies, seal
from tests.unit.gateway.conftest import Door, Opener
from tests.unit.gateway.golden import KEDIRI, answers


@pytest.fixture
async def door(open_door: Opener) -> AsyncIterator[Door]:
    async with open_door() as opened:
        opened.service.answers |= answers()
        yield opened


async def sign_in(door: Door, token: str, headers: dict[str, str] | None = None, **further: str) -> httpx2.Response:
    """Open the form and send it, as a browser does."""
    asked = await door.client.get("/sign-in", headers={**HTML, **(headers or {})})
    sent = {"seal": seal(dom.read(asked.text)), "token": token, **further}
    # By hand, because the client here keeps no cookie for TLS.
    back = {"Cookie": f"tinjau-sign-in={cookies(asked)['tinjau-sign-in'].value}"}
    return await door.client.post("/sign-in", data=sent, headers={**FROM_HERE, **back, **(headers or {})})


async def test_a_token_is_kept_where_no_script_and_no_other_site_gets_at_it_until_it_ends(door: Door) -> None:
    token = bearer(door, region="33.25")
    answer = await sign_in(door, f" Bearer {token[:40]}\n{token[40:]} ")
    assert (answer.status_code, answer.headers["location"]) == (303, "/board/33.25")
    kept = cookies(answer)["tinjau"]
    assert kept.value == token
    assert (kept["httponly"], kept["samesite"], kept["path"], kept["secure"]) == (True, "Strict", "/", "")
    assert 86_300 <= int(kept["max-age"]) <= 86_400


async def test_with_tls_the_cookie_is_for_tls_and_this_host_alone(door: Door) -> None:
    tls = {"X-Forwarded-Proto": "https"}
    answer = await sign_in(door, bearer(door), tls)
    kept = cookies(answer)["__Host-tinjau"]
    assert kept["secure"] is True
    page = await door.client.get("/", headers={**HTML, **tls, "Cookie": f"__Host-tinjau={kept.value}"})
    assert "test:team" in page.text
    planted = await door.client.get("/", headers={**HTML, **tls, "Cookie": f"tinjau={kept.value}"})
    assert "test:team" not in planted.text


async def test_the_header_says_who_is_signed_in_and_services_are_asked_as_them(door: Door) -> None:
    await sign_in(door, bearer(door, region="33.25"))
    answer = await door.client.get(f"/reviews/{KEDIRI}", headers=HTML)
    page = dom.read(answer.text)
    assert page.classed("who")[0].text == "Anda masuk sebagai test:team , Tim Pelaksana, wilayah 33.25 Keluar"
    assert answer.headers["cache-control"] == "private, no-store"
    assert "cookie" in answer.headers["vary"].lower()
    asked = [request for request in door.service.seen if request.url.path == "/api/v1/indexes"]
    for request in asked:
        assert "cookie" not in request.headers
        token = request.headers["authorization"].removeprefix("Bearer ")
        payload = jwt.decode(token, options={"verify_signature": False}, audience=AUDIENCE)
        assert (payload["sub"], payload["role"], payload["claims"]) == ("test:team", "team", {"region": "33.25"})


async def test_signing_out_ends_it(door: Door) -> None:
    await sign_in(door, bearer(door))
    page = dom.read((await door.client.get("/", headers=HTML)).text)
    answer = await door.client.post("/sign-out", data={"seal": seal(page)}, headers=FROM_HERE)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert cookies(answer)["tinjau"]["max-age"] == "0"
    after = dom.read((await door.client.get("/", headers=HTML)).text)
    assert after.classed("who")[0].text == "Masuk"


@pytest.mark.parametrize("token", ["", "nonsense", "x" * 5000, "a.b.c", "Bearer"])
async def test_what_is_no_token_is_said_so_beside_the_field_and_never_shown_again(door: Door, token: str) -> None:
    answer = await sign_in(door, token)
    assert answer.status_code == 422
    page = dom.read(answer.text)
    (field,) = [one for one in page.all("input") if one.attributes["name"] == "token"]
    assert field.attributes["aria-invalid"] == "true"
    assert "value" not in field.attributes
    assert "bukan token dari sistem ini" in page.classed("fault")[0].text
    assert "tinjau" not in cookies(answer)


async def test_one_that_has_expired_says_so(door: Door) -> None:
    now = int(time.time())
    payload = {"iss": "tinjau-gateway", "aud": tokens.DOOR, "sub": "x", "role": "team", "iat": now - 9, "exp": now - 1}
    ended = jwt.encode(payload, keys.read(door.settings.private_key_file), algorithm="EdDSA")
    assert "kedaluwarsa" in (await sign_in(door, ended)).text
    answer = await door.client.get("/", headers={**HTML, "Cookie": f"tinjau={ended}"})
    assert "Masa berlaku masuk Anda sudah berakhir" in answer.text
    assert cookies(answer)["tinjau"]["max-age"] == "0"


async def test_an_internal_token_signs_nobody_in(door: Door) -> None:
    await door.client.get("/", headers=HTML)
    internal = (door.service.header("authorization") or "").removeprefix("Bearer ")
    assert (await sign_in(door, internal)).status_code == 422


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "https://elsewhere.example"},
        {"Origin": "null"},
        {},
    ],
)
async def test_a_form_of_another_site_is_refused_even_with_the_right_seal(door: Door, headers: dict[str, str]) -> None:
    page = dom.read((await door.client.get("/sign-in", headers=HTML)).text)
    answer = await door.client.post(
        "/sign-in", data={"seal": seal(page), "token": bearer(door)}, headers={**HTML, **headers}
    )
    assert answer.status_code == 403
    assert dom.read(answer.text).one("h1").text == "Formulir tidak diterima"
    assert "set-cookie" not in answer.headers


async def test_an_old_browser_that_names_the_origin_is_enough(door: Door) -> None:
    page = dom.read((await door.client.get("/sign-in", headers=HTML)).text)
    sent = {"seal": seal(page), "token": bearer(door)}
    answer = await door.client.post("/sign-in", data=sent, headers={**HTML, "Origin": door.origin})
    assert answer.status_code == 303


async def test_a_form_that_was_made_for_somebody_else_is_refused(door: Door) -> None:
    stranger = door.client.get("/sign-in", headers={**HTML, "Cookie": "tinjau-sign-in=other"})
    theirs = seal(dom.read((await stranger).text))
    door.client.cookies.clear()
    answer = await door.client.post("/sign-in", data={"seal": theirs, "token": bearer(door)}, headers=FROM_HERE)
    assert answer.status_code == 403
    await sign_in(door, bearer(door))
    for given in (theirs, "", "ä"):
        answer = await door.client.post("/sign-out", data={"seal": given}, headers=FROM_HERE)
        assert answer.status_code == 403
    answer = await door.client.post("/sign-out", data={"seal": theirs}, headers={**FROM_HERE, "Cookie": ""})
    assert answer.status_code == 403


async def test_the_policy_lets_forms_go_to_us_and_only_where_there_is_one(door: Door) -> None:
    public = await door.client.get("/", headers=HTML)
    assert "form-action 'none'" in public.headers["content-security-policy"]
    asked = await door.client.get("/sign-in", headers=HTML)
    assert "form-action 'self'" in asked.headers["content-security-policy"]


async def test_one_goes_on_where_one_was(door: Door) -> None:
    page = dom.read((await door.client.get(f"/reviews/{KEDIRI}?lang=en", headers=HTML)).text)
    link = next(page.classed("who")[0].all("a")).attributes["href"]
    assert link == f"/sign-in?next=%2Freviews%2F{KEDIRI}&lang=en"
    asked = dom.read((await door.client.get(link, headers=HTML)).text)
    fields = {field.attributes["name"]: field.attributes.get("value") for field in asked.all("input")}
    assert fields["next"] == f"/reviews/{KEDIRI}"
    assert (await sign_in(door, bearer(door), next=f"/reviews/{KEDIRI}")).headers["location"] == f"/reviews/{KEDIRI}"


@pytest.mark.parametrize(
    "address",
    ["https://elsewhere.example/", "//elsewhere.example", "/\\elsewhere.example", "javascript:alert(1)", "\t//x", "",
     "board", "/\n/x", "/ä"],
)  # fmt: skip
def test_nobody_is_led_to_another_site(address: str) -> None:
    assert within(address) is None


@pytest.mark.parametrize(("role", "region", "way"), [("ministry", None, "/"), ("admin", "33", "/")])
async def test_without_a_regency_of_ones_own_one_begins_with_the_reviews(
    door: Door, role: str, region: str | None, way: str
) -> None:
    assert (await sign_in(door, bearer(door, role, region=region))).headers["location"] == way


@pytest.mark.parametrize(
    ("content", "kind", "status"),
    [
        ("seal=%ff&token=x", "application/x-www-form-urlencoded", 400),
        ("token=a%00b", "application/x-www-form-urlencoded", 400),
        ("&".join(["a=1"] * 3000), "application/x-www-form-urlencoded", 400),
        ("seal=" + "x" * 300_000, "application/x-www-form-urlencoded", 413),
        ('{"token": "x"}', "application/json", 415),
        ("ä=1", "application/x-www-form-urlencoded", 400),
    ],
)
async def test_what_is_no_form_is_refused_by_name(door: Door, content: str, kind: str, status: int) -> None:
    answer = await door.client.post("/sign-in", content=content.encode(), headers={**FROM_HERE, "Content-Type": kind})
    assert answer.status_code == status
    assert "set-cookie" not in answer.headers


async def test_a_program_gets_its_refusal_as_a_problem(door: Door) -> None:
    answer = await door.client.post("/sign-out", headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json()["type"]) == (403, "/problems/form-not-ours")
    kind = await door.client.get("/problems/form-not-ours", headers={"Accept": "application/json"})
    assert kind.json()["status"] == 403

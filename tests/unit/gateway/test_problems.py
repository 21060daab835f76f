"""Problem types and failures: every `type` leads to a page, and whoever reads pages gets one when something fails."""

import pytest
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from gateway.openapi import merge
from gateway.pages import kinds
from gateway.pages.guard import Guard
from gateway.problems import OWN
from tests.unit.gateway import dom
from tests.unit.gateway.conftest import Door, Opener, Servers
from tests.unit.gateway.golden.documents import PROGRAMS, documents

BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8", "Accept-Language": "id"}


def test_the_types_of_all_services_are_read_from_their_documents() -> None:
    every = kinds.every(merge(documents()))
    assert {problem.slug for problem in OWN} < set(every)
    taken, refused = every["slug-taken"], every["import-refused"]
    assert (taken.status, taken.title) == (409, "Another one has this slug")
    assert [f"{one.method} {one.path}" for one in taken.operations] == [
        "POST /api/v1/programs", "POST /api/v1/responses",
    ]  # fmt: skip
    assert refused.title == "The file has faults; nothing of it was stored"
    assert every["conflict"].operations[0].summary == "Create program"
    assert [kind.status for kind in every.values()] == sorted(kind.status for kind in every.values())


def test_every_type_says_what_it_means_and_what_to_do() -> None:
    for kind in kinds.every(merge(documents())).values():
        assert kind.meaning.en
        assert kind.remedy.en
        assert "detail` gives the reason" not in kind.remedy.en, kind.slug


async def test_a_type_is_a_page_for_people_and_json_for_programs(open_door: Opener) -> None:
    async with open_door() as door:
        door.service.answers["/openapi.json"] = PROGRAMS
        page = await door.client.get("/problems/slug-taken", headers=BROWSER)
        told = await door.client.get("/problems/slug-taken")
        listed = await door.client.get("/problems")
        pages = await door.client.get("/problems", headers=BROWSER)
        missing = await door.client.get("/problems/nonsense")
    shown = dom.read(page.text)
    assert shown.one("h1").text == "Another one has this slug"
    assert "POST /api/v1/programs" in shown.text
    assert told.json()["type"] == "/problems/slug-taken"
    assert told.json()["operations"] == [{"method": "POST", "path": "/api/v1/programs", "summary": "Create program"}]
    assert page.headers["vary"] == "Accept, Accept-Language, Cookie"
    slugs = [kind["slug"] for kind in listed.json()["items"]]
    assert slugs == [row.one("a").text for row in dom.read(pages.text).one("tbody").all("tr")]
    assert (missing.status_code, missing.json()["type"]) == (404, "/problems/not-found")


async def test_while_a_service_is_away_an_unknown_type_may_be_one_of_its(open_door: Opener) -> None:
    async with open_door(surveys_url="http://127.0.0.1:9") as door:
        for service in ("programs", "reports"):
            door.service.answers["/openapi.json"] = documents()[service]
        unknown = await door.client.get("/problems/response-conflict")
        own = await door.client.get("/problems/conflict", headers=BROWSER)
    assert (unknown.status_code, unknown.json()["services"]) == (503, ["surveys"])
    assert own.status_code == 200
    assert "Bagian survei" in dom.read(own.text).text


@pytest.mark.parametrize(
    ("accept", "page"),
    [
        (BROWSER["Accept"], True),
        ("application/xhtml+xml", True),
        ("text/html;q=0.5,application/json;q=0.9", False),
        ("application/problem+json, text/html;q=0.9", False),
        ("text/html;q=0", False),
        ("text/html;q=x", False),
        ("*/*", False),
        ("", False),
    ],
)
async def test_a_failure_is_a_page_only_for_those_who_ask_for_pages(door: Door, accept: str, page: bool) -> None:
    answer = await door.client.get("/nothing", headers={"Accept": accept})
    assert answer.status_code == 404
    assert answer.headers["content-type"] == ("text/html; charset=utf-8" if page else "application/problem+json")
    assert answer.headers["cache-control"] == "no-store"


async def test_failures_of_the_way_to_a_service_are_pages_too(open_door: Opener) -> None:
    async with open_door(surveys_url="http://127.0.0.1:9") as door:
        away = await door.client.get("/api/v1/reviews", headers={**BROWSER, "X-Request-ID": "the-request"})
        refused = await door.client.get("/api/v1/reviews", headers={**BROWSER, "Authorization": "Bearer x"})
    assert (away.status_code, refused.status_code) == (502, 401)
    shown = dom.read(away.text)
    assert shown.one("h1").text == "Sedang tidak tersedia"
    assert "the-request" in shown.text
    assert "/problems/bad-upstream" in [link.attributes["href"] for link in shown.all("a")]
    assert refused.headers["www-authenticate"] == "Bearer"
    assert "default-src 'none'" in refused.headers["content-security-policy"]


@pytest.mark.parametrize("path", ["/", "/nothing", "/health/live", "/api/openapi.json", "/static/page.css"])
async def test_every_answer_of_our_own_tells_browsers_to_be_careful(door: Door, path: str) -> None:
    answer = await door.client.get(path)
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "same-origin"
    assert "script-src" not in answer.headers["content-security-policy"]
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]


async def test_what_nobody_foresaw_is_a_500_without_its_reason() -> None:
    async def broken(scope: Scope, receive: Receive, send: Send) -> None:
        raise RuntimeError("the secret reason")

    app: ASGIApp = Guard(broken)
    for accept, kind in (("text/html", "text/html; charset=utf-8"), ("*/*", "application/problem+json")):
        answer = await _ask(app, accept)
        assert (answer.status_code, answer.headers["content-type"]) == (500, kind)
        assert "secret" not in bytes(answer.body).decode()


async def test_what_fails_after_the_answer_began_is_cut() -> None:
    async def half(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        raise RuntimeError("too late to say")

    with pytest.raises(RuntimeError):
        await _ask(Guard(half), "*/*")


async def _ask(app: ASGIApp, accept: str) -> Response:
    """What an application answers to one request, called as a server would."""
    answer = Response()
    headers = [(b"accept", accept.encode())]
    scope = {
        "type": "http", "method": "GET", "path": "/", "query_string": b"", "headers": headers, "scheme": "http",
        "server": ("test", 80),
    }  # fmt: skip

    async def receive() -> dict[str, str]:
        return {"type": "http.request"}

    async def send(message: dict[str, object]) -> None:
        if message["type"] == "http.response.start":
            answer.status_code = int(str(message["status"]))
            answer.raw_headers = list(message["headers"])  # type: ignore[call-overload]
        else:
            answer.body = bytes(answer.body) + bytes(message.get("body", b""))  # type: ignore[call-overload]

    await app(scope, receive, send)
    return answer


async def test_readiness_names_each_service_that_is_away(open_door: Opener) -> None:
    async def starting(scope: Scope, receive: Receive, send: Send) -> None:
        await JSONResponse({}, 503)(scope, receive, send)

    async with Servers() as servers:
        starting_url = await servers.start(_without_lifespan(starting))
        async with open_door(surveys_url="http://127.0.0.1:9", reports_url=starting_url) as door:
            answer = await door.client.get("/health/ready")
            alive = await door.client.get("/health/live")
    assert (alive.status_code, alive.json()["status"]) == (200, "ok")
    assert (answer.status_code, answer.json()["detail"]) == (503, "Not ready: surveys, reports.")
    assert answer.json()["checks"] == {"programs": "ok", "surveys": "away", "reports": "away"}


def _without_lifespan(app: ASGIApp) -> ASGIApp:
    async def only_http(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await app(scope, receive, send)
        else:
            raise RuntimeError("no lifespan here")

    return only_http


async def test_metrics_count_pages_by_route_and_not_by_address(door: Door) -> None:
    for path in ("/static/page.css", "/problems/conflict", "/problems/nothing-like-it"):
        await door.client.get(path)
    told = (await door.client.get("/metrics")).text
    assert 'route="/problems/{slug}",status="200"' in told
    assert 'route="/static",status="200"' in told
    assert "nothing-like-it" not in told
    assert "page.css" not in told

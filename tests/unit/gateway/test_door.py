"""At the door: who is let in as whom, what services get to see, and what the gateway answers itself."""

import io

import jwt
import pytest
from starlette.responses import JSONResponse, Response

from services.kit.identity import AUDIENCE
from tests.unit.gateway.conftest import PROBLEM, Door, Opener


def caller(door: Door) -> dict[str, object]:
    """Whom the service was told it serves."""
    token = (door.service.header("authorization") or "").removeprefix("Bearer ")
    payload: dict[str, object] = jwt.decode(token, options={"verify_signature": False}, audience=AUDIENCE)
    return {name: payload[name] for name in ("sub", "role", "claims")}


async def test_a_bearer_token_is_replaced_by_an_internal_one(door: Door) -> None:
    bearer = door.bearer("team", region="33.25")
    assert (await door.client.post("/api/v1/responses", headers=bearer)).status_code == 201
    assert caller(door) == {"sub": "test:team", "role": "team", "claims": {"region": "33.25"}}
    assert bearer["Authorization"] not in str(door.service.seen[-1].headers)


async def test_without_a_token_the_service_is_asked_as_the_public(door: Door) -> None:
    await door.client.post("/api/v1/responses")
    assert caller(door) == {"sub": "anonymous", "role": "public", "claims": {}}


@pytest.mark.parametrize("header", ["Bearer nonsense", "Basic dTpw", "Bearer"])
async def test_a_bad_credential_ends_at_the_door(door: Door, header: str) -> None:
    answer = await door.client.get("/api/v1/reviews", headers={"Authorization": header})
    assert (answer.status_code, answer.json()["type"]) == (401, "/problems/unauthenticated")
    assert answer.headers["www-authenticate"] == "Bearer"
    assert door.service.seen == []


async def test_two_credentials_are_none(door: Door) -> None:
    twice = [("Authorization", door.bearer("team")["Authorization"])] * 2
    assert (await door.client.get("/api/v1/reviews", headers=twice)).status_code == 401


@pytest.mark.parametrize("path", ["/api/v1/nothing", "/api", "/api/v2/reviews", "/api/v1/reviews/%2e%2e/%2e%2e/x"])
async def test_outside_the_table_is_a_404_and_reaches_nobody(door: Door, path: str) -> None:
    answer = await door.client.get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")
    assert answer.json()["request_id"] == answer.headers["x-request-id"]
    assert door.service.seen == []


async def test_what_a_client_says_about_its_way_is_dropped(door: Door) -> None:
    told = {
        "X-Forwarded-For": "203.0.113.9",
        "X-Forwarded-Host": "evil.example",
        "X-Forwarded-Prefix": "/x",
        "Forwarded": "for=203.0.113.9",
        "X-Real-IP": "203.0.113.9",
        "Cookie": "session=1",
        "Connection": "keep-alive, X-Hop",
        "X-Hop": "1",
        "TE": "trailers",
        "X-Kept": "smörgås".encode(),
    }
    await door.client.post("/api/v1/responses", headers=told)
    for name in ("x-forwarded-prefix", "forwarded", "x-real-ip", "cookie", "x-hop", "te"):
        assert door.service.header(name) is None, name
    assert door.service.header("x-forwarded-proto") == "http"
    assert door.service.header("x-forwarded-host") == door.origin.removeprefix("http://")
    assert "203.0.113.9" not in (door.service.header("x-forwarded-for") or "")
    assert (door.service.header("x-kept") or "").encode("latin-1").decode() == "smörgås"


async def test_request_id_and_trace_are_passed_on(door: Door) -> None:
    trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    told = {"X-Request-ID": "my-request-1", "traceparent": trace, "tracestate": "a=1"}
    answer = await door.client.post("/api/v1/responses", headers=told)
    assert answer.headers.get_list("x-request-id") == ["my-request-1"]
    for name, value in told.items():
        assert door.service.header(name) == value


@pytest.mark.parametrize("trace", [None, "nonsense", "00-00000000000000000000000000000000-b7ad6b7169203331-01"])
async def test_both_are_made_where_they_are_missing(door: Door, trace: str | None) -> None:
    told = {"tracestate": "a=1"} | ({"traceparent": trace} if trace else {})
    answer = await door.client.post("/api/v1/responses", headers=told)
    assert door.service.header("x-request-id") == answer.headers["x-request-id"]
    made = door.service.header("traceparent") or ""
    assert len(made) == 55
    assert made != trace
    assert door.service.header("tracestate") is None


async def test_path_and_query_arrive_as_they_were_written(door: Door) -> None:
    await door.client.post("/api/v1/responses/a%2Fb%20c%41?cursor=a%2Bb&x=1+2&y=%C3%A9&y=&q='a'")
    arrived = door.service.seen[-1].scope
    assert arrived["raw_path"] == b"/api/v1/responses/a%2Fb%20c%41"
    assert arrived["query_string"] == b"cursor=a%2Bb&x=1+2&y=%C3%A9&y=&q='a'"


async def test_the_services_own_problems_pass_untouched(door: Door) -> None:
    answer = await door.client.get("/api/v1/responses/problem")
    assert (answer.status_code, answer.json()) == (409, PROBLEM)
    assert answer.headers["content-type"] == "application/problem+json"


async def test_location_and_etag_come_back(door: Door) -> None:
    answer = await door.client.post("/api/v1/responses", json={})
    assert (answer.headers["location"], answer.headers["etag"]) == ("/api/v1/responses/1", '"1"')
    assert len(answer.headers.get_list("date")) == 1


async def test_headers_of_an_answer_come_back_byte_by_byte(door: Door) -> None:
    given = Response(b"x")
    given.raw_headers += [
        (b"x-name", "smörgås.csv".encode()),
        (b"x-old", b"sm\xf6r"),
        (b"x-two", b"1"),
        (b"x-two", b"2"),
    ]
    door.service.answers["/api/v1/reviews"] = given
    headers = (await door.client.get("/api/v1/reviews")).headers.raw
    told = [
        (name.lower(), value) for name, value in headers if name.lower().startswith(b"x-") and b"request" not in name
    ]
    assert told == given.raw_headers[-4:]


async def test_head_works_where_get_does(door: Door) -> None:
    door.service.answers["/api/v1/reviews"] = {"items": []}
    for path in ("/api/v1/reviews", "/health/live"):
        got, head = await door.client.get(path), await door.client.head(path)
        assert (head.status_code, head.content) == (200, b"")
        assert head.headers["content-length"] == got.headers["content-length"]


async def test_ready_names_the_service_that_is_not(door: Door) -> None:
    assert (await door.client.get("/health/ready")).json()["checks"] == dict.fromkeys(
        ("programs", "surveys", "reports"), "ok"
    )
    door.service.answers["/health/ready"] = JSONResponse({}, 503)
    answer = await door.client.get("/health/ready")
    assert answer.status_code == 503
    assert "programs" in answer.json()["detail"]


@pytest.mark.parametrize(
    ("metrics", "headers", "status"),
    [
        ("loopback", {}, 200),
        ("loopback", {"Via": "1.1 proxy"}, 404),
        ("everyone", {"Via": "1.1 proxy"}, 200),
        ("off", {}, 404),
    ],
)
async def test_metrics_are_for_those_the_setting_names(
    open_door: Opener, metrics: str, headers: dict[str, str], status: int
) -> None:
    async with open_door(metrics=metrics) as door:
        await door.client.post("/api/v1/responses")
        answer = await door.client.get("/metrics", headers=headers)
    assert answer.status_code == status
    assert ('route="/api/v1/responses"' in answer.text) == (status == 200)


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("/aspirations/7Q2M-K4TX-90AB", "/aspirations/…"),
        ("/aspirations/7Q2M-K4TX-90AB/anything", "/aspirations/…"),
        ("/api/v1/aspirations/track/7Q2M-K4TX-90AB/objections", "/api/v1/aspirations/track/…"),
        ("/api/v1/aspirations/00000000", "/api/v1/aspirations/00000000"),
        ("/aspirations", "/aspirations"),
        ("/aspirations/", "/aspirations/"),
    ],
)
async def test_the_code_of_a_receipt_is_in_no_log_and_in_no_metric(
    open_door: Opener, monkeypatch: pytest.MonkeyPatch, path: str, told: str
) -> None:
    log = io.StringIO()
    monkeypatch.setattr("sys.stderr", log)
    async with open_door(log_level="INFO") as door:
        await door.client.get(path)
        metrics = (await door.client.get("/metrics")).text
    written = [line for line in log.getvalue().splitlines() if "HTTP Request:" not in line]  # the client's own
    assert any(f'"path":"{told}","status"' in line for line in written)
    assert "7Q2M" not in "".join(written) + metrics

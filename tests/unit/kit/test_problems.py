"""Every failure has a name, a status and a sentence, whoever raised it; and a caller learns nothing of our insides."""

from collections.abc import AsyncIterator
from typing import Any

import orjson
import pytest
from fastapi.exceptions import RequestValidationError
from hypothesis import given
from hypothesis import strategies as st
from starlette.exceptions import HTTPException
from starlette.requests import Request

from services.kit import problems
from services.kit.problems import (
    Conflict,
    FieldError,
    Invalid,
    NotFound,
    Problem,
    Unavailable,
    from_http,
    from_validation,
    pointer,
    render,
    responses,
)
from services.kit.testing import Cast, Signer, running
from tests.unit.kit.apps import body, shop

API = "/api/v1/colours"


@pytest.fixture
async def cast(url: str, signer: Signer) -> AsyncIterator[Cast]:
    async with running(shop(url, signer.public_key_file), signer) as people:
        yield people


def resolve(document: Any, address: str) -> Any:
    """What an RFC 6901 pointer points at."""
    for step in address.split("/")[1:]:
        key = step.replace("~1", "/").replace("~0", "~")
        document = document[int(key)] if isinstance(document, list) else document[key]
    return document


steps = st.lists(st.text(max_size=5) | st.integers(0, 2), max_size=4)


@given(steps)
def test_a_pointer_finds_its_way_back_whatever_the_names_are(path: list[str | int]) -> None:
    document: Any = "here"
    for step in reversed(path):
        document = {step: document} if isinstance(step, str) else [None] * step + [document]
    assert resolve(document, pointer(["body", *path])) == "here"


@pytest.mark.parametrize(
    ("location", "expected"),
    [
        (["body"], ""),
        ([], ""),
        (["body", "answers", "fee"], "/answers/fee"),
        (["body", "a/b", "c~d", "~1"], "/a~1b/c~0d/~01"),
        (["body", "rows", 3, ""], "/rows/3/"),
        (["query", "limit"], "limit"),
        (["query", "tags", 1], "tags"),
        (["header", "If-Match"], "If-Match"),
        (["path", "id"], "id"),
        (["query"], "query"),
    ],
)
def test_a_location_becomes_a_pointer_or_the_name_of_a_parameter(location: list[str | int], expected: str) -> None:
    assert pointer(location) == expected


def test_a_problem_has_its_members_and_what_it_was_given_beside_them() -> None:
    problem = Conflict("Twice.", errors=[FieldError("/id", "in_use", "Taken.")], current='"3"')
    assert problem.body("/things/1", "r1") == {
        "type": "/problems/conflict", "title": "This contradicts what is stored", "status": 409, "detail": "Twice.",
        "instance": "/things/1", "request_id": "r1",
        "errors": [{"pointer": "/id", "code": "in_use", "detail": "Taken."}], "current": '"3"',
    }  # fmt: skip
    assert NotFound("Gone.").body() == {
        "type": "/problems/not-found", "title": "There is no such thing here", "status": 404, "detail": "Gone.",
    }  # fmt: skip
    assert Unavailable("Away.", retry_after=7).headers == {"Retry-After": "7"}


def test_the_table_in_the_docstring_is_the_table_in_the_code() -> None:
    told = {
        (words[1], int(words[2]))
        for line in (problems.__doc__ or "").splitlines()
        if line.startswith(("├──", "└──")) and (words := line.split())
    }
    assert told == {
        (kind.__name__, kind.status) for kind in Problem.__subclasses__() if kind.__module__ == problems.__name__
    }


def test_slugs_name_one_problem_each() -> None:
    kinds = [kind for kind in Problem.__subclasses__() if kind.__module__ == problems.__name__]
    assert len({kind.slug for kind in kinds}) == len(kinds)
    assert all(kind.title and kind.slug == kind.slug.lower().strip() for kind in kinds)


def test_responses_name_the_problems_of_a_route_by_status() -> None:
    class Special(Conflict):
        slug, title = "special", "Special"

    told = responses(NotFound, Conflict, Special)
    assert set(told) == {404, 409}
    assert told[409]["description"] == "`conflict`: This contradicts what is stored; `special`: Special"


@given(st.text(st.characters(), min_size=1))
def test_any_text_of_a_caller_may_be_repeated_in_a_problem(text: str) -> None:
    request = Request(
        {"type": "http", "method": "GET", "path": "/", "headers": [], "query_string": b"", "server": None}
    )
    problem = Invalid(text, errors=[FieldError("/" + text, "code", text)], extra={text: text})
    sent = orjson.loads(render(problem, request).body)
    assert sent["errors"][0]["pointer"][0] == "/"
    if text.isascii():
        assert sent["detail"] == text


@pytest.mark.parametrize(
    ("status", "slug"),
    [(400, "malformed"), (401, "unauthenticated"), (403, "forbidden"), (404, "not-found"), (405, "method-not-allowed"),
     (409, "conflict"), (413, "payload-too-large"), (415, "unsupported-media-type"), (418, "i-m-a-teapot"),
     (422, "invalid"), (429, "too-many-requests"), (500, "internal-error"), (503, "unavailable"), (499, "http-499")],
)  # fmt: skip
def test_a_plain_http_error_is_a_problem_of_its_status(status: int, slug: str) -> None:
    detail = "Said so." if status == 499 else None
    problem = from_http(HTTPException(status, detail, headers={"X-More": "1"}))
    assert (problem.status, problem.slug, problem.headers["X-More"]) == (status, slug, "1")
    assert problem.detail.endswith(".")


def test_unreadable_json_is_malformed_and_other_faults_are_named_once() -> None:
    assert (
        from_validation(RequestValidationError([{"type": "json_invalid", "loc": ("body", 1), "msg": "x"}])).status
        == 400
    )
    faults = [{"type": "t", "loc": ("body", "a"), "msg": "m"}] * 2 + [{"type": "t", "loc": ("body",), "msg": "m"}]
    problem = from_validation(RequestValidationError(faults))
    assert problem.detail == "These fields break a rule: /a, the body."
    assert len(problem.errors) == 3


@pytest.mark.parametrize(
    ("content", "status", "pointers"),
    [
        (b'{"id": 1', 400, []),
        (b"", 422, [""]),
        (b"[]", 422, [""]),
        (b"null", 422, [""]),
        (b"\xff", 400, []),
        (b"[" * 100_000, 400, []),
        (b'{"id": ' + b"1" * 5000 + b', "name": "x"}', 400, []),
        (b'{"id": 1e400, "name": "x"}', 422, ["/id"]),
        (b'{"id": NaN, "name": "x"}', 422, ["/id"]),
        (b"{}", 422, ["/id", "/name"]),
        (b'{"id": 1, "name": "\\ud800"}', 422, None),
        (b'{"id": 1, "name": "a\\u0000b"}', 422, None),
        (b'{"id": 2147483648, "name": "x"}', 422, None),
        (b'{"id": 1, "name": "x", "\\ud800": 1}', 422, None),
        (b'{"id": 1, "name": "x", "a/b~": 1}', 422, ["/a~1b~0"]),
        (b'{"id": 1, "name": "x", "parts": {"a/b": {"size": "x"}}}', 422, ["/parts/a~1b/size"]),
        (b'{"id": 1, "name": "x", "parts": {"\\ud800": {"size": "x"}}}', 422, None),
        (b'{"id": 1, "name": "x", "more": [{"size": 1}, {}]}', 422, ["/more/1/size"]),
    ],
)
async def test_a_body_that_cannot_be_taken_is_refused_by_name(
    cast: Cast, content: bytes, status: int, pointers: list[str] | None
) -> None:
    answer = await cast.call("POST", API, content=content, headers={"Content-Type": "application/json"})
    problem = body(answer)
    assert answer.status_code == status, problem
    if pointers is not None:
        assert [fault["pointer"] for fault in problem.get("errors", [])] == pointers


async def test_a_parameter_that_breaks_a_rule_is_named(cast: Cast) -> None:
    problem = body(await cast.call("GET", API, params={"tags": ["1", "x"]}))
    assert [fault["pointer"] for fault in problem["errors"]] == ["tags"]


async def test_the_frameworks_own_refusals_are_problems_too(cast: Cast) -> None:
    assert body(await cast.call("GET", "/api/v1/nowhere"))["type"] == "/problems/not-found"
    wrong = await cast.call("DELETE", API)
    assert body(wrong)["type"] == "/problems/method-not-allowed"
    assert set(wrong.headers["allow"].split(", ")) >= {"GET"}
    pot = await cast.call("GET", f"{API}/faults/teapot")
    assert (body(pot)["detail"], pot.headers["x-pot"]) == ("Short and stout.", "tea")
    assert body(await cast.call("GET", f"{API}/faults/plain"))["detail"] == "There is no such thing here."
    assert body(await cast.call("GET", f"{API}/faults/other"))["instance"] == f"{API}/faults/other"
    nobody = await cast.call("GET", API, role=None)
    assert body(nobody)["type"] == "/problems/unauthenticated"
    assert nobody.headers["www-authenticate"] == "Bearer"


async def test_a_fault_of_ours_says_nothing_of_itself(cast: Cast) -> None:
    answer = await cast.call("GET", f"{API}/faults/broken")
    assert body(answer)["type"] == "/problems/internal-error"
    assert "secret" not in answer.text
    assert "ZeroDivision" not in answer.text


async def test_a_request_keeps_a_sane_id_and_gets_one_otherwise(cast: Cast) -> None:
    for given_id, kept in (("abc-12345.x", True), ("short", False), ("x" * 65, False), ("with space", False)):
        answer = await cast.call("GET", API, headers={"X-Request-ID": given_id})
        assert (answer.headers["x-request-id"] == given_id) == kept

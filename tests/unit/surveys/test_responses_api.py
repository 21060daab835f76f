"""The intake through its API: what is stored, what is refused and why, and that nothing doubles."""

from typing import Any
from uuid import uuid4

import orjson
import pytest
import rfc8785

from tests.unit.surveys import bodies
from tests.unit.surveys.conftest import Surveys


async def test_a_response_is_stored_and_read_back(surveys: Surveys) -> None:
    visit = await surveys.visit()
    body = bodies.response(visit["id"], device="phone-7")
    answer = await surveys.call("POST", "/responses", "enumerator", claims={"region": "33.25"}, json=body)
    assert answer.status_code == 201
    receipt = answer.json()
    assert receipt["status"] == "created"
    assert answer.headers["location"] == f"/api/v1/responses/{body['id']}"
    stored = (await surveys.call("GET", f"/responses/{body['id']}")).json()
    assert stored["answers"] == body["answers"]
    assert {name: stored[name] for name in ("visit", "filled_at", "device", "simulated", "version")} == {
        "visit": visit["id"], "filled_at": body["filled_at"], "device": "phone-7", "simulated": False, "version": 1,
    }  # fmt: skip
    assert (stored["receipt"], stored["digest"]) == (receipt["receipt"], receipt["digest"])


async def test_the_digest_is_that_of_the_canonical_json(surveys: Surveys) -> None:
    from hashlib import sha256

    visit = await surveys.visit()
    body = bodies.response(visit["id"], answers=bodies.answers(aspiration='Peron "teduh" — é\n\t'), device=None)
    receipt = (await surveys.call("POST", "/responses", json=body)).json()
    assert receipt["digest"] == sha256(rfc8785.dumps(body)).hexdigest()


async def test_the_same_again_is_answered_with_the_first_receipt(surveys: Surveys) -> None:
    visit = await surveys.visit()
    body = bodies.response(visit["id"])
    first = await surveys.call("POST", "/responses", json=body)
    shuffled = dict(reversed(body.items())) | {"id": body["id"].upper(), "device": None}
    again = await surveys.call("POST", "/responses", content=orjson.dumps(shuffled, option=orjson.OPT_INDENT_2))
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == first.json() | {"status": "duplicate"}
    page = await surveys.call("GET", "/responses", params={"visit": visit["id"]})
    assert [one["id"] for one in page.json()["items"]] == [body["id"]]


async def test_another_content_under_the_same_id_is_kept_aside(surveys: Surveys) -> None:
    visit = await surveys.visit()
    body = bodies.response(visit["id"])
    await surveys.call("POST", "/responses", json=body)
    other = body | {"answers": bodies.answers(requirements=1)}
    for _ in range(2):  # sent twice, kept once
        refused = await surveys.call("POST", "/responses", json=other)
        assert (refused.status_code, refused.json()["type"]) == (409, "/problems/response-conflict")
    kept = await surveys.call("GET", "/quarantine", "team", claims={"region": "33"}, params={"visit": visit["id"]})
    (aside,) = kept.json()["items"]
    assert aside["body"] == other | {"device": None}
    assert (aside["response"], aside["reason"]) == (body["id"], "conflict")
    one = await surveys.call("GET", f"/quarantine/{aside['id']}", "team", claims={"region": "33"})
    assert one.json() == aside
    assert (await surveys.call("GET", f"/quarantine/{aside['id']}", "team", claims={"region": "34"})).status_code == 404
    stored = (await surveys.call("GET", f"/responses/{body['id']}")).json()
    assert stored["answers"] == body["answers"]


FAULTS: list[tuple[dict[str, Any], str, str]] = [
    ({"answers": bodies.answers(colour=1)}, "unknown-question", "/answers/colour"),
    ({"answers": {"fee": 4}}, "missing-answer", "/answers/requirements"),
    ({"answers": bodies.answers(requirements=None)}, "missing-answer", "/answers/requirements"),
    ({"answers": bodies.answers(requirements=5)}, "not-an-option", "/answers/requirements"),
    ({"answers": bodies.answers(sex="x")}, "not-an-option", "/answers/sex"),
    ({"answers": bodies.answers(service="passport")}, "not-an-option", "/answers/service"),
    ({"answers": bodies.answers(requirements="3")}, "wrong-type", "/answers/requirements"),
    ({"answers": bodies.answers(requirements=True)}, "wrong-type", "/answers/requirements"),
    ({"answers": bodies.answers(requirements=3.0)}, "wrong-type", "/answers/requirements"),
    ({"answers": bodies.answers(sex=1)}, "wrong-type", "/answers/sex"),
    ({"answers": bodies.answers(aspiration="x" * 51)}, "wrong-type", "/answers/aspiration"),
    ({"answers": bodies.answers(aspiration="a\0b")}, "wrong-type", "/answers/aspiration"),
    ({"answers": bodies.answers(requirements="not_applicable")}, "not-applicable-refused", "/answers/requirements"),
    ({"answers": [3]}, "wrong-type", "/answers"),
    ({"filled_at": "2020-03-07T00:00:00+07:00"}, "outside-period", "/filled_at"),
    ({"filled_at": "2020-03-01T23:59:59+07:00"}, "outside-period", "/filled_at"),
    ({"filled_at": "2020-03-03T09:30:00"}, "wrong-type", "/filled_at"),
    ({"filled_at": "yesterday"}, "wrong-type", "/filled_at"),
    ({"filled_at": 1583200000}, "wrong-type", "/filled_at"),
    ({"simulated": True}, "simulated-mismatch", "/simulated"),
    ({"simulated": 1}, "wrong-type", "/simulated"),
    ({"id": "7"}, "wrong-type", "/id"),
    ({"visit": None}, "wrong-type", "/visit"),
    ({"device": "a b"}, "wrong-type", "/device"),
    ({"a/b~c": 1}, "unknown-field", "/a~1b~0c"),
]


async def test_each_fault_has_its_own_problem_and_pointer(surveys: Surveys) -> None:
    visit = await surveys.visit()
    for change, kind, pointer in FAULTS:
        refused = await surveys.call("POST", "/responses", json=bodies.response(visit["id"]) | change)
        problem = refused.json()
        assert (refused.status_code, problem["type"]) == (422, f"/problems/{kind}"), (change, problem)
        assert [fault["pointer"] for fault in problem["errors"]] == [pointer]
        assert refused.headers["content-type"] == "application/problem+json"
    assert (await surveys.call("GET", "/responses", params={"visit": visit["id"]})).json()["items"] == []


async def test_faults_of_several_kinds_are_named_together(surveys: Surveys) -> None:
    visit = await surveys.visit()
    body = bodies.response(visit["id"], answers={"requirements": 9, "colour": 1}, simulated=True)
    problem = (await surveys.call("POST", "/responses", json=body)).json()
    assert problem["type"] == "/problems/invalid-response"
    assert {(fault["pointer"], fault["code"]) for fault in problem["errors"]} == {
        ("/answers/requirements", "not-an-option"), ("/answers/colour", "unknown-question"),
        ("/answers/fee", "missing-answer"), ("/simulated", "simulated-mismatch"),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("content", "status", "kind"),
    [
        (b"{", 400, "malformed"),
        (b"", 400, "malformed"),
        (b'{"id": "\xff"}', 400, "malformed"),
        (b"[]", 422, "wrong-type"),
        (b"null", 422, "wrong-type"),
        (b" " * 1_000_001, 413, "payload-too-large"),
    ],
)
async def test_a_body_that_is_no_response(surveys: Surveys, content: bytes, status: int, kind: str) -> None:
    refused = await surveys.call("POST", "/responses", content=content)
    assert (refused.status_code, refused.json()["type"]) == (status, f"/problems/{kind}")


async def test_another_content_type_is_refused(surveys: Surveys) -> None:
    refused = await surveys.call("POST", "/responses", content=b"{}", headers={"Content-Type": "text/xml"})
    assert (refused.status_code, refused.json()["type"]) == (415, "/problems/unsupported-media-type")


async def test_a_review_that_is_not_open_takes_no_responses(surveys: Surveys) -> None:
    for status in ("planned", "closed"):
        visit = await surveys.visit(status=status)
        refused = await surveys.call("POST", "/responses", json=bodies.response(visit["id"]))
        assert (refused.status_code, refused.json()["type"]) == (409, "/problems/review-closed")


async def test_closing_takes_effect_at_once_and_opening_too(surveys: Surveys) -> None:
    visit = await surveys.visit()
    assert (await surveys.call("POST", "/responses", json=bodies.response(visit["id"]))).status_code == 201
    await surveys.made(f"/reviews/{visit['review']}/close", headers={"If-Match": '"2"'})
    assert (await surveys.call("POST", "/responses", json=bodies.response(visit["id"]))).status_code == 409
    await surveys.made(f"/reviews/{visit['review']}/open", headers={"If-Match": '"3"'})
    assert (await surveys.call("POST", "/responses", json=bodies.response(visit["id"]))).status_code == 201


async def test_who_may_send_and_read(surveys: Surveys) -> None:
    agency = surveys.registry.answers["/api/v1/programs/3b1f6c1e-0000-4000-8000-0000000000b1"]["agency"]
    visit = await surveys.visit(program="3b1f6c1e-0000-4000-8000-0000000000b1")
    body = bodies.response(visit["id"])
    sending: list[tuple[str | None, dict[str, str], int]] = [
        (None, {}, 401), ("public", {}, 401), ("mentor", {"region": "33.25"}, 403), ("ministry", {}, 403),
        ("enumerator", {}, 403), ("enumerator", {"region": "33.26"}, 404), ("enumerator", {"region": "33.2"}, 404),
        ("agency", {"region": "33.25", "agency": str(uuid4())}, 404),
        ("agency", {"region": "33.25", "agency": agency}, 201), ("team", {"region": "33"}, 200),
    ]  # fmt: skip
    for role, claims, status in sending:
        answer = await surveys.call("POST", "/responses", role, claims=claims, json=body)
        assert answer.status_code == status, (role, claims, answer.text)
    reading: list[tuple[str, dict[str, str], int]] = [
        ("public", {}, 401), ("enumerator", {"region": "33.25"}, 403), ("integrator", {}, 403),
        ("team", {"region": "34"}, 404), ("team", {"region": "33.25"}, 200), ("ministry", {}, 200),
    ]  # fmt: skip
    for role, claims, status in reading:
        answer = await surveys.call("GET", f"/responses/{body['id']}", role, claims=claims)
        assert answer.status_code == status, (role, claims)


async def test_each_item_of_a_batch_is_answered_for_itself(surveys: Surveys) -> None:
    visit = await surveys.visit()
    there = bodies.response(visit["id"])
    await surveys.call("POST", "/responses", json=there)
    new, twin = bodies.response(visit["id"]), bodies.response(visit["id"])
    items = [
        new, there, there | {"answers": bodies.answers(requirements=1)}, bodies.response(visit["id"], answers={}),
        7, bodies.response(str(uuid4())), twin, twin, twin | {"device": "b"},
    ]  # fmt: skip
    answer = await surveys.call("POST", "/responses/batch", json={"items": items})
    results = answer.json()["results"]
    assert [one["index"] for one in results] == list(range(9))
    assert [one["status"] for one in results] == [
        "created", "duplicate", "conflict", "invalid", "invalid", "invalid", "created", "duplicate", "conflict",
    ]  # fmt: skip
    assert [one["problem"]["type"] for one in results if "problem" in one] == [
        "/problems/response-conflict", "/problems/missing-answer", "/problems/wrong-type", "/problems/unknown-visit",
        "/problems/response-conflict",
    ]  # fmt: skip
    assert results[4]["id"] is None
    assert results[6]["receipt"] == results[7]["receipt"]
    again = await surveys.call("POST", "/responses/batch", json={"items": items})
    assert [one["status"] for one in again.json()["results"]].count("created") == 0
    page = await surveys.call("GET", "/responses", params={"visit": visit["id"]})
    assert [one["id"] for one in page.json()["items"]] == [there["id"], new["id"], twin["id"]]


async def test_a_batch_is_bounded(surveys: Surveys) -> None:
    for body, pointer in (({"items": 1}, "/items"), ([], "/items"), ({"items": [0] * 1001}, "/items"), ({}, "/items")):
        refused = await surveys.call("POST", "/responses/batch", json=body)
        assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, pointer)
    assert (await surveys.call("POST", "/responses/batch", json={"items": []})).json() == {"results": []}


async def test_pages_of_responses_and_of_the_quarantine(surveys: Surveys) -> None:
    visit = await surveys.visit()
    sent = [bodies.response(visit["id"]) for _ in range(5)]
    clashing = [one | {"device": "other"} for one in sent]
    await surveys.call("POST", "/responses/batch", json={"items": sent + clashing})
    for path, key in (("/responses", "id"), ("/quarantine", "response")):
        seen: list[str] = []
        cursor: dict[str, str] = {}
        while True:
            page = (await surveys.call("GET", path, params={"visit": visit["id"], "limit": "2", **cursor})).json()
            seen += [one[key] for one in page["items"]]
            if page["next"] is None:
                break
            cursor = {"cursor": page["next"]}
        assert seen == [one["id"] for one in sent]
        wrong = await surveys.call("GET", path, params={"cursor": "x"})
        assert (wrong.status_code, wrong.json()["type"]) == (400, "/problems/malformed")


async def test_what_is_not_there(surveys: Surveys) -> None:
    for path in (f"/responses/{uuid4()}", f"/quarantine/{uuid4()}"):
        assert (await surveys.call("GET", path)).json()["type"] == "/problems/not-found"

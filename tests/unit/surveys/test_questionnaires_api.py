"""Questionnaires through the API: drafted, changed, published for good, retired."""

from typing import Any
from uuid import uuid4

from tests.unit.surveys import bodies
from tests.unit.surveys.conftest import Surveys

V1 = {"If-Match": '"1"'}
V2 = {"If-Match": '"2"'}


async def test_the_life_of_a_questionnaire(surveys: Surveys) -> None:
    body = bodies.questionnaire()
    made = await surveys.call("POST", "/questionnaires", json=body)
    assert (made.status_code, made.headers["etag"]) == (201, '"1"')
    assert made.headers["location"] == f"/api/v1/questionnaires/{body['id']}"
    path = f"/questionnaires/{body['id']}"
    changed = await surveys.call("PUT", path, json=body | {"title": bodies.words("Other")}, headers=V1)
    assert (changed.json()["title"], changed.json()["version"]) == (bodies.words("Other"), 2)
    published = await surveys.call("POST", f"{path}/publish", headers=V2)
    assert (published.json()["status"], published.json()["version_number"]) == ("published", 1)
    fixed = await surveys.call("PUT", path, json=body, headers={"If-Match": '"3"'})
    assert (fixed.status_code, fixed.json()["type"]) == (409, "/problems/questionnaire-fixed")
    retired = await surveys.call("POST", f"{path}/retire", headers={"If-Match": '"3"'})
    assert retired.json()["status"] == "retired"
    assert retired.json()["questions"] == published.json()["questions"]
    for step in ("publish", "retire"):
        again = await surveys.call("POST", f"{path}/{step}", headers={"If-Match": '"4"'})
        assert (again.status_code, again.json()["type"]) == (409, "/problems/wrong-status")


async def test_versions_are_numbered_per_key_and_region(surveys: Surveys) -> None:
    key = f"form-{uuid4().hex[:8]}"
    for region, number in ((None, 1), (None, 2), ("33.25", 1), (None, 3), ("33.25", 2)):
        published = await surveys.questionnaire(key=key, region=region)
        assert published["version_number"] == number
    listed = await surveys.call("GET", "/questionnaires", "public", params={"key": key, "region": "33.25"})
    assert sorted(one["version_number"] for one in listed.json()["items"]) == [1, 2]


async def test_drafts_are_seen_by_those_who_may_write_them(surveys: Surveys) -> None:
    draft = await surveys.made("/questionnaires", bodies.questionnaire(region="33.25"))
    published = await surveys.questionnaire(region="33.25", key=draft["key"])
    seeing: list[tuple[str | None, dict[str, str], bool]] = [
        ("admin", {}, True), ("ministry", {}, True), ("team", {"region": "33"}, True),
        ("team", {"region": "33.25"}, True),
        ("team", {"region": "33.26"}, False), ("public", {}, False), ("enumerator", {"region": "33.25"}, False),
    ]  # fmt: skip
    for role, claims, seen in seeing:
        one = await surveys.call("GET", f"/questionnaires/{draft['id']}", role, claims=claims)
        assert one.status_code == (200 if seen else 404), role
        listed = await surveys.call("GET", "/questionnaires", role, claims=claims, params={"key": draft["key"]})
        expected = {published["id"], draft["id"]} if seen else {published["id"]}
        assert {item["id"] for item in listed.json()["items"]} == expected, role


UNSOUND: list[tuple[Any, str]] = [
    ([bodies.score("a"), bodies.score("a")], "/questions/1/key"),
    ([{"kind": "text", "key": "wish", "text": bodies.words("x")}], "/questions"),
    ([bodies.score("a", options=[{"value": 1, "label": bodies.words("x")}] * 2)], "/questions/0/options/1/value"),
    ([bodies.score("a"), {"kind": "choice", "key": "b", "text": bodies.words("x")}], "/questions/1/options"),
    (
        [bodies.score("a"), *({"kind": "text", "key": k, "text": bodies.words(k), "role": "aspiration"} for k in "bc")],
        "/questions/2/role",
    ),
]  # fmt: skip


async def test_what_is_not_sound_is_refused(surveys: Surveys) -> None:
    for questions, pointer in UNSOUND:
        refused = await surveys.call("POST", "/questionnaires", json=bodies.questionnaire(questions=questions))
        assert refused.status_code == 422
        assert [fault["pointer"] for fault in refused.json()["errors"]] == [pointer]


async def test_a_field_that_breaks_a_rule_is_named(surveys: Surveys) -> None:
    cases = (
        ({"key": "Not A Key"}, "/key"), ({"colour": 1}, "/colour"), ({"region": "3"}, "/region"),
        ({"questions": []}, "/questions"), ({"title": {"id": "a\0"}}, "/title/id"),
    )  # fmt: skip
    for change, pointer in cases:
        refused = await surveys.call("POST", "/questionnaires", json=bodies.questionnaire(**change))
        assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, pointer)


async def test_stale_and_blind_changes_are_refused(surveys: Surveys) -> None:
    body = bodies.questionnaire()
    await surveys.made("/questionnaires", body)
    path = f"/questionnaires/{body['id']}"
    assert (await surveys.call("PUT", path, json=body)).status_code == 428
    assert (await surveys.call("PUT", path, json=body, headers=V2)).status_code == 412
    assert (await surveys.call("PUT", path, json=body, headers={"If-Match": "x"})).status_code == 400
    assert (await surveys.call("POST", f"{path}/publish")).status_code == 428
    again = await surveys.call("POST", "/questionnaires", json=body)
    assert (again.status_code, again.json()["type"]) == (409, "/problems/already-exists")


async def test_who_may_write_which(surveys: Surveys) -> None:
    writing: list[tuple[str | None, dict[str, str], str | None, int]] = [
        (None, {}, None, 401), ("public", {}, None, 401), ("enumerator", {"region": "33.25"}, "33.25", 403),
        ("integrator", {}, None, 403), ("team", {}, "33.25", 403), ("team", {"region": "33.25"}, None, 404),
        ("team", {"region": "33.25"}, "33.26", 404), ("team", {"region": "33.25"}, "33.25", 201),
        ("ministry", {}, None, 201),
    ]  # fmt: skip
    for role, claims, region, status in writing:
        answer = await surveys.call(
            "POST", "/questionnaires", role, claims=claims, json=bodies.questionnaire(region=region)
        )
        assert answer.status_code == status, (role, claims, region, answer.text)
    other = await surveys.made("/questionnaires", bodies.questionnaire(region="33.26"))
    for method, step in (("PUT", ""), ("POST", "/publish"), ("POST", "/retire")):
        answer = await surveys.call(
            method, f"/questionnaires/{other['id']}{step}", "team", claims={"region": "33.25"}, headers=V1,
            json=bodies.questionnaire() if method == "PUT" else None,
        )  # fmt: skip
        assert answer.status_code == 404
    assert (await surveys.call("GET", f"/questionnaires/{uuid4()}")).status_code == 404


async def test_pages(surveys: Surveys) -> None:
    key = f"form-{uuid4().hex[:8]}"
    made = {(await surveys.questionnaire(key=key))["id"] for _ in range(3)}
    first = (
        await surveys.call("GET", "/questionnaires", params={"key": key, "limit": "2", "status": "published"})
    ).json()
    rest = (await surveys.call("GET", "/questionnaires", params={"key": key, "cursor": first["next"]})).json()
    assert (len(first["items"]), rest["next"]) == (2, None)
    assert {one["id"] for one in first["items"] + rest["items"]} == made
    for cursor in ("x", "WyJ4Il0"):
        assert (await surveys.call("GET", "/questionnaires", params={"cursor": cursor})).status_code == 400

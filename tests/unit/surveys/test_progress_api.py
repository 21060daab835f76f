"""How far reviews and visits have come, through the API."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text

from services.kit.database import Database
from services.kit.scope import EVERYTHING
from tests.unit.surveys import bodies
from tests.unit.surveys.conftest import Surveys

WHY = {"reason": "An example"}
QUOTAS = {"sex": {"f": 30, "m": 20}, "service": {"card": 5}}


async def sent(surveys: Surveys, visit: str, **other: Any) -> dict[str, Any]:
    body = bodies.response(visit, **other)
    assert (await surveys.call("POST", "/responses", json=body)).status_code == 201
    return body


async def test_a_review_is_followed_by_visit_state_day_and_quota(surveys: Surveys) -> None:
    visit = await surveys.visit(quotas=QUOTAS, target=50, name="Pasar")
    review = visit["review"]
    second = await surveys.made("/visits", bodies.visit(review, name="Balai", target=None))
    women = [await sent(surveys, visit["id"]) for _ in range(3)]
    await sent(surveys, visit["id"], answers=bodies.answers(sex="m"))
    await sent(surveys, second["id"], answers={"requirements": 1, "fee": 2})
    for body, state in zip(women, ("accepted", "rejected"), strict=False):
        await surveys.call(
            "POST", f"/responses/{body['id']}/review", json={"state": state} | WHY, headers={"If-Match": '"1"'}
        )
    await surveys.call("DELETE", f"/responses/{women[2]['id']}", params=WHY, headers={"If-Match": '"1"'})
    path, team = f"/reviews/{review}/progress", {"claims": {"region": "33.25"}}
    assert (await surveys.call("GET", path, "team", **team)).json()["current"] is False
    await surveys.examined()
    found = (await surveys.call("GET", path, "enumerator", **team)).json()
    today = (datetime.now(UTC) + timedelta(hours=7)).date().isoformat()
    states = {"received": 2, "accepted": 1, "returned": 0, "rejected": 1, "deleted": 1}
    expected = {
        "review": review, "simulated": False, "current": True, "target": 50, "reached": 3, "states": states,
        "days": [{"date": today, "received": 5}],
    }  # fmt: skip
    assert {name: found[name] for name in expected} == expected
    assert [one["name"] for one in found["visits"]] == ["Balai", "Pasar"]
    balai, pasar = found["visits"]
    assert (balai["target"], balai["reached"], balai["quotas"]) == (None, 1, [])
    assert pasar["quotas"] == [
        {"question": "sex", "value": "f", "wanted": 30, "reached": 1},
        {"question": "sex", "value": "m", "wanted": 20, "reached": 1},
        {"question": "service", "value": "card", "wanted": 5, "reached": 2},
    ]
    one = (await surveys.call("GET", f"/visits/{visit['id']}/progress", "mentor", **team)).json()
    assert one == pasar | {"review": review, "simulated": False, "current": True}
    assert found["last_received_at"] == balai["last_received_at"] > pasar["last_received_at"]


async def test_progress_is_for_those_whose_rows_it_is(surveys: Surveys) -> None:
    visit = await surveys.visit()
    review, agency = visit["review"], str(uuid4())
    for path in (f"/reviews/{review}/progress", f"/reviews/{review}/quality", f"/visits/{visit['id']}/progress"):
        for claims in ({"region": "34"}, {"region": "33.25", "agency": agency}):
            role = "agency" if "agency" in claims else "team"
            assert (await surveys.call("GET", path, role, claims=claims)).status_code == 404, (path, role)
    for path in ("progress", "quality", "devices"):
        assert (await surveys.call("GET", f"/reviews/{uuid4()}/{path}")).status_code == 404
    assert (await surveys.call("GET", f"/visits/{uuid4()}/progress")).status_code == 404
    empty = (await surveys.call("GET", f"/reviews/{(await surveys.review())['id']}/progress")).json()
    assert (empty["target"], empty["reached"], empty["visits"], empty["last_received_at"]) == (None, 0, [], None)


async def test_the_device_that_is_silent_longest_comes_first(surveys: Surveys) -> None:
    visit = await surveys.visit()
    for device in ("c", "a", "b", "a"):
        await sent(surveys, visit["id"], device=device)
    await sent(surveys, visit["id"])
    await surveys.examined()
    database: Database = surveys.cast.app.state.database
    async with database.transaction() as write:
        ago = text("UPDATE tallies SET last_at = last_at - interval '5 hours' WHERE kind = 'device' AND value = 'c'")
        await write.run(ago, EVERYTHING)
    path = f"/reviews/{visit['review']}/devices"
    items: list[Any] = []
    cursor: dict[str, str] = {}
    while True:
        page = (await surveys.call("GET", path, params={"limit": "1", **cursor})).json()
        items += page["items"]
        if page["next"] is None:
            break
        cursor = {"cursor": page["next"]}
    assert [(one["device"], one["responses"], one["visit_name"]) for one in items] == [
        ("c", 1, "Pasar"), ("b", 1, "Pasar"), ("a", 2, "Pasar"),
    ]  # fmt: skip
    silent = (await surveys.call("GET", path, params={"silent_hours": "4.5"})).json()["items"]
    assert [one["device"] for one in silent] == ["c"]
    for wrong in ({"cursor": "WyJhIiwiYiIsImMiXQ"}, {"cursor": "nonsense"}):
        assert (await surveys.call("GET", path, params=wrong)).status_code == 400
    assert (await surveys.call("GET", path, params={"silent_hours": "-1"})).status_code == 422


async def test_the_flags_of_a_review_are_counted_by_visit_and_rule(surveys: Surveys) -> None:
    visit = await surveys.visit()
    moment = "2020-03-03T09:30:00+07:00"
    bodies_ = [await sent(surveys, visit["id"], started_at=moment) for _ in range(3)]
    await sent(surveys, visit["id"])
    await surveys.examined()
    await surveys.call(
        "POST", f"/responses/{bodies_[0]['id']}/flags/too-fast/dismiss", json=WHY, headers={"If-Match": '"1"'}
    )
    found = (await surveys.call("GET", f"/reviews/{visit['review']}/quality", "ministry")).json()
    flags = [{"rule": "too-fast", "raised": 2, "dismissed": 1}]
    assert found == {
        "review": visit["review"], "simulated": False, "current": True, "responses": 4, "flags": flags,
        "visits": [{"visit": visit["id"], "name": "Pasar", "responses": 4, "flags": flags}],
    }  # fmt: skip


@pytest.mark.parametrize("role", ["admin", "ministry", "team", "agency", "mentor", "enumerator"])
async def test_the_rules_are_open_to_those_who_work_with_them(surveys: Surveys, role: str) -> None:
    rules = (await surveys.call("GET", "/flags", role)).json()["items"]
    assert {rule["rule"] for rule in rules} >= {"straight-lining", "wrong-clock"}
    assert all(rule["why"] and rule["cannot"] for rule in rules)
    assert (await surveys.call("GET", "/flags", "public")).status_code == 401


@pytest.mark.parametrize(
    ("other", "pointer"),
    [
        ({"quotas": {"colour": {"red": 1}}}, "/quotas/colour"),
        ({"quotas": {"requirements": {"4": 1}}}, "/quotas/requirements"),
        ({"quotas": {"sex": {"f": 1, "x": 1}}}, "/quotas/sex/x"),
        ({"quotas": {"service": {"passport": 1}}}, "/quotas/service/passport"),
        ({"quotas": {"sex": {"f": 0}}}, "/quotas/sex/f"),
        ({"hours": {"opens": "15:00", "closes": "08:00"}}, "/hours"),
        ({"hours": {"opens": "8:00", "closes": "15:00"}}, "/hours/opens"),
        ({"hours": {"opens": "08:00", "closes": "15:00", "days": [0]}}, "/hours/days/0"),
        ({"point": {"type": "Point", "coordinates": [1, 2]}}, "/point"),
    ],
)
async def test_what_a_visit_cannot_ask_for_is_named(surveys: Surveys, other: dict[str, Any], pointer: str) -> None:
    review = await surveys.review(status="planned")
    answer = await surveys.call("POST", "/visits", json=bodies.visit(review["id"], **other))
    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]


async def test_hours_and_quotas_can_be_changed_and_are_announced(surveys: Surveys) -> None:
    visit = await surveys.visit(quotas={"sex": {"f": 3}})
    hours = {"opens": "06:00", "closes": "12:00", "days": [7]}
    body = bodies.visit(visit["review"], quotas=QUOTAS, hours=hours)
    changed = await surveys.call("PUT", f"/visits/{visit['id']}", json=body, headers={"If-Match": '"1"'})
    assert (changed.json()["quotas"], changed.json()["hours"]) == (QUOTAS, hours)
    told = [one for one in await surveys.changes() if one["id"] == visit["id"]]
    assert [one["data"]["quotas"] for one in told] == [{"sex": {"f": 3}}, QUOTAS]
    wrong = body | {"quotas": {"sex": {"x": 1}}}
    refused = await surveys.call("PUT", f"/visits/{visit['id']}", json=wrong, headers={"If-Match": '"2"'})
    assert (refused.status_code, refused.json()["type"]) == (422, "/problems/unknown-quota")

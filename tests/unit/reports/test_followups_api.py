"""Follow-ups through the API: planned, done, shown, judged, and said by a citizen not to be solved."""

import hashlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4, uuid5

import pytest

from services.kit.testing import Cast
from services.reports.clock import clock
from tests.unit.reports import feeds
from tests.unit.reports.conftest import Reports

API = "/api/v1/followups"
TRACK = "/api/v1/aspirations/track"
AGENCY, OTHER = str(uuid4()), str(uuid4())
FORM = feeds.questionnaire()
REVIEW = feeds.review(FORM)
VISIT = feeds.visit(REVIEW, agency=AGENCY)
RECEIPTS = [f"0000-0000-000{number}" for number in range(6)]
TEAM, OFFICE = {"region": "33.25"}, {"region": "33.25", "agency": AGENCY}
PNG = b"\x89PNG\r\n\x1a\n" + bytes(600_000)
MONDAY = datetime(2026, 11, 23, 3, tzinfo=UTC)


@dataclass
class Board:
    """A process of the service at a time of the test's choice, and the aspirations that it knows."""

    reports: Reports
    cast: Cast
    wishes: list[str]
    now: datetime = MONDAY
    versions: dict[str, int] = field(default_factory=dict)

    async def call(self, method: str, path: str, role: str | None = "admin", **request: Any) -> Any:
        claims = OFFICE if role == "agency" else TEAM
        return await self.cast.call(method, path, role, claims if role != "admin" else {}, **request)

    async def get(self, path: str, role: str | None = "team", **params: Any) -> Any:
        answer = await self.call("GET", path, role, params=params)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def accept(self, *places: int) -> list[str]:
        """Accept wishes; their ids."""
        for place in places:
            path = f"/api/v1/aspirations/{self.wishes[place]}"
            version = (await self.get(path))["version"]
            done = await self.call("POST", f"{path}/accept", "team", headers={"If-Match": f'"{version}"'})
            assert done.status_code == 200, done.text
        return [self.wishes[place] for place in places]

    async def plan(self, status: int = 201, role: str = "team", **other: Any) -> Any:
        body = {
            "agency": AGENCY, "person": "Budi", "title": "Lampu jalan", "action": "Memasang lampu",
            "class": "normative",
            "origin": {"review": REVIEW["id"], "element": "fee"},
        } | other  # fmt: skip
        answer = await self.call("POST", API, role, json=body)
        assert answer.status_code == status, answer.text
        return answer.json()

    async def step(self, id: str, name: str, role: str, status: int = 200, **body: Any) -> Any:
        version = (await self.get(f"{API}/{id}"))["version"]
        headers = {"If-Match": f'"{version}"'}
        answer = await self.call("POST", f"{API}/{id}/{name}", role, json=body, headers=headers)
        assert answer.status_code == status, answer.text
        return answer.json()

    async def done(self, id: str) -> Any:
        await self.step(id, "start", "agency")
        return await self.step(id, "finish", "agency", note="Terpasang")


@pytest.fixture
async def board(reports: Reports) -> AsyncIterator[Board]:
    """Six responses of one visit, each with a wish; procedure and fee are equally weak."""
    agencies = [feeds.registered("agency", id, name) for id, name in ((AGENCY, "Dinas PU"), (OTHER, "Dinas Lain"))]
    agencies[1]["region"] = "33.24"
    reports.feeds.add(*feeds.created(*(("agency", one) for one in agencies)), feed="registry")
    reports.feeds.add(*feeds.created(("questionnaire", FORM), ("review", REVIEW), ("visit", VISIT)))
    wishes = []
    for number, receipt in enumerate(RECEIPTS):
        answers = {"requirements": 4, "procedure": 2, "fee": 2, "aspiration": f"Lampu nomor {number}"}
        digest = hashlib.sha256(receipt.replace("-", "").encode()).hexdigest()
        one = feeds.response(VISIT, answers) | {"receipt_digest": digest}
        reports.feeds.add(feeds.change("response", one))
        wishes.append(str(uuid5(UUID(one["id"]), "aspiration")))
    await reports.pull()
    async with reports.process() as cast:
        made = Board(reports, cast, wishes)
        cast.app.dependency_overrides[clock] = lambda: made.now
        yield made


async def test_weak_elements_share_their_priority_and_know_their_plan(board: Board) -> None:
    made = await board.plan()
    found = await board.get(f"{API}/weak-elements", "public", review=REVIEW["id"])
    assert [(one["key"], one["priority"], one["weak"], one["rank"]) for one in found["items"]] == [
        ("procedure", 1, True, 2), ("fee", 1, True, 2), ("requirements", 3, False, 1),
    ]  # fmt: skip
    assert [one["followups"] for one in found["items"]] == [[], [made["id"]], []]
    assert (found["items"][0]["index"], found["items"][0]["n"], found["withheld"]) == ("50.00", 6, 0)
    assert (found["method"], found["respondents"], found["simulated"]) == ("skm-2017@1", 6, False)
    assert (await board.call("GET", f"{API}/weak-elements", params={"review": str(uuid4())})).status_code == 404


async def test_a_plan_for_an_element(board: Board) -> None:
    made = await board.plan()
    assert made["origin"] == {
        "aspirations": None, "review": REVIEW["id"], "element": "fee", "label": {"id": "Biaya/tarif", "en": "Fee"},
        "index": "50.00", "rank": 2, "n": 6, "method": "skm-2017@1",
    }  # fmt: skip
    assert (made["state"], made["due_on"], made["counted_from"]) == ("planned", "2026-11-30", "2026-11-23")
    assert (made["rule"], made["calendar"], made["class"]) == ("sp4n-lapor@1", "2026-11-26+0", "normative")
    assert (made["overdue"], made["escalation"], made["detail"], made["version"]) == (False, None, True, 1)
    assert (made["agency_name"], made["person"], made["evidence"], made["comments_count"]) == (
        "Dinas PU",
        "Budi",
        [],
        0,
    )


async def test_a_plan_for_aspirations_shows_with_them(board: Board) -> None:
    ids = await board.accept(0, 1)
    made = await board.plan(origin={"aspirations": ids})
    assert (made["origin"]["aspirations"], made["origin"]["element"]) == (sorted(ids), None)
    assert (made["review"], made["region"], made["simulated"]) == (REVIEW["id"], "33.25", False)
    one = await board.get(f"/api/v1/aspirations/{ids[0]}")
    assert one["followups"] == [made["id"]]


@pytest.mark.parametrize(
    ("other", "pointer"),
    [
        ({"class": "never"}, "/class"),
        ({"agency": str(uuid4())}, "/agency"),
        ({"agency": OTHER}, "/agency"),
        ({"origin": {"review": REVIEW["id"], "element": "colour"}}, "/origin/element"),
        ({"origin": {"aspirations": [str(uuid4())]}}, "/origin/aspirations/0"),
        ({"origin": {"review": REVIEW["id"]}}, "/origin"),
        ({"origin": {"review": REVIEW["id"], "element": "fee", "aspirations": [str(uuid4())]}}, "/origin"),
        ({"origin": {}}, "/origin"),
        ({"title": ""}, "/title"),
    ],
)
async def test_what_cannot_be_planned_is_named(board: Board, other: dict[str, Any], pointer: str) -> None:
    refused = await board.plan(422, **other)
    assert refused["errors"][0]["pointer"] == pointer


async def test_undecided_aspirations_are_no_ground_for_a_plan(board: Board) -> None:
    (accepted,) = await board.accept(0)
    refused = await board.plan(422, origin={"aspirations": [accepted, board.wishes[1]]})
    assert refused["errors"][0] == {
        "pointer": "/origin/aspirations/1", "code": "not-accepted", "detail": "There is no such accepted aspiration.",
    }  # fmt: skip


async def test_sending_a_plan_again_makes_no_second_one(board: Board) -> None:
    id = str(uuid4())
    await board.plan(id=id)
    assert (await board.plan(409, id=id))["type"] == "/problems/already-exists"


async def test_from_plan_to_verified_and_back(board: Board) -> None:
    id = (await board.plan())["id"]
    await board.step(id, "finish", "agency", 409, note="x")
    started = await board.step(id, "start", "agency", note="Mulai")
    assert (started["state"], started["started_at"]) == ("in_progress", "2026-11-23T03:00:00Z")
    assert (await board.step(id, "finish", "agency", 422))["type"] == "/problems/nothing-to-show"
    board.now = datetime(2026, 11, 25, 3, tzinfo=UTC)
    done = await board.step(id, "finish", "agency", note="Terpasang")
    assert (done["state"], done["done_at"], done["closings"]) == ("done", "2026-11-25T03:00:00Z", 1)
    returned = await board.step(id, "return", "team", reason="Belum menyala")
    assert (returned["state"], returned["done_at"], returned["due_on"]) == ("returned", None, "2026-11-30")
    await board.step(id, "finish", "agency", note="Menyala")
    verified = await board.step(id, "verify", "team", note="Dilihat")
    assert (verified["state"], verified["closings"]) == ("verified", 2)
    board.now = datetime(2026, 12, 21, 3, tzinfo=UTC)
    again = await board.step(id, "reopen", "team", reason="Mati lagi")
    # Five working days from the 21st: past collective leave on the 24th, Christmas, and a weekend.
    assert (again["state"], again["reopened"], again["due_on"]) == ("reopened", 1, "2026-12-30")
    items = (await board.get(f"{API}/{id}/history"))["items"]
    assert [(one["action"], one["before"], one["after"], one["by"], one["reason"]) for one in items] == [
        ("planned", None, "planned", "test:team", None),
        ("start", "planned", "in_progress", "test:agency", "Mulai"),
        ("finish", "in_progress", "done", "test:agency", "Terpasang"),
        ("return", "done", "returned", "test:team", "Belum menyala"),
        ("finish", "returned", "done", "test:agency", "Menyala"),
        ("verify", "done", "verified", "test:team", "Dilihat"),
        ("reopen", "verified", "reopened", "test:team", "Mati lagi"),
    ]  # fmt: skip
    assert [one["version"] for one in items] == list(range(1, 8))


async def test_a_postponed_one_has_another_deadline_and_starts_again(board: Board) -> None:
    id = (await board.plan())["id"]
    refused = await board.step(id, "postpone", "team", 422, reason="Hujan", until="2026-11-23")
    assert refused["errors"][0]["pointer"] == "/until"
    moved = await board.step(id, "postpone", "team", reason="Hujan", until="2026-12-15")
    assert (moved["state"], moved["due_on"], moved["deadline"]) == ("postponed", "2026-11-30", "2026-12-15")
    board.now = datetime(2026, 12, 1, 3, tzinfo=UTC)
    assert (await board.get(f"{API}/{id}"))["overdue"] is False
    assert (await board.step(id, "start", "agency"))["postponed_until"] == "2026-12-15"


async def test_overdue_is_by_the_clock_of_the_place_and_goes_up(board: Board) -> None:
    id = (await board.plan())["id"]
    for moment, late, level in (
        (datetime(2026, 11, 30, 16, 59, tzinfo=UTC), False, None),
        (datetime(2026, 11, 30, 17, 0, tzinfo=UTC), True, "agency"),
        (datetime(2026, 12, 3, 3, tzinfo=UTC), True, "team"),
        (datetime(2026, 12, 14, 3, tzinfo=UTC), True, "ministry"),
    ):
        board.now = moment
        seen = await board.get(f"{API}/{id}", "public")
        assert (seen["overdue"], seen["escalation"]) == (late, level), moment
        for wanted in ("true", "false"):
            listed = (await board.get(API, "public", overdue=wanted))["items"]
            assert bool(listed) is (late is (wanted == "true"))
    await board.step(id, "start", "agency")
    assert (await board.step(id, "finish", "agency", note="x"))["overdue"] is False


async def test_everybody_sees_the_plan_and_nobody_else_the_detail(board: Board) -> None:
    id = (await board.plan())["id"]
    sees = dict.fromkeys(("public", "enumerator"), False) | dict.fromkeys(
        ("team", "mentor", "agency", "ministry"), True
    )
    for role, whole in sees.items():
        seen = await board.get(f"{API}/{id}", role)
        (listed,) = (await board.get(API, role, review=REVIEW["id"], state="planned", element="fee"))["items"]
        assert seen == listed
        assert (seen["detail"], seen["person"] is not None, seen["evidence"] is not None) == (whole,) * 3
        assert seen["title"] == "Lampu jalan"
    assert (await board.get(API, region="34"))["items"] == (await board.get(API, agency=OTHER))["items"] == []


async def test_who_may_which_step(board: Board) -> None:
    id = (await board.plan())["id"]
    allowed = {
        "start": {"admin", "agency"}, "finish": {"admin", "agency"}, "verify": {"admin", "team"},
        "return": {"admin", "team"}, "postpone": {"admin", "team"}, "reopen": {"admin", "team"},
    }  # fmt: skip
    for step, roles in allowed.items():
        for role in ("admin", "ministry", "team", "mentor", "agency", "enumerator", "integrator"):
            answer = await board.call("POST", f"{API}/{id}/{step}", role, json={"reason": "x", "until": "2027-01-01"})
            assert (answer.status_code == 403) is (role not in roles), (step, role)
    other = await board.cast.call("POST", f"{API}/{id}/start", "agency", OFFICE | {"agency": OTHER})
    assert other.status_code == 404


async def test_changing_a_plan(board: Board) -> None:
    id = (await board.plan())["id"]
    body = {"agency": AGENCY, "title": "Lampu LED", "action": "Memasang", "class": "normative", "reason": "Lebih hemat"}

    async def put(version: int, **other: Any) -> Any:
        return await board.call("PUT", f"{API}/{id}", "team", json=body | other, headers={"If-Match": f'"{version}"'})

    board.now = datetime(2026, 11, 25, 3, tzinfo=UTC)
    changed = (await put(1)).json()
    assert (changed["title"], changed["person"], changed["due_on"]) == ("Lampu LED", None, "2026-11-30")
    assert (await put(1)).status_code == 412
    assert (await put(2, **{"class": "light"})).json()["due_on"] == "2026-11-25"
    assert (await put(3, agency=OTHER)).json()["errors"][0]["pointer"] == "/agency"
    await board.done(id)
    assert (await put(5)).json()["type"] == "/problems/wrong-state"


async def test_an_edited_calendar_moves_a_deadline_only_when_asked(board: Board) -> None:
    id = (await board.plan())["id"]
    day = {"kind": "national", "name": {"id": "Pilkada"}, "source": "Keppres", "reason": "Hari pemilihan"}
    assert (await board.call("PUT", "/api/v1/holidays/2026-11-25", "team", json=day)).status_code == 403
    entered = await board.call("PUT", "/api/v1/holidays/2026-11-25", "ministry", json=day)
    assert (entered.status_code, entered.headers["ETag"], entered.json()["edited"]["by"]) == (
        200,
        '"1"',
        "test:ministry",
    )
    assert (await board.get(f"{API}/{id}"))["due_on"] == "2026-11-30"
    again = await board.step(id, "reschedule", "team", reason="Hari pemilihan")
    assert (again["due_on"], again["calendar"]) == ("2026-12-01", "2026-11-26+1")
    path = "/api/v1/holidays/2026-12-25"
    assert (await board.call("DELETE", path, "ministry", params={"reason": "x"})).status_code == 428
    gone = await board.call("DELETE", path, "ministry", params={"reason": "x"}, headers={"If-Match": '"0"'})
    assert gone.status_code == 204
    assert (await board.call("DELETE", path, params={"reason": "x"}, headers={"If-Match": '"1"'})).status_code == 404
    year = await board.get("/api/v1/holidays", "public", year=2026)
    days = [one["date"] for one in year["items"]]
    assert (year["calendar"], "2026-11-25" in days, "2026-12-25" in days) == ("2026-11-26+2", True, False)
    assert year["known_until"] == "2027-12-31"
    assert year["items"][0]["source"].startswith("Keputusan Bersama (SKB) 3 Menteri 1497/2025")


async def test_comments_of_all_who_see_it(board: Board) -> None:
    id = (await board.plan())["id"]
    for role in ("mentor", "agency", "team", "ministry"):
        answer = await board.call("POST", f"{API}/{id}/comments", role, json={"text": f"Dari {role}"})
        assert answer.status_code == 201
    assert (await board.call("POST", f"{API}/{id}/comments", "enumerator", json={"text": "x"})).status_code == 403
    items = (await board.get(f"{API}/{id}/comments", "mentor"))["items"]
    assert [(one["role"], one["text"]) for one in items] == [
        (role, f"Dari {role}") for role in ("mentor", "agency", "team", "ministry")
    ]
    assert (await board.get(f"{API}/{id}"))["comments_count"] == 4


async def test_evidence_is_kept_byte_for_byte_and_closes_a_followup(board: Board) -> None:
    id = (await board.plan())["id"]
    await board.step(id, "start", "agency")

    async def send(
        content: bytes, kind: str = "image/png", name: str = "C:\\foto\\lampu ñ.png", role: str = "agency"
    ) -> Any:
        request = {"content": content, "headers": {"Content-Type": kind}, "params": {"name": name}}
        return await board.call("POST", f"{API}/{id}/evidence", role, **request)

    sent = (await send(PNG)).json()
    assert (sent["name"], sent["bytes"], sent["digest"]) == ("lampu ñ.png", len(PNG), hashlib.sha256(PNG).hexdigest())
    for content, kind, status in (
        (b"GIF89a", "image/gif", 415), (b"GIF89a", "image/png", 422), (b"", "image/png", 422), (PNG, "", 415),
        (b"%PDF-" + bytes(10_000_000), "application/pdf", 413),
    ):  # fmt: skip
        assert (await send(content, kind)).status_code == status, kind
    assert (await send(PNG, name=" / ")).json()["errors"][0]["pointer"] == "name"
    assert (await send(PNG, role="mentor")).status_code == 403
    file = await board.call("GET", f"{API}/{id}/evidence/{sent['id']}", "mentor")
    assert (file.content == PNG, file.headers["Content-Type"], file.headers["ETag"]) == (
        True,
        "image/png",
        f'"{sent["digest"]}"',
    )
    assert file.headers["Content-Disposition"] == "attachment; filename*=UTF-8''lampu%20%C3%B1.png"
    assert (await board.call("GET", f"{API}/{id}/evidence/{uuid4()}")).status_code == 404
    assert (await board.call("GET", f"{API}/{id}/evidence/{sent['id']}", "public")).status_code == 401
    assert (await board.step(id, "finish", "agency"))["evidence"] == (await board.get(f"{API}/{id}/evidence"))["items"]
    await board.step(id, "return", "team", reason="Gelap")
    await board.step(id, "finish", "agency", 200, note="x")
    await board.step(id, "verify", "team")
    assert (await send(PNG)).json()["type"] == "/problems/wrong-state"


async def test_a_respondent_follows_and_objects_once_for_each_closing(board: Board) -> None:
    first, second = await board.accept(0, 1)
    path = f"/api/v1/aspirations/{board.wishes[2]}/merge"
    assert (await board.call("POST", path, json={"into": second}, headers={"If-Match": '"1"'})).status_code == 200
    id = (await board.plan(origin={"aspirations": [first, second]}))["id"]
    tracked = await board.get(f"{TRACK}/{RECEIPTS[2]}", "public")
    (one,) = tracked["aspirations"]
    assert (one["merged"], one["state"], [each["id"] for each in one["followups"]]) == (True, "merged", [id])

    async def object_to(receipt: str, followup: str = id) -> Any:
        body = {"followup": followup, "text": "Masih gelap"}
        return await board.call("POST", f"{TRACK}/{receipt}/objections", "public", json=body)

    assert (await object_to(RECEIPTS[0])).json()["type"] == "/problems/wrong-state"
    await board.done(id)
    (seen,) = (await board.get(f"{TRACK}/{RECEIPTS[0]}", "public"))["aspirations"][0]["followups"]
    assert (seen["state"], seen["can_object"], seen["closing"], seen["agency_name"]) == ("done", True, 1, "Dinas PU")
    assert [(event["state"], event["note"]) for event in seen["events"]] == [
        ("planned", None), ("in_progress", None), ("done", "Terpasang"),
    ]  # fmt: skip
    assert (await object_to(RECEIPTS[3])).status_code == (await object_to(RECEIPTS[0], str(uuid4()))).status_code == 404
    objected = await object_to(RECEIPTS[2])
    assert objected.status_code == 201
    (after,) = objected.json()["aspirations"][0]["followups"]
    assert (after["state"], after["can_object"], after["events"][-1]["note"]) == ("reopened", False, "citizen")
    assert (await object_to(RECEIPTS[0])).json()["type"] == "/problems/objected-already"
    whole = await board.get(f"{API}/{id}")
    assert (whole["reopened"], [(one["closing"], one["text"]) for one in whole["objections"]]) == (
        1,
        [(1, "Masih gelap")],
    )
    assert (await board.get(f"{API}/{id}", "public"))["objections"] is None
    await board.step(id, "finish", "agency", note="Terang")
    assert (await object_to(RECEIPTS[1])).status_code == 201
    assert (await board.get(f"{API}/{id}"))["closings"] == 2


async def test_every_change_is_told_in_its_public_form(board: Board) -> None:
    id = (await board.plan())["id"]
    await board.done(id)
    feed = (await board.get("/api/v1/changes/reports", "integrator", limit=1000))["items"]
    told = [(one["action"], one["version"], one["data"]["state"]) for one in feed if one["entity"] == "followup"]
    assert told == [("planned", 1, "planned"), ("started", 2, "in_progress"), ("finished", 3, "done")]
    assert "Budi" not in str(feed)
    assert {one["data"]["class"] for one in feed if one["entity"] == "followup"} == {"normative"}


async def test_pages_by_deadline(board: Board) -> None:
    ids = [(await board.plan(**{"class": name}))["id"] for name in ("without_supervision", "light", "normative")]
    first = await board.get(API, limit=2)
    second = await board.get(API, limit=2, cursor=first["next"])
    assert [one["id"] for one in first["items"] + second["items"]] == [ids[1], ids[2], ids[0]]
    assert second["next"] is None
    for wrong in ("x", "WyJ4IiwieSJd"):
        assert (await board.call("GET", API, params={"cursor": wrong})).json()["errors"][0]["pointer"] == "cursor"

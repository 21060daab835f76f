"""Aspirations through the API: found, decided on by those who may, and followed by their receipt."""

import hashlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4, uuid5

import pytest

from services.kit.testing import Cast
from tests.unit.reports import feeds
from tests.unit.reports.conftest import Reports

API = "/api/v1/aspirations"
AGENCY, PROGRAM = str(uuid4()), str(uuid4())
FORM = feeds.questionnaire()
REVIEW = feeds.review(FORM)
VISIT = feeds.visit(REVIEW, agency=AGENCY, program=PROGRAM, program_name="PSC 119")
ELSEWHERE = feeds.visit(REVIEW)
WISHES = {
    "lamp": "Mohon lampu jalan di depan pasar diperbaiki",
    "lamps": "Tolong perbaiki lampu jalan depan pasar",
    "fee": "Biaya parkir terlalu mahal",
    "queue": "Antrean jangan lama, tambah petugas",
}


@dataclass
class Asked:
    """A process of the service that knows some wishes, and their ids by name."""

    reports: Reports
    cast: Cast
    ids: dict[str, str]
    receipts: dict[str, str]

    async def get(self, path: str = "", role: str | None = "team", **params: Any) -> Any:
        answer = await self.cast.call("GET", f"{API}{path}", role, {"region": "33.25"}, params=params)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def one(self, name: str) -> Any:
        return await self.get(f"/{self.ids[name]}")

    async def names(self, **params: Any) -> list[str]:
        """Which wishes a list has, in its order."""
        of = {id: name for name, id in self.ids.items()}
        return [of[one["id"]] for one in (await self.get(**params))["items"]]

    async def post(self, name: str, step: str, version: int | None = None, **body: Any) -> Any:
        """A step of the team, with the newest version unless another is given."""
        number = (await self.one(name))["version"] if version is None else version
        headers = {"If-Match": f'"{number}"'}
        path = f"{API}/{self.ids[name]}/{step}"
        return await self.cast.call("POST", path, "team", {"region": "33.25"}, json=body, headers=headers)

    async def done(self, name: str, step: str, **body: Any) -> Any:
        answer = await self.post(name, step, **body)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def hear(self, *changes: feeds.Thing) -> None:
        self.reports.feeds.add(*changes)
        await self.reports.pull()


def receipt(number: int) -> str:
    return f"0000-0000-{number:04d}"


@pytest.fixture
async def asked(reports: Reports) -> AsyncIterator[Asked]:
    """Wishes of one visit, and the last one of another visit of the same review."""
    reports.feeds.add(*feeds.created(("questionnaire", FORM), ("review", REVIEW)))
    reports.feeds.add(*feeds.created(("visit", VISIT), ("visit", ELSEWHERE)))
    agency = feeds.registered("agency", AGENCY, "Dinas Kesehatan")
    reports.feeds.add(*feeds.created(("agency", agency)), feed="registry")
    ids, receipts = {}, {}
    for number, (name, text) in enumerate(WISHES.items()):
        one = feeds.response(ELSEWHERE if name == "queue" else VISIT, {"aspiration": text})
        code = receipt(number).replace("-", "").encode()
        one |= {"receipt_digest": hashlib.sha256(code).hexdigest(), "received_at": f"2020-03-03T02:3{number}:00Z"}
        reports.feeds.add(feeds.change("response", one))
        ids[name], receipts[name] = str(uuid5(UUID(one["id"]), "aspiration")), receipt(number)
    await reports.pull()
    async with reports.process() as cast:
        yield Asked(reports, cast, ids, receipts)


async def test_one_says_where_it_comes_from(asked: Asked) -> None:
    one = await asked.one("lamp")
    assert (one["text"], one["public_text"], one["state"], one["version"]) == (WISHES["lamp"], None, "new", 1)
    assert (one["review"], one["visit"], one["program"], one["agency"]) == (
        REVIEW["id"], VISIT["id"], PROGRAM, AGENCY,
    )  # fmt: skip
    assert one["names"] == {
        "question": feeds.words("wish"), "review": feeds.words("Batang"), "program": "PSC 119", "location": None,
        "agency": "Dinas Kesehatan",
    }  # fmt: skip
    answer = await asked.cast.call("GET", f"{API}/{one['id']}")
    assert answer.headers["ETag"] == '"1"'


async def test_indonesian_full_text_and_filters(asked: Asked) -> None:
    assert await asked.names() == ["queue", "fee", "lamps", "lamp"]
    assert await asked.names(q="perbaikan lampu") == ["lamps", "lamp"]  # perbaiki, diperbaiki, perbaikan: one word
    assert await asked.names(q='"lampu jalan" -tolong') == ["lamp"]
    assert await asked.names(q="biaya or petugas") == ["queue", "fee"]
    assert await asked.names(q="' & | :* \\ !") == []
    assert await asked.names(agency=AGENCY) == ["fee", "lamps", "lamp"]
    assert await asked.names(program=PROGRAM, q="lampu") == ["lamps", "lamp"]
    assert await asked.names(review=str(uuid4())) == await asked.names(state="declined") == []
    assert await asked.names(region="33") == await asked.names(review=REVIEW["id"]) == await asked.names(state="new")
    assert await asked.names(language="jv") == []


async def test_pages_go_on_where_they_ended(asked: Asked) -> None:
    first = await asked.get(limit=3)
    second = await asked.get(limit=3, cursor=first["next"])
    assert (len(first["items"]), len(second["items"]), second["next"]) == (3, 1, None)
    assert second["items"][0]["id"] == asked.ids["lamp"]
    for wrong in ("x", "WyJ4IiwieSJd"):
        answer = await asked.cast.call("GET", API, params={"cursor": wrong})
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, "cursor")


async def test_accepting_makes_it_public_and_declining_gives_the_reason(asked: Asked) -> None:
    accepted = await asked.done("lamp", "accept")
    assert (accepted["state"], accepted["public_text"], accepted["version"]) == ("accepted", WISHES["lamp"], 2)
    declined = await asked.done("fee", "decline", reason="Tarif ditetapkan peraturan daerah")
    assert (declined["state"], declined["reason"], declined["public_text"]) == (
        "declined", "Tarif ditetapkan peraturan daerah", None,
    )  # fmt: skip
    refused = await asked.post("fee", "accept")
    assert (refused.status_code, refused.json()["type"]) == (409, "/problems/wrong-state")
    back = await asked.done("fee", "reconsider", reason="Peraturan berubah")
    assert (back["state"], back["reason"]) == ("new", "Peraturan berubah")
    items = (await asked.get(f"/{asked.ids['fee']}/history"))["items"]
    assert [(one["action"], one["before"], one["after"], one["by"], one["role"], one["version"]) for one in items] == [
        ("decline", "new", "declined", "test:team", "team", 2),
        ("reconsider", "declined", "new", "test:team", "team", 3),
    ]  # fmt: skip


async def test_a_change_names_the_version_it_was_made_from(asked: Asked) -> None:
    await asked.done("lamp", "accept")
    assert (await asked.post("lamp", "reconsider", 1, reason="x")).status_code == 412
    path = f"{API}/{asked.ids['lamp']}/accept"
    assert (await asked.cast.call("POST", path)).status_code == 428
    assert (await asked.cast.call("POST", path, headers={"If-Match": "x"})).status_code == 400
    assert (await asked.post("queue", "decline")).json()["errors"][0]["pointer"] == "/reason"
    assert (await asked.post("queue", "accept", other=1)).status_code == 422


async def test_what_is_cut_out_is_gone_and_a_rebuild_does_not_bring_it_back(asked: Asked) -> None:
    await asked.done("lamp", "accept")
    redacted = await asked.done("lamp", "redact", text="Lampu jalan [nama]", reason="Nama orang")
    assert (redacted["text"], redacted["public_text"], redacted["personal_data"], redacted["state"]) == (
        "Lampu jalan [nama]", "Lampu jalan [nama]", True, "accepted",
    )  # fmt: skip
    assert await asked.names(q="pasar") == ["lamps"]
    assert WISHES["lamp"] not in (await asked.cast.call("GET", "/api/v1/changes/reports?limit=1000")).text


async def test_merging_follows_chains_and_refuses_circles(asked: Asked) -> None:
    await asked.done("lamp", "accept")
    merged = await asked.done("lamps", "merge", into=asked.ids["lamp"])
    assert (merged["state"], merged["merged_into"]) == ("merged", asked.ids["lamp"])
    assert (await asked.done("fee", "merge", into=asked.ids["lamps"], reason="Sama"))["reason"] == "Sama"
    for name, into in (
        ("lamp", "lamp"), ("lamp", "lamps"), ("lamp", "fee"), ("queue", str(uuid4())),
    ):  # fmt: skip
        refused = await asked.post(name, "merge", into=asked.ids.get(into, into))
        assert (refused.status_code, refused.json()["type"]) == (422, "/problems/cannot-merge"), (name, into)
        assert refused.json()["errors"][0]["pointer"] == "/into"
    await asked.done("queue", "decline", reason="x")
    await asked.done("lamp", "reconsider", reason="x")
    assert "declined" in (await asked.post("lamp", "merge", into=asked.ids["queue"])).json()["detail"]
    tracked = await asked.get(f"/track/{asked.receipts['fee']}", "public")
    assert [one["merged"] for one in tracked["aspirations"]] == [True]


async def test_several_at_once_are_answered_each_for_itself(asked: Asked) -> None:
    items = [
        {"id": asked.ids["lamp"], "version": 1, "action": "accept"},
        {"id": asked.ids["lamps"], "version": 1, "action": "merge", "into": asked.ids["lamp"]},
        {"id": asked.ids["fee"], "version": 7, "action": "decline", "reason": "x"},
        {"id": str(uuid4()), "version": 1, "action": "accept"},
        {"id": asked.ids["queue"], "version": 1, "action": "redact", "reason": "x", "text": "Antrean"},
        {"id": asked.ids["queue"], "version": 2, "action": "reconsider", "reason": "x"},
    ]  # fmt: skip
    answer = await asked.cast.call("POST", f"{API}/triage", "team", {"region": "33.25"}, json={"items": items})
    results = answer.json()["results"]
    assert [one["status"] for one in results] == ["done", "done", "refused", "refused", "done", "refused"]
    problems = [one["problem"]["type"].rpartition("/")[2] for one in results if one["problem"]]
    assert problems == ["precondition-failed", "not-found", "wrong-state"]
    assert [(await asked.one(name))["state"] for name in WISHES] == ["accepted", "merged", "new", "new"]
    wrong = await asked.cast.call("POST", f"{API}/triage", json={"items": [{"id": "x", "action": "dance"}]})
    assert wrong.status_code == 422
    other = await asked.cast.call("POST", f"{API}/triage", "team", {"region": "34"}, json={"items": items[:1]})
    assert other.json()["results"][0]["problem"]["status"] == 404


async def test_suggestions_are_scored_and_of_the_same_place(asked: Asked) -> None:
    found = (await asked.get(f"/{asked.ids['lamp']}/similar"))["items"]
    assert [(one["aspiration"]["id"], one["score"]) for one in found] == [(asked.ids["lamps"], "0.62")]
    assert (await asked.get(f"/{asked.ids['queue']}/similar"))["items"] == []


async def test_a_respondent_follows_by_the_receipt(asked: Asked) -> None:
    await asked.done("fee", "decline", reason="Tarif ditetapkan peraturan daerah")
    typed = asked.receipts["fee"].lower().replace("-", "").replace("0", "o")
    tracked = await asked.get(f"/track/{typed}", "public")
    assert tracked["receipt"] == asked.receipts["fee"]
    assert (tracked["received_at"], tracked["simulated"]) == ("2020-03-03T02:32:00Z", False)
    (one,) = tracked["aspirations"]
    assert (one["id"], one["text"], one["state"], one["reason"]) == (
        asked.ids["fee"], WISHES["fee"], "declined", "Tarif ditetapkan peraturan daerah",
    )  # fmt: skip
    assert (one["question"], one["question_text"], one["merged"], one["followups"]) == (
        "aspiration", feeds.words("wish"), False, [],
    )  # fmt: skip
    for unknown in (receipt(99), "nonsense", "%00", "ÄÄÄÄÄÄÄÄÄÄÄÄ"):
        answer = await asked.cast.call("GET", f"{API}/track/{unknown}", "public")
        assert (answer.status_code, answer.json()["type"]) == (404, "/problems/not-found")


async def test_who_sees_what(asked: Asked) -> None:
    async def seen(role: str, **claims: str) -> int:
        answer = await asked.cast.call("GET", API, role, claims)
        return len(answer.json()["items"]) if answer.status_code == 200 else answer.status_code

    assert [await seen(role) for role in ("admin", "ministry")] == [4, 4]
    assert [await seen(role, region="33.25") for role in ("team", "mentor")] == [4, 4]
    assert [await seen(role, region="34") for role in ("team", "mentor")] == [0, 0]
    assert await seen("agency", region="33.25", agency=AGENCY) == 3
    assert [await seen(role, region="33.25") for role in ("public", "enumerator", "integrator")] == [401, 403, 403]
    path = f"{API}/{asked.ids['lamp']}/accept"
    for role in ("ministry", "mentor", "agency"):
        answer = await asked.cast.call("POST", path, role, {"region": "33.25", "agency": AGENCY})
        assert answer.status_code == 403


async def test_the_feed_tells_each_change_without_the_words(asked: Asked) -> None:
    await asked.done("lamp", "accept")
    await asked.done("lamp", "redact", text="Lampu", reason="x")
    await asked.done("fee", "decline", reason="x")
    feed = (await asked.cast.call("GET", "/api/v1/changes/reports", "integrator", params={"limit": 1000})).json()
    assert [(one["action"], one["version"]) for one in feed["items"]] == [("created", 1)] * 4 + [
        ("accepted", 2), ("redacted", 3), ("declined", 2),
    ]  # fmt: skip
    assert {one["entity"] for one in feed["items"]} == {"aspiration"}
    assert {one["data"]["text"] for one in feed["items"]} == {one["data"]["public_text"] for one in feed["items"]}
    assert not any(text in str(feed) for text in WISHES.values())

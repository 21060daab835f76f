"""Usual responses by the shortest way: acknowledged like all others, after they are stored, and none of them twice."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2
import orjson
import pytest
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.types import ASGIApp

from services.kit.express import WAYS, Express
from services.kit.testing import Cluster, Signer, database_name
from tests.support.segment import post
from tests.support.served import noting, served
from tests.unit.surveys import bodies
from tests.unit.surveys.conftest import Surveys

RESPONSES = "/api/v1/responses"


@dataclass
class Counter:
    """The service at a port, whose protocol takes what is usual; `asked` is what its application got to see."""

    origin: str
    signer: Signer
    asked: list[str] = field(default_factory=list)

    async def send(self, body: Any, role: str = "enumerator", region: str = "33.25", **headers: str) -> httpx2.Response:
        """A response in one piece."""
        token = self.signer.token(role, {"region": region})
        told = {"authorization": f"Bearer {token}", "content-type": "application/json"}
        told |= {name.replace("_", "-"): value for name, value in headers.items()}
        raw = body if isinstance(body, bytes) else orjson.dumps(body)
        return await post(self.origin, RESPONSES, raw, told)

    async def visit(self, surveys: Surveys, **other: Any) -> dict[str, Any]:
        """A visit that is known here, because somebody has answered there."""
        visit = await surveys.visit(**other)
        await self.send(bodies.response(visit["id"]))
        self.asked.clear()
        return visit


@pytest.fixture
async def counter(surveys: Surveys) -> AsyncIterator[Counter]:
    app, asked = surveys.cast.app, list[str]()
    async with served(_with_ways(noting(app, asked), app), http=Express) as origin:
        yield Counter(origin, surveys.cast.signer, asked)


def _with_ways(noted: ASGIApp, app: Any) -> ASGIApp:
    """The ways belong to the lifespan of an application, and ours has begun before it is served."""

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[dict[str, Any]]:
        yield {WAYS: app.ways()}

    return Starlette(routes=[Mount("", noted)], lifespan=lifespan)


def read(answer: httpx2.Response) -> Any:
    return orjson.loads(answer.content)


async def test_a_response_is_stored_before_it_is_acknowledged(surveys: Surveys, counter: Counter) -> None:
    visit = await counter.visit(surveys)
    body = bodies.response(visit["id"], device="phone-7")
    answer = await counter.send(body)
    stored = (await surveys.call("GET", f"/responses/{body['id']}")).json()
    receipt = read(answer)
    assert counter.asked == []
    assert (answer.status_code, answer.headers["location"]) == (201, f"{RESPONSES}/{body['id']}")
    assert answer.headers["content-type"] == "application/json"
    assert {**receipt, "status": None} == {
        "id": body["id"], "status": None, "receipt": stored["receipt"], "sequence": receipt["sequence"],
        "received_at": receipt["received_at"], "digest": stored["digest"], "simulated": False,
    }  # fmt: skip
    assert (stored["answers"], stored["device"]) == (body["answers"], "phone-7")


async def test_the_same_again_has_the_first_receipt_by_either_way(surveys: Surveys, counter: Counter) -> None:
    visit = await counter.visit(surveys)
    for first_way, second_way in ((True, True), (True, False), (False, True)):
        body = bodies.response(visit["id"])
        answers = []
        for straight in (first_way, second_way):
            if straight:
                answer = await counter.send({**body, "id": body["id"].upper()})
                answers.append((answer.status_code, read(answer)))
            else:
                plain = await surveys.call("POST", "/responses", json=body)
                answers.append((plain.status_code, plain.json()))
        (first_status, first), (second_status, second) = answers
        assert (first_status, second_status) == (201, 200)
        assert second == first | {"status": "duplicate"}
    assert counter.asked == []


async def test_another_content_under_an_id_is_told_and_kept_aside(surveys: Surveys, counter: Counter) -> None:
    visit = await counter.visit(surveys)
    body = bodies.response(visit["id"])
    other = body | {"answers": bodies.answers(requirements=1)}
    assert (await counter.send(body)).status_code == 201
    refused = await counter.send(other)
    assert (refused.status_code, read(refused)["type"]) == (409, "/problems/response-conflict")
    assert refused.headers["content-type"] == "application/problem+json"
    assert counter.asked == []
    kept = await surveys.call("GET", "/quarantine", "team", claims={"region": "33"}, params={"visit": visit["id"]})
    assert [(one["response"], one["reason"]) for one in kept.json()["items"]] == [(body["id"], "conflict")]


async def test_the_clock_of_a_device_is_kept(surveys: Surveys, counter: Counter) -> None:
    visit = await counter.visit(surveys)
    body = bodies.response(visit["id"])
    fast = (datetime.now(UTC) + timedelta(hours=2)).isoformat()
    assert (await counter.send(body, x_device_time=fast)).status_code == 201
    assert counter.asked == []
    stored = (await surveys.call("GET", f"/responses/{body['id']}")).json()
    assert stored["clock"]["offset_seconds"] == pytest.approx(-7200, abs=5)


async def test_what_is_not_usual_is_answered_by_the_application(surveys: Surveys, counter: Counter) -> None:
    visit, closed = await counter.visit(surveys), await surveys.visit(status="closed")
    fresh, whole = await surveys.visit(), bodies.response(visit["id"])
    cases: list[tuple[Any, dict[str, str], int]] = [
        (bodies.response(fresh["id"]), {}, 201),
        (bodies.response(visit["id"]), {"content-type": "application/json; charset=utf-8"}, 201),
        (bodies.response(visit["id"]) | {"language": 7}, {}, 422),
        (bodies.response(visit["id"], answers=bodies.answers(colour=1)), {}, 422),
        (bodies.response(closed["id"]), {}, 409),
        (bodies.response(bodies.visit("none")["id"]), {}, 404),
        (whole, {"region": "33.74"}, 404),
        (whole, {"role": "mentor"}, 403),
        (whole, {"authorization": "Bearer nonsense"}, 401),
        (whole, {"content-type": "text/plain"}, 415),
        (whole, {"x-device-time": "noon"}, 400),
        (b"{", {}, 400),
        (b"", {}, 400),
    ]
    for number, (body, told, status) in enumerate(cases, 1):
        answer = await counter.send(body, **told)
        assert (answer.status_code, len(counter.asked)) == (status, number), (body, told, answer.content)
    page = await surveys.call("GET", "/responses", params={"visit": visit["id"]})
    assert whole["id"] not in [one["id"] for one in page.json()["items"]]


async def test_a_crowd_is_answered_each_for_itself(surveys: Surveys, counter: Counter) -> None:
    visit = await counter.visit(surveys)
    many = [bodies.response(visit["id"]) for _ in range(40)]
    twice = [body for body in many for _ in range(2)]
    answers = await asyncio.gather(*(counter.send(body) for body in twice))
    for body, first, second in zip(many, answers[::2], answers[1::2], strict=True):
        assert {first.status_code, second.status_code} == {200, 201}
        assert read(first)["receipt"] == read(second)["receipt"]
        assert read(first)["id"] == body["id"]
    page = await surveys.call("GET", "/responses", params={"visit": visit["id"], "limit": "500"})
    assert {body["id"] for body in many} < {one["id"] for one in page.json()["items"]}
    assert len(page.json()["items"]) == 41
    assert counter.asked == []


async def test_a_database_that_goes_away_is_a_503_and_nothing_is_lost(
    surveys: Surveys, counter: Counter, cluster: Cluster
) -> None:
    visit = await counter.visit(surveys)
    body = bodies.response(visit["id"])
    name = f"{database_name('surveys')}_test_express"
    await cluster.execute(
        f"ALTER DATABASE {name} ALLOW_CONNECTIONS false",
        f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'",
    )
    try:
        refused = await counter.send(body)
        assert (refused.status_code, read(refused)["type"]) == (503, "/problems/unavailable")
        assert (refused.headers["retry-after"], counter.asked) == ("2", [])
    finally:
        await cluster.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
    for _ in range(3):  # a pooled connection may still have to notice that it is dead
        answer = await counter.send(body)
        if answer.status_code != 503:
            break
    assert answer.status_code == 201

"""Clocks of devices: what a device claims as it sends is kept, and a wrong clock loses no answer."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.kit.problems import Malformed
from services.surveys.responses import clock
from services.surveys.responses.domain import Content, examine, only_outside_period
from tests.unit.surveys import bodies
from tests.unit.surveys.conftest import Surveys
from tests.unit.surveys.test_response_rules import CONTEXT, required

HEADER = "X-Device-Time"


def device(behind: timedelta) -> dict[str, str]:
    """What a device sends whose clock is behind by so much."""
    return {HEADER: (datetime.now(UTC) - behind).isoformat()}


def in_period(review: dict[str, Any]) -> str:
    return f"{review['period']['start']}T09:30:00+07:00"


@given(st.timedeltas(timedelta(days=-4000), timedelta(days=4000)), st.sampled_from(["+00:00", "+07:00", "-05:30"]))
def test_a_clock_is_told_by_what_has_to_be_added_to_it(behind: timedelta, zone: str) -> None:
    claimed = (datetime.now(UTC) - behind).astimezone(datetime.fromisoformat(f"2020-01-01T00:00:00{zone}").tzinfo)
    read = clock.read({b"x-device-time": f" {claimed.isoformat()} ".encode()})
    assert read is not None
    assert abs(read.offset - behind) < timedelta(seconds=30)
    moment = datetime(2020, 3, 3, 9, 30, tzinfo=UTC)
    assert read.correct(moment) == moment + read.offset
    again = clock.stored({"device_time": read.device_time, "clock_offset_ms": read.milliseconds})
    assert again is not None
    assert timedelta() <= read.offset - again.offset < timedelta(milliseconds=1)


def test_no_header_is_no_clock_and_nonsense_is_named() -> None:
    assert clock.read({b"date": b"now"}) is None
    assert clock.stored({"device_time": None, "clock_offset_ms": None}) is None
    for nonsense in ("", "now", "2020-03-03T09:30:00", "0001-01-01T00:00:00+07:00", "9999-12-31T23:00:00-07:00"):
        with pytest.raises(Malformed) as refused:
            clock.read({b"x-device-time": nonsense.encode()})
        assert refused.value.errors[0].pointer == HEADER


def test_what_lies_beyond_all_calendars_is_outside_the_review() -> None:
    item = bodies.response(str(CONTEXT.visit), answers=required({"requirements": 1, "fee": 2}))
    item |= {"filled_at": "9999-12-31T23:59:59+07:00"}
    outcome = examine(item, CONTEXT, clock.Clock(datetime.now(UTC), timedelta(days=400)))
    assert isinstance(outcome, list)
    assert only_outside_period(outcome)
    behind = clock.Clock(datetime.now(UTC), timedelta(days=366))
    assert isinstance(examine(item | {"filled_at": "2019-03-03T09:30:00+07:00"}, CONTEXT, behind), Content)
    assert isinstance(examine(item | {"filled_at": "2020-03-03T09:30:00+07:00"}, CONTEXT, behind), Content)


async def test_what_a_clock_that_is_a_year_behind_dates_is_taken_and_said(surveys: Surveys) -> None:
    visit = await surveys.visit()
    year = timedelta(days=366)
    body = bodies.response(visit["id"], filled_at="2019-03-03T09:30:00+07:00")
    refused = await surveys.call("POST", "/responses", json=body)
    assert (refused.status_code, refused.json()["type"]) == (422, "/problems/outside-period")
    taken = await surveys.call("POST", "/responses", json=body, headers=device(year))
    assert taken.status_code == 201, taken.text
    shown = (await surveys.call("GET", f"/responses/{body['id']}")).json()
    assert shown["filled_at"] == body["filled_at"]
    assert shown["clock"]["offset_seconds"] == pytest.approx(year.total_seconds(), abs=30)
    received = datetime.fromisoformat(shown["received_at"])
    assert abs(received - datetime.fromisoformat(shown["clock"]["device_time"]) - year) < timedelta(seconds=30)
    # Sent again when the clock was put right in between, or by something that says no time: the same response.
    for headers in ({}, device(timedelta())):
        again = await surveys.call("POST", "/responses", json=body, headers=headers)
        assert (again.status_code, again.json()["receipt"]) == (200, taken.json()["receipt"])
        batch = await surveys.call("POST", "/responses/batch", json={"items": [body]}, headers=headers)
        assert batch.json()["results"][0]["status"] == "duplicate"
    other = body | {"answers": bodies.answers(requirements=1)}
    assert (await surveys.call("POST", "/responses", json=other)).status_code == 422
    # It can be corrected with the time that it has, and its clock stays with it.
    corrected = await surveys.call("PUT", f"/responses/{body['id']}", json=other | {"reason": "Misread"},
                                   headers={"If-Match": '"1"'})  # fmt: skip
    assert corrected.status_code == 200, corrected.text
    assert corrected.json()["clock"] == shown["clock"]


async def test_batch_and_stream_say_it_once_for_all_and_the_first_reception_stays(surveys: Surveys) -> None:
    visit = await surveys.visit()
    first, second = (bodies.response(visit["id"], filled_at=None) for _ in range(2))
    hour = timedelta(hours=1)
    await surveys.call("POST", "/responses/batch", json={"items": [first]}, headers=device(hour))
    lines = b"".join(orjson.dumps(one) + b"\n" for one in (first, second))
    kind = {"Content-Type": "application/x-ndjson"}
    answer = await surveys.call("POST", "/responses/stream", content=lines, headers=kind | device(-hour))
    assert [orjson.loads(line)["status"] for line in answer.content.splitlines()] == ["duplicate", "created"]
    for body, offset in ((first, 3600), (second, -3600)):
        shown = (await surveys.call("GET", f"/responses/{body['id']}")).json()
        assert shown["clock"]["offset_seconds"] == pytest.approx(offset, abs=30)


@pytest.mark.parametrize("path", ["", "/batch", "/stream"])
async def test_a_time_that_is_none_is_refused_by_name(surveys: Surveys, path: str) -> None:
    body = bodies.response(str(uuid4()))
    content = {"": body, "/batch": {"items": [body]}}.get(path, body)
    kind = "application/x-ndjson" if path == "/stream" else "application/json"
    answer = await surveys.call(
        "POST", f"/responses{path}", content=orjson.dumps(content), headers={"Content-Type": kind, HEADER: "yesterday"}
    )
    assert (answer.status_code, answer.json()["type"]) == (400, "/problems/malformed")
    assert answer.json()["errors"][0]["pointer"] == HEADER

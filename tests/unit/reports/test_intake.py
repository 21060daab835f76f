"""The intake, on a real database and over real HTTP: what goes into the sums, and that nothing goes in twice."""

import asyncio
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select
from starlette.responses import JSONResponse

from services.kit.problems import BadUpstream
from services.kit.scope import EVERYTHING, Scope, UnscopedStatement
from services.kit.testing import Cast
from services.reports.clients import FeedPage
from services.reports.intake import service as intake
from services.reports.intake.loop import Intake
from services.reports.problems import FeedBroken, FeedRefused
from services.reports.rebuilds.repository import digest
from services.reports.tables import contributions, programs, sums, visits
from tests.unit.reports import feeds
from tests.unit.reports.conftest import Reports, eventually

GROUPS = ("sex", "service")
ANSWERS = [
    {"requirements": 4, "procedure": 3, "fee": "not_applicable", "sex": "f", "service": "card", "aspiration": "x"},
    {"requirements": 2, "procedure": 1, "fee": 4, "sex": "m"},
    {"procedure": 2, "sex": "f", "colour": "red"},
]


def plan(**of_visit: Any) -> tuple[list[feeds.Thing], feeds.Thing]:
    """Changes that bring a questionnaire, a review and a visit; and the visit."""
    form = feeds.questionnaire(groups=GROUPS)
    planned = feeds.review(form)
    place = feeds.visit(planned, **of_visit)
    return feeds.created(("questionnaire", form), ("review", planned), ("visit", place)), place


async def stored(reports: Reports) -> dict[tuple[str, str], Any]:
    """The sums by group and value; there is one visit."""
    async with reports.database.reading() as reading:
        rows = await reading.all(select(sums).where(sums.c.respondents > 0), EVERYTHING)
    return {(row.group_by, row.group_value): row for row in rows}


async def fingerprint(reports: Reports) -> str:
    async with reports.database.reading() as reading:
        return await digest(reading, await intake.generation(reading))


async def test_sums_by_value(reports: Reports) -> None:
    parents, place = plan(agency=str(uuid4()))
    answered = feeds.responded(place, *ANSWERS)
    reports.feeds.add(*parents, *answered)
    await reports.pull()
    found = await stored(reports)
    assert {key: row.respondents for key, row in found.items()} == {
        ("", ""): 3, ("sex", "f"): 2, ("sex", "m"): 1, ("service", "card"): 1, ("service", ""): 2,
    }  # fmt: skip
    everybody = found["", ""]
    assert everybody.elements == ["requirements", "procedure", "fee"]
    assert everybody.joint_count == [2, 2, 1, 2, 3, 1, 1, 1, 1]
    assert everybody.joint_sum == [6, 6, 2, 4, 6, 1, 4, 4, 4]
    assert everybody.joint_product == [20, 14, 8, 14, 14, 4, 8, 4, 16]
    assert int(everybody.fingerprint) == sum(int(one["data"]["digest"], 16) for one in answered) % 2**256
    assert found["sex", "m"].joint_count == [1] * 9
    assert int(found["sex", "m"].fingerprint) == int(answered[1]["data"]["digest"], 16)
    assert (everybody.region_code, everybody.agency_id) == ("33.25", place["agency"])
    assert (str(everybody.visit_id), str(everybody.review_id)) == (place["id"], place["review"])
    assert everybody.simulated is False


async def test_a_page_that_comes_twice_counts_once(reports: Reports) -> None:
    parents, place = plan()
    reports.feeds.add(*parents, *feeds.responded(place, *ANSWERS))
    page = await reports.client.read("responses", None, limit=1000)
    assert await intake.apply(reports.database, "responses", None, page) is not None
    before = await fingerprint(reports)
    assert await intake.apply(reports.database, "responses", None, page) is None
    assert await fingerprint(reports) == before
    assert await reports.changes() == len(page.items)


async def test_of_two_writers_with_one_page_one_applies(reports: Reports) -> None:
    parents, place = plan()
    reports.feeds.add(*parents, *feeds.responded(place, *ANSWERS))
    page = await reports.client.read("responses", None, limit=1000)
    applied = await asyncio.gather(*(intake.apply(reports.database, "responses", None, page) for _ in range(4)))
    assert sum(one is not None for one in applied) == 1
    assert (await stored(reports))["", ""].respondents == 3


async def test_a_response_that_the_feed_repeats_counts_once(reports: Reports) -> None:
    parents, place = plan()
    first, *others = feeds.responded(place, *ANSWERS)
    reports.feeds.add(*parents, first, *others, first)
    await reports.pull()
    reports.feeds.add(first)
    await reports.pull()
    assert (await stored(reports))["", ""].respondents == 3


@pytest.mark.parametrize("together", [True, False])
async def test_a_correction_takes_off_exactly_what_was_added(reports: Reports, together: bool) -> None:
    parents, place = plan()
    first, *others = feeds.responded(place, *ANSWERS)
    revised = feeds.response(place, ANSWERS[0] | {"requirements": 1, "sex": "m"}, id=first["id"], version=2)
    changes = [first, *others, feeds.change("response", revised | {"version": 2}, "updated")]
    reports.feeds.add(*parents, *changes)
    await reports.pull(1000 if together else 1)
    found = await stored(reports)
    assert found["", ""].joint_sum[0] == 1 + 2
    assert {value: row.respondents for (by, value), row in found.items() if by == "sex"} == {"f": 1, "m": 2}
    digests = [revised["digest"], *(one["data"]["digest"] for one in others)]
    assert int(found["", ""].fingerprint) == sum(int(one, 16) for one in digests) % 2**256


async def test_a_deletion_takes_off_exactly_what_was_added(reports: Reports) -> None:
    parents, place = plan()
    first, *others = feeds.responded(place, *ANSWERS)
    reports.feeds.add(*parents, *others)
    await reports.pull()
    before = await fingerprint(reports)
    reports.feeds.add(first)
    await reports.pull()
    assert await fingerprint(reports) != before
    gone = feeds.change("response", {"id": first["id"], "version": 2}, "deleted")
    reports.feeds.add(gone, gone)
    await reports.pull(1)
    assert await fingerprint(reports) == before


async def test_a_response_before_its_parents_stops_the_feed_and_moves_nothing(reports: Reports) -> None:
    parents, place = plan()
    reports.feeds.add(*parents)
    await reports.pull()
    orphan = feeds.visit(feeds.review(feeds.questionnaire()))
    reports.feeds.add(*feeds.responded(place, ANSWERS[0]), *feeds.responded(orphan, ANSWERS[0]))
    with pytest.raises(FeedBroken, match="before its visit"):
        await reports.pull()
    assert await reports.changes() == 3
    assert await stored(reports) == {}


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"answers": {"fee": "much"}}, "cannot be counted: .*fee"),
        ({"answers": {"fee": True}}, "cannot be counted: .*fee"),
        ({"answers": {"fee": 2**15}}, "cannot be counted: .*fee"),
        ({"answers": {"sex": 1}}, "cannot be counted: .*sex"),
        ({"digest": "00"}, "cannot be counted: .*digest"),
        ({"digest": "x" * 64}, "256 bits"),
        ({"simulated": True}, "it is simulated and its review is not"),
        ({"answers": None}, "cannot be counted"),
        ({"visit": "nowhere"}, "names no visit"),
    ],
)
async def test_what_is_no_response_stops_the_feed_by_name(reports: Reports, wrong: feeds.Thing, sentence: str) -> None:
    parents, place = plan()
    one = feeds.response(place, ANSWERS[0]) | wrong
    reports.feeds.add(*parents, feeds.change("response", one))
    with pytest.raises(FeedBroken, match=sentence):
        await reports.pull()
    assert await reports.changes() == 0


async def test_a_fact_without_what_the_feed_promises_stops_it(reports: Reports) -> None:
    broken = feeds.review(feeds.questionnaire())
    del broken["period"]
    reports.feeds.add(*feeds.created(("review", broken)))
    with pytest.raises(FeedBroken, match="period"):
        await reports.pull()


async def test_kinds_that_nobody_here_knows_are_counted_and_passed_over(reports: Reports) -> None:
    parents, place = plan()
    novel = {"entity": "follow_up", "id": str(uuid4()), "action": "invented", "version": 9, "at": feeds.AT, "data": {}}
    reports.feeds.add(novel, *parents, novel, *feeds.responded(place, *ANSWERS))
    reports.feeds.add(novel, feed="registry")
    await reports.pull()
    async with reports.database.reading() as reading:
        fresh = await intake.freshness(reading)
    assert (fresh.responses.changes, fresh.responses.skipped) == (8, 2)
    assert (fresh.registry.changes, fresh.registry.skipped) == (1, 1)
    assert (await stored(reports))["", ""].respondents == 3


async def test_the_sums_lie_where_their_visit_lies_now(reports: Reports) -> None:
    parents, place = plan()
    reports.feeds.add(*parents, *feeds.responded(place, *ANSWERS))
    await reports.pull()
    agency = str(uuid4())
    moved = feeds.change("visit", place | {"agency": agency, "region": "33.24", "version": 2}, "updated")
    late = feeds.change("visit", place, "updated")
    reports.feeds.add(moved, late)
    await reports.pull(1)
    assert {(row.region_code, row.agency_id) for row in (await stored(reports)).values()} == {("33.24", agency)}


async def test_facts_are_kept_as_they_are_now_and_forgotten_when_they_are_no_more(reports: Reports) -> None:
    ids = [str(uuid4()) for _ in range(2)]
    kept, gone = (feeds.registered("program", id, f"Program {id[:4]}") for id in ids)
    reports.feeds.add(*feeds.created(("program", kept), ("program", gone)), feed="registry")
    renamed = feeds.change("program", kept | {"name": "New", "version": 2, "archived": True}, "archived")
    reports.feeds.add(renamed, feeds.change("program", {"id": gone["id"], "version": 2}, "deleted"), feed="registry")
    await reports.pull(1)
    async with reports.database.reading() as reading:
        rows = await reading.all(select(programs), EVERYTHING)
    assert [(row.id, row.version, row.data["name"], row.region_code) for row in rows] == [
        (UUID(kept["id"]), 2, "New", "33.25")
    ]


async def test_what_was_contributed_is_read_by_nobody_whose_rows_are_limited(reports: Reports) -> None:
    async with reports.database.reading() as reading:
        with pytest.raises(UnscopedStatement):
            await reading.all(select(contributions.c.id), Scope({"region": "33"}))
        assert await reading.all(select(visits.c.id), Scope({"region": "33"})) == []


async def test_a_process_reads_what_is_there_and_what_comes(reports: Reports) -> None:
    parents, place = plan()
    reports.feeds.add(*parents, *feeds.responded(place, ANSWERS[0]))
    reports.feeds.add(*feeds.created(("agency", feeds.registered("agency", str(uuid4()), "Dinas"))), feed="registry")
    async with reports.process(intake=True, feed_wait=20.0, feed_page=2) as cast:
        await reports.until(4)
        await reports.until(1, "registry")
        reports.feeds.add(*feeds.responded(place, *ANSWERS[1:]))
        await reports.until(6)
        fresh = (await cast.call("GET", "/api/v1/indexes/freshness", None)).status_code
        assert fresh == 401
        seen = (await cast.call("GET", "/api/v1/indexes/freshness", "public")).json()
        assert seen["responses"]["changes"] == 6
        assert seen["responses"]["error"] is None
        assert seen["responses"]["behind_seconds"] == 0
        assert seen["responses"]["applied_at"]
        shown = (await cast.call("GET", "/metrics")).text
        assert 'tinjau_reports_changes_total{entity="response",feed="responses"}' in shown
        assert 'tinjau_reports_behind_seconds{feed="registry"}' in shown
    assert (await stored(reports))["", ""].respondents == 3


async def test_stopped_and_started_again_it_misses_and_doubles_nothing(reports: Reports) -> None:
    parents, place = plan()
    answered = feeds.responded(place, *(ANSWERS * 4))
    reports.feeds.add(*parents, *answered[:3])
    for end in (6, 9, 12):
        async with reports.process(intake=True, feed_page=2):
            await reports.until(end)
        reports.feeds.add(*answered[end - 3 : end])
    async with reports.process(intake=True), reports.process(intake=True):
        await reports.until(15)
    row = (await stored(reports))["", ""]
    assert row.respondents == 12
    assert int(row.fingerprint) == sum(int(one["data"]["digest"], 16) for one in answered) % 2**256


async def test_of_two_processes_with_one_page_one_applies(reports: Reports) -> None:
    parents, place = plan()
    reports.feeds.add(*parents, *feeds.responded(place, *ANSWERS))
    reports.feeds.hold()
    async with reports.process(intake=True), reports.process(intake=True):
        await reports.feeds.held(4)
        reports.feeds.release()
        await reports.until(6)
        reports.feeds.add(*feeds.responded(place, *ANSWERS))
        await reports.until(9)
    assert (await stored(reports))["", ""].respondents == 6


async def test_a_process_that_stops_between_storing_and_moving_has_stored_nothing(reports: Reports) -> None:
    parents, place = plan()
    reports.feeds.add(*parents, *feeds.responded(place, *ANSWERS))
    page = await reports.client.read("responses", None, limit=1000)

    async def crash() -> None:
        async with reports.database.transaction() as write:
            generation = await intake.generation(write)
            await intake.take(write, generation, "responses", page.items, page.next)
            raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        await crash()
    assert await stored(reports) == {}
    await reports.pull()
    assert (await stored(reports))["", ""].respondents == 3


async def test_a_feed_that_is_away_is_told_and_read_again_when_it_is_back(reports: Reports) -> None:
    parents, place = plan()
    reports.feeds.add(*parents, *feeds.responded(place, *ANSWERS))
    reports.feeds.failures += [JSONResponse({"detail": "The cursor is not one of this feed."}, 400)] * 2
    async with reports.process(intake=True) as cast:
        seen = await told(cast)
        assert "answered 400: The cursor is not one of this feed." in "".join(filter(None, seen))
        assert (await cast.call("GET", "/health/ready")).status_code == 200
        await reports.until(6)
        seen = await told(cast, away=False)
    assert seen == [None, None]


async def told(cast: Cast, *, away: bool = True) -> list[str | None]:
    """The errors of both feeds, once there is one, or once there is none."""

    async def errors() -> list[str | None]:
        seen = (await cast.call("GET", "/api/v1/indexes/freshness")).json()
        return [feed["error"] for feed in seen.values()]

    return await eventually(errors, lambda seen: any(seen) == away)


async def test_no_credential_is_told_and_mended_without_a_restart(reports: Reports) -> None:
    file = reports.settings.credential_file
    file.unlink()
    parents, _ = plan()
    reports.feeds.add(*parents)
    async with reports.process(intake=True) as cast:
        assert "The credential for the feeds cannot be read: FileNotFoundError." in await told(cast)
        file.write_text("not-the-token")
        await eventually(partial(told, cast), lambda seen: any("answered 401" in (one or "") for one in seen))
        file.write_text(feeds.TOKEN)
        await reports.until(3)


async def test_answers_that_are_no_pages_are_refused_by_name(reports: Reports) -> None:
    reports.feeds.failures.append(JSONResponse(["no", "page"]))
    with pytest.raises(BadUpstream, match="page of changes"):
        await reports.client.read("responses", None, limit=10)
    reports.feeds.failures.append(JSONResponse(["why", "not"], 403))
    with pytest.raises(FeedRefused, match="403: no reason given"):
        await reports.client.read("responses", None, limit=10)


async def test_an_empty_page_moves_nothing_and_says_that_all_is_in(reports: Reports) -> None:
    assert await intake.apply(reports.database, "responses", None, FeedPage([], "cursor", more=False)) is not None
    async with reports.database.reading() as reading:
        fresh = await intake.freshness(reading)
    assert (fresh.responses.cursor, fresh.responses.behind_seconds) == (None, 0)
    assert (fresh.registry.cursor, fresh.registry.behind_seconds) == (None, None)


async def test_an_intake_that_never_started_stops(reports: Reports) -> None:
    await Intake(reports.database, reports.client, page=10, wait=0, gather=0).stop()

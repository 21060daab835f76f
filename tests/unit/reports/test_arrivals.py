"""Aspirations as the feed brings them: once each, whatever comes twice, and without touching what was decided."""

from typing import Any
from uuid import UUID, uuid4, uuid5

import pytest
from sqlalchemy import func, select, text

from services.kit.scope import EVERYTHING
from services.reports.problems import FeedBroken
from services.reports.tables import aspirations, changes, moves
from tests.unit.reports import feeds
from tests.unit.reports.conftest import Reports
from tests.unit.reports.test_intake import plan
from tests.unit.reports.test_rebuild_api import rebuilt

WISH = {"requirements": 4, "aspiration": "Lampu jalan diperbaiki"}


def asked(response: feeds.Thing) -> UUID:
    return uuid5(UUID(response["id"]), "aspiration")


async def stored(reports: Reports) -> dict[UUID, Any]:
    async with reports.database.reading() as reading:
        return {row.id: row for row in await reading.all(select(aspirations), EVERYTHING)}


async def told(reports: Reports) -> list[tuple[str, int, Any]]:
    """What the feed says of aspirations, in order."""
    async with reports.database.reading() as reading:
        rows = await reading.all(select(changes).order_by(changes.c.position), EVERYTHING)
    assert all(row.position for row in rows)
    return [(row.action, row.version, row.data) for row in rows if row.entity == "aspiration"]


def again(response: feeds.Thing, version: int, action: str, **other: Any) -> feeds.Thing:
    """A later version of a response."""
    return feeds.change("response", response | other, action) | {"version": version}


def gone(response: feeds.Thing, version: int) -> feeds.Thing:
    return feeds.change("response", {"id": response["id"], "version": version}, "deleted")


async def decide(reports: Reports, id: UUID, **values: Any) -> None:
    """What a person decides, straight into the table."""
    async with reports.database.transaction() as write:
        await write.run(aspirations.update().where(aspirations.c.id == id).values(**values), EVERYTHING)


async def test_one_for_each_answer_with_words_in_it(reports: Reports) -> None:
    agency, program, location = (str(uuid4()) for _ in range(3))
    parents, place = plan(agency=agency, program=program, location=location)
    one = feeds.response(place, WISH) | {"language": "jv", "receipt_digest": "ab" * 32}
    silent = [feeds.response(place, {"fee": 3} | more) for more in ({}, {"aspiration": ""}, {"aspiration": " \n "})]
    reports.feeds.add(*parents, *(feeds.change("response", each) for each in (one, *silent)))
    await reports.pull()
    (row,) = (await stored(reports)).values()
    assert (row.id, row.text, row.state, row.version) == (asked(one), WISH["aspiration"], "new", 1)
    assert (str(row.review_id), str(row.visit_id)) == (place["review"], place["id"])
    assert (row.region_code, row.agency_id, str(row.program_id)) == ("33.25", agency, program)
    assert (str(row.location_id), row.language, row.receipt_digest) == (location, "jv", b"\xab" * 32)
    ((action, version, data),) = await told(reports)
    assert (action, version, data["id"], data["state"]) == ("created", 1, str(row.id), "new")
    assert (data["text"], data["public_text"], data["agency"]) == (None, None, agency)


@pytest.mark.parametrize("page", [1000, 1])
async def test_the_life_of_a_response_is_followed(reports: Reports, page: int) -> None:
    parents, place = plan()
    one = feeds.response(place, WISH)
    reports.feeds.add(*parents, feeds.change("response", one))
    await reports.pull(page)
    await decide(reports, asked(one), state="accepted")
    reports.feeds.add(again(one, 2, "reviewed", state="accepted"))
    await reports.pull(page)
    assert ((await stored(reports))[asked(one)].state, (await stored(reports))[asked(one)].version) == ("accepted", 1)
    reports.feeds.add(gone(one, 3))
    await reports.pull(page)
    row = (await stored(reports))[asked(one)]
    assert (row.state, row.text, row.before, row.version) == ("withdrawn", None, "accepted", 2)
    reports.feeds.add(again(one, 4, "restored"))
    await reports.pull(page)
    row = (await stored(reports))[asked(one)]
    assert (row.state, row.text, row.version) == ("accepted", WISH["aspiration"], 3)
    corrected = WISH | {"aspiration": "Trotoar"}
    reports.feeds.add(again(one, 5, "updated", answers=corrected), again(one, 6, "reviewed", answers=corrected))
    await reports.pull(page)
    row = (await stored(reports))[asked(one)]
    assert (row.state, row.text, row.version, row.response_version) == ("new", "Trotoar", 4, 6)
    reports.feeds.add(again(one, 7, "updated", answers={"fee": 2}))
    await reports.pull(page)
    assert (await stored(reports))[asked(one)].state == "withdrawn"
    assert [(action, version) for action, version, _ in await told(reports)] == [
        ("created", 1), ("withdrawn", 2), ("restored", 3), ("corrected", 4), ("withdrawn", 5),
    ]  # fmt: skip
    async with reports.database.reading() as reading:
        rows = await reading.all(select(moves).order_by(moves.c.id), EVERYTHING)
    assert [(row.action, row.before, row.after, row.by) for row in rows] == [
        ("withdrawn", "accepted", "withdrawn", "intake"), ("restored", "withdrawn", "accepted", "intake"),
        ("corrected", "accepted", "new", "intake"), ("withdrawn", "new", "withdrawn", "intake"),
    ]  # fmt: skip


async def test_a_rejected_response_keeps_its_wish_and_says_so(reports: Reports) -> None:
    parents, place = plan()
    one = feeds.response(place, WISH)
    reports.feeds.add(*parents, feeds.change("response", one), again(one, 2, "reviewed", state="rejected"))
    await reports.pull(1)
    row = (await stored(reports))[asked(one)]
    assert (row.state, row.rejected, row.version) == ("new", True, 2)


async def test_the_simulated_stay_marked(reports: Reports) -> None:
    form = feeds.questionnaire()
    planned = feeds.review(form, simulated=True)
    place = feeds.visit(planned)
    reports.feeds.add(*feeds.created(("questionnaire", form), ("review", planned), ("visit", place)))
    reports.feeds.add(*feeds.responded(place, WISH, simulated=True))
    await reports.pull()
    assert [row.simulated for row in (await stored(reports)).values()] == [True]
    assert [data["simulated"] for _, _, data in await told(reports)] == [True]


async def test_several_questions_may_ask(reports: Reports) -> None:
    form = feeds.questionnaire()
    form["questions"].append(form["questions"][-1] | {"key": "thanks"})
    planned = feeds.review(form)
    place = feeds.visit(planned)
    reports.feeds.add(*feeds.created(("questionnaire", form), ("review", planned), ("visit", place)))
    one = feeds.response(place, {"aspiration": "Lampu", "thanks": "Bagus"})
    reports.feeds.add(feeds.change("response", one))
    await reports.pull()
    reports.feeds.add(again(one, 2, "updated", answers={"thanks": "Bagus"}))
    await reports.pull()
    assert {row.question: row.state for row in (await stored(reports)).values()} == {
        "aspiration": "withdrawn", "thanks": "new",
    }  # fmt: skip


async def test_they_lie_where_their_visit_lies_now(reports: Reports) -> None:
    parents, place = plan()
    reports.feeds.add(*parents, *feeds.responded(place, WISH))
    await reports.pull()
    agency = str(uuid4())
    moved = place | {"agency": agency, "region": "33.24", "version": 2}
    reports.feeds.add(feeds.change("visit", moved, "updated"), feeds.change("visit", moved, "updated"))
    await reports.pull(1)
    (row,) = (await stored(reports)).values()
    assert (row.region_code, row.agency_id, row.version) == ("33.24", agency, 2)
    assert [action for action, _, _ in await told(reports)] == ["created", "moved"]


async def test_a_rebuild_fills_what_is_missing_and_touches_no_decision(reports: Reports) -> None:
    parents, place = plan()
    first, second, third = (feeds.response(place, WISH) for _ in range(3))
    reports.feeds.add(*parents, *(feeds.change("response", one) for one in (first, second, third)))
    reports.feeds.add(gone(second, 2), again(third, 2, "updated", answers={"aspiration": "Trotoar"}))
    reports.feeds.add(feeds.change("visit", place | {"agency": str(uuid4()), "version": 2}, "updated"))
    await reports.pull(1)
    await decide(reports, asked(first), state="declined", reason="No money")
    before, said = await stored(reports), len(await told(reports))
    async with reports.process(feed_page=2) as cast:
        assert (await rebuilt(cast))["identical"] is True
        assert await stored(reports) == before
        assert len(await told(reports)) == said
        async with reports.database.transaction() as write:
            await write.run(text("DELETE FROM aspirations"), EVERYTHING)
        assert (await rebuilt(cast))["identical"] is True
    found = await stored(reports)
    # The second was created and deleted in one stretch of the feed: there never was anything to withdraw.
    assert found.keys() == before.keys() - {asked(second)}
    for id, row in found.items():
        assert (row.text, row.words, row.agency_id, row.response_version) == (
            before[id].text, before[id].words, before[id].agency_id, before[id].response_version,
        )  # fmt: skip


async def test_a_page_that_comes_twice_brings_each_once(reports: Reports) -> None:
    parents, place = plan()
    one = feeds.change("response", feeds.response(place, WISH))
    reports.feeds.add(*parents, one, one)
    await reports.pull(1)
    reports.feeds.add(one, *feeds.responded(place, WISH))
    await reports.pull()
    async with reports.database.reading() as reading:
        assert await reading.value(select(func.count()).select_from(aspirations), EVERYTHING) == 2


async def test_a_wish_that_is_no_text_stops_the_feed_by_name(reports: Reports) -> None:
    parents, place = plan()
    reports.feeds.add(*parents, *feeds.responded(place, {"aspiration": 3}))
    with pytest.raises(FeedBroken, match=r"cannot be counted: .*aspiration"):
        await reports.pull()
    assert await stored(reports) == {}

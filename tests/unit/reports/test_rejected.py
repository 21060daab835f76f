"""Rejected responses: out of the index, counted when they are asked for, and never told apart to the public."""

from typing import Any

from tests.unit.reports import feeds
from tests.unit.reports.test_index_api import API, MAN, REVIEW, VISITS, WOMAN, Reading, of, reading
from tests.unit.reports.test_rebuild_api import rebuilt

__all__ = ["reading"]


def told(
    answers: feeds.Thing, visit: str = "clinic", *, action: str = "created", state: str = "received", **other: Any
) -> feeds.Thing:
    """A change that says of a response what it answers and what the team thinks of it."""
    data = feeds.response(VISITS[visit], answers, state=state, **other)
    return feeds.change("response", data, action) | {"version": other.get("version", 1)}


def judged(change: feeds.Thing, state: str) -> feeds.Thing:
    """The same response in another state."""
    return change | {"action": "reviewed", "version": change["version"] + 1, "data": change["data"] | {"state": state}}


def figures(answer: Any) -> tuple[Any, ...]:
    return answer["respondents"], [one["sum"] for one in answer["elements"]], answer["index"]


async def test_an_index_without_and_with_rejected_responses(reading: Reading) -> None:
    women, men = [told(WOMAN) for _ in range(6)], [told(MAN, "market") for _ in range(4)]
    await reading.hear(*women, *men)
    whole = await reading.index()
    assert (whole["rejected"], whole["left_out"]) == ("left out", 0)
    await reading.hear(judged(women[0], "accepted"), judged(women[1], "returned"), judged(women[2], "rejected"))
    await reading.hear(*(judged(man, "rejected") for man in men))
    without, with_all = await reading.index(), await reading.index(rejected="include")
    assert (without["rejected"], without["left_out"], without["respondents"]) == ("left out", 5, 5)
    assert [one["sum"] for one in without["elements"]] == [20, 15]
    assert (with_all["rejected"], with_all["left_out"]) == ("included", 0)
    assert figures(with_all) == figures(whole)
    assert len({one["digest"] for one in (whole, without, with_all)}) == 3
    by_sex = await reading.index(group_by="sex")
    assert [(group["value"], group["respondents"]) for group in by_sex["groups"]] == [("f", 5), ("m", 0)]
    both = await reading.index(group_by="sex", rejected="include")
    assert [(group["value"], group["respondents"]) for group in both["groups"]] == [("f", 6), ("m", 4)]
    market = await reading.index(visit=VISITS["market"]["id"])
    assert (market["respondents"], market["left_out"], market["index"]) == (0, 4, None)
    by_visit = await reading.index(group_by="visit", rejected="include")
    assert of(by_visit, VISITS["market"]["id"])["respondents"] == 4
    listed = (await reading.cast.call("GET", f"{API}/reviews")).json()["items"]
    assert (listed[0]["respondents"], listed[0]["index"]) == (5, without["index"])


async def test_corrections_deletion_and_return_are_followed_exactly(reading: Reading) -> None:
    people = [told(WOMAN) for _ in range(3)]
    id = people[0]["id"]
    await reading.hear(*people, judged(people[1], "rejected"))
    before = await reading.index()
    await reading.hear(
        told(MAN, action="updated", state="rejected", id=id, version=2),
        told(MAN, action="updated", id=id, version=3),
    )
    assert (await reading.index())["respondents"] == 2
    assert [one["sum"] for one in (await reading.index())["elements"]] == [6, 5, 3]
    await reading.hear(feeds.change("response", {"id": id, "version": 4}, "deleted"))
    assert ((await reading.index())["respondents"], (await reading.index())["left_out"]) == (1, 1)
    assert (await reading.index(rejected="include"))["respondents"] == 2
    await reading.hear(people[0] | {"action": "restored", "version": 5})
    after = await reading.index()
    assert (figures(after), after["digest"], after["left_out"]) == (figures(before), before["digest"], 1)


async def test_a_rebuild_with_rejected_responses_is_identical(reading: Reading) -> None:
    people = [told(WOMAN) for _ in range(8)]
    await reading.hear(*people, *(judged(one, "rejected") for one in people[:3]))
    await reading.hear(feeds.change("response", {"id": people[0]["id"], "version": 3}, "deleted"))
    before = await reading.index(rejected="include")
    done = await rebuilt(reading.cast)
    assert (done["status"], done["identical"]) == ("done", True)
    after = await reading.index(rejected="include")
    assert (after["digest"], after["respondents"]) == (before["digest"], 7)
    assert (await reading.index())["left_out"] == 2


async def test_the_public_cannot_tell_single_rejected_responses_apart(reading: Reading) -> None:
    women, men = [told(WOMAN) for _ in range(12)], [told(MAN, "market") for _ in range(12)]
    await reading.hear(*women, *men, *(judged(one, "rejected") for one in women[:2]))
    public = await reading.index("public")
    assert (public["rejected"], public["left_out"], public["respondents"]) == ("left out", None, 22)
    await reading.hear(*(judged(one, "rejected") for one in men[:5]))
    assert (await reading.index("public"))["left_out"] == 7
    for visit, left_out in (("clinic", 2), ("market", 5)):
        part = {"visit": VISITS[visit]["id"]}
        assert (await reading.index("public", **part))["left_out"] is None
        assert (await reading.index("ministry", **part))["left_out"] == left_out
    asked = {"review": REVIEW["id"], "rejected": "include"}
    callers: list[tuple[str | None, dict[str, str], int]] = [
        (None, {}, 401), ("public", {}, 401), ("team", {"region": "34"}, 403), ("enumerator", {"region": "33.25"}, 403),
        ("team", {"region": "33.25"}, 200), ("ministry", {}, 200),
    ]  # fmt: skip
    for role, claims, status in callers:
        answer = await reading.cast.call("GET", API, role, claims, params=asked)
        assert answer.status_code == status, (role, answer.text)
        assert status != 403 or answer.json()["type"] == "/problems/forbidden"
    wrong = await reading.cast.call("GET", API, params=asked | {"rejected": "only"})
    assert (wrong.status_code, wrong.json()["errors"][0]["pointer"]) == (422, "rejected")

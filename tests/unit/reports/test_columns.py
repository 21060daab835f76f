"""Responses read many at once: what each of them adds, and which of them is none."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

import numpy as np
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Raw

from services.reports.intake.columns import READER, NoResponse, columns
from services.reports.intake.domain import (
    Columns,
    Contribution,
    Instrument,
    Key,
    Parent,
    Total,
    differences,
    instrument,
    totals,
)
from services.reports.matrices import pack, unpack_all
from tests.unit.reports import feeds

COUNTED = Instrument(uuid4(), ("fee", "time"), ("sex", "service"), ("aspiration",))
VISITS = {str(id): Parent(id, COUNTED, simulated=False) for id in (uuid4(), uuid4())}
PLACES = [feeds.visit(feeds.review(feeds.questionnaire()), id=id) for id in VISITS]

good: st.SearchStrategy[Any] = st.sampled_from([None, "not_applicable", 0, 4, -7, 2**15 - 1, -(2**15) + 1])
bad: st.SearchStrategy[Any] = st.sampled_from([True, 2**15, -(2**15), 2**60, 1.0, "much", "", [], {}])
choice: st.SearchStrategy[Any] = st.sampled_from([None, "", "f", "m", "a\nb"])
no_choice: st.SearchStrategy[Any] = st.sampled_from([1, False, [], {}])
wish: st.SearchStrategy[Any] = st.sampled_from([None, "", "Kursi"])


@st.composite
def responses(
    draw: st.DrawFn, score: st.SearchStrategy[Any], group: st.SearchStrategy[Any], least: int = 0
) -> list[feeds.Thing]:
    """Responses as the feed shows them, each with some of the answers."""
    asked = {"fee": score, "time": score, "sex": group, "service": group, "aspiration": wish, "colour": st.just("red")}
    states = st.sampled_from(["received", "rejected"])
    return [
        feeds.response(draw(st.sampled_from(PLACES)), answers, state=draw(states))
        for answers in draw(st.lists(st.fixed_dictionaries({}, optional=asked), min_size=least, max_size=8))
    ]


def read(several: Sequence[feeds.Thing], counted: Instrument = COUNTED) -> Columns:
    """What these responses add, from what the feed would send of them."""
    told = READER.read([Raw(orjson.dumps(one)) for one in several])
    parents = {name: parent._replace(counted=counted) for name, parent in VISITS.items()}
    return columns(counted, [one["id"] for one in several], list(range(len(several))), told, parents)


def by_response(read: Columns) -> list[tuple[Any, ...]]:
    """What stands in columns for each response."""
    digests = [read.digests[start : start + 32] for start in range(0, len(read.digests), 32)]
    rows = zip(
        read.ids, read.versions, read.places, digests, read.rejected, read.asks, *read.scores, *read.groups,
        strict=True,
    )  # fmt: skip
    return [(id, version, read.visits[place], *rest) for id, version, place, *rest in rows]


def by_itself(version: int, one: feeds.Thing) -> tuple[Any, ...]:
    """The same of one response, by the rule."""
    answers = one["answers"]
    return (
        one["id"], version, UUID(one["visit"]), bytes.fromhex(one["digest"]), one["state"] == "rejected",
        bool(answers.get("aspiration")),
        *(None if answers.get(key) == "not_applicable" else answers.get(key) for key in COUNTED.elements),
        *(answers.get(key) or "" for key in COUNTED.groups),
    )  # fmt: skip


@given(responses(good, choice))
def test_many_are_read_as_each_would_be(several: list[feeds.Thing]) -> None:
    assert by_response(read(several)) == [by_itself(place, one) for place, one in enumerate(several)]


def sound(one: feeds.Thing) -> bool:
    answers = one["answers"]
    return all(
        answer is None or answer == "not_applicable" or (type(answer) is int and abs(answer) < 2**15)
        for answer in (answers.get(key) for key in COUNTED.elements)
    ) and all(isinstance(answers.get(key, ""), str | None) for key in COUNTED.groups)


@given(responses(good | bad, choice | no_choice, 1))
def test_the_first_that_is_no_answer_is_named(several: list[feeds.Thing]) -> None:
    wrong = [place for place, one in enumerate(several) if not sound(one)]
    if wrong:
        with pytest.raises(NoResponse) as caught:
            read(several)
        assert caught.value.place == wrong[0]
    else:
        read(several)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"digest": "00"}, "digest"), ({"digest": "0" * 62 + "  "}, "256 bits"), ({"digest": "x" * 64}, "256 bits"),
        ({"digest": None}, "digest"), ({"simulated": True}, "its review is not"), ({"simulated": 0}, "simulated"),
        ({"answers": None}, "object"), ({"answers": []}, "object"), ({"answers": {"aspiration": 3}}, "aspiration"),
        ({"visit": None}, "visit"), ({"state": 1}, "state"),
    ],
)  # fmt: skip
def test_what_is_not_as_promised_is_named_with_its_reason(wrong: feeds.Thing, sentence: str) -> None:
    several = [feeds.response(PLACES[0], {"fee": 1}) | more for more in ({}, wrong, {})]
    with pytest.raises(NoResponse, match=sentence) as caught:
        read(several)
    assert caught.value.place == 1


@pytest.mark.parametrize("form", [((), (), ()), (("fee",), (), ()), ((), ("sex",), ("a wish",))])
def test_a_questionnaire_may_ask_for_little(form: tuple[tuple[str, ...], ...]) -> None:
    counted = Instrument(uuid4(), *form)
    answers = {"fee": 3, "sex": "f", "a wish": "Kursi"}
    found = read([feeds.response(PLACES[0], answers), feeds.response(PLACES[1], {})], counted)
    assert found.scores == [[3, None] for _ in counted.elements]
    assert found.groups == [["f", ""] for _ in counted.groups]
    assert found.asks == [bool(counted.aspirations), False]


def test_added_and_removed_ones_make_one_difference() -> None:
    several = [feeds.response(PLACES[0], {"fee": score, "sex": "f"}) for score in (1, 4)]
    counted = [
        Contribution(UUID(one["id"]), 1, UUID(one["visit"]), bytes.fromhex(one["digest"]), (score, None), ("f", ""))
        for one, score in zip(several, (1, 4), strict=True)
    ]
    wanted = totals(COUNTED, counted[:1], counted[1:])
    assert shown(differences(COUNTED, read(several[:1]), counted[1:])) == shown(wanted)
    assert shown(differences(COUNTED, None, counted)) == shown(totals(COUNTED, [], counted))


def test_what_is_counted_of_a_questionnaire() -> None:
    form = feeds.questionnaire(("fee", "time"), ("sex", "service"))
    assert instrument(form) == Instrument(UUID(form["id"]), ("fee", "time"), ("sex", "service"), ("aspiration",))


def shown(found: dict[Key, Total]) -> dict[Key, tuple[list[int], int]]:
    return {key: (total.numbers.tolist(), total.fingerprint) for key, total in found.items()}


@given(st.integers(0, 4), st.data())
def test_stored_matrices_of_one_size_are_read_together(size: int, data: st.DataObject) -> None:
    number = st.integers(-(2**63), 2**63 - 1) | st.integers(-300, 300)
    rows = data.draw(st.lists(st.lists(number, min_size=size, max_size=size), min_size=1, max_size=6))
    matrices = np.array(rows, dtype=np.int64).reshape(len(rows), size)
    assert unpack_all(pack(matrices), size).tolist() == rows

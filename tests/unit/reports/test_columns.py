"""Responses read column by column: the same as each of them read by itself, or not read at all."""

from typing import Any
from uuid import UUID, uuid4

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.reports.intake.columns import NotPlain, plain
from services.reports.intake.domain import Columns, Instrument, Key, Parent, Total, contribution, differences, totals
from services.reports.matrices import pack, unpack_all
from tests.unit.reports import feeds

COUNTED = Instrument(uuid4(), ("fee", "time"), ("sex", "service"), ("aspiration",))
VISITS = {str(id): Parent(id, COUNTED, simulated=False) for id in (uuid4(), uuid4())}
PLACES = [feeds.visit(feeds.review(feeds.questionnaire()), id=id) for id in VISITS]

good: st.SearchStrategy[Any] = st.sampled_from([None, "not_applicable", 0, 4, -7, 2**15 - 1])
bad: st.SearchStrategy[Any] = st.sampled_from([True, 2**15, -(2**15), 1.0, "much", "", [], {}])
choice: st.SearchStrategy[Any] = st.sampled_from([None, "", "f", "m", "a\nb"])
no_choice: st.SearchStrategy[Any] = st.sampled_from([1, False, [], {}])


@st.composite
def responses(draw: st.DrawFn, score: st.SearchStrategy[Any], group: st.SearchStrategy[Any]) -> list[feeds.Thing]:
    """Changes that create responses, each with some of the answers."""
    one = st.fixed_dictionaries({}, optional={"fee": score, "time": score, "sex": group, "service": group})
    given_answers = draw(st.lists(one, min_size=1, max_size=8))
    states = st.sampled_from(["received", "rejected"])
    return [
        feeds.change("response", feeds.response(draw(st.sampled_from(PLACES)), answers, state=draw(states)))
        for answers in given_answers
    ]


def one_by_one(changes: list[feeds.Thing]) -> Columns:
    """The same by the rule for one response."""
    data = [change["data"] for change in changes]
    return Columns.of(COUNTED, [contribution(UUID(one["id"]), 1, one, VISITS[one["visit"]]) for one in data])


def by_response(columns: Columns) -> list[tuple[Any, ...]]:
    """What stands in columns for each response."""
    digests = [columns.digests[start : start + 32] for start in range(0, len(columns.digests), 32)]
    return [
        (id, version, columns.visits[place], digest, rejected, *answers)
        for id, version, place, digest, rejected, *answers in zip(
            columns.ids, columns.versions, columns.places, digests, columns.rejected, *columns.scores, *columns.groups,
            strict=True,
        )
    ]  # fmt: skip


@given(responses(good, choice))
def test_what_is_plain_is_read_as_the_rule_for_one_reads_it(changes: list[feeds.Thing]) -> None:
    assert by_response(plain(COUNTED, changes, VISITS)) == by_response(one_by_one(changes))


@given(responses(good | bad, choice | no_choice))
def test_what_the_rule_for_one_refuses_is_not_read(changes: list[feeds.Thing]) -> None:
    try:
        expected = by_response(one_by_one(changes))
    except ValueError:
        with pytest.raises(NotPlain):
            plain(COUNTED, changes, VISITS)
    else:
        assert by_response(plain(COUNTED, changes, VISITS)) == expected


@pytest.mark.parametrize(
    "wrong",
    [{"digest": "00"}, {"digest": "0" * 62 + "  "}, {"digest": "x" * 64}, {"digest": None}, {"simulated": True},
     {"simulated": 0}, {"answers": None}, {"answers": []}, {"visit": str(uuid4())}],
)  # fmt: skip
def test_what_is_not_as_promised_is_left_to_the_rule_for_one(wrong: feeds.Thing) -> None:
    changes = [feeds.change("response", feeds.response(PLACES[0], {"fee": 1}) | more) for more in ({}, wrong)]
    with pytest.raises((AttributeError, KeyError, TypeError, ValueError)):
        plain(COUNTED, changes, VISITS)


def test_added_and_removed_ones_make_one_difference() -> None:
    changes = [feeds.change("response", feeds.response(PLACES[0], {"fee": score, "sex": "f"})) for score in (1, 4)]
    several = [contribution(UUID(one["id"]), 1, one["data"], VISITS[one["data"]["visit"]]) for one in changes]
    wanted = totals(COUNTED, several[:1], several[1:])
    found = differences(COUNTED, plain(COUNTED, changes[:1], VISITS), several[1:])
    assert shown(found) == shown(wanted)
    assert shown(differences(COUNTED, None, several)) == shown(totals(COUNTED, [], several))


def shown(found: dict[Key, Total]) -> dict[Key, tuple[list[int], int]]:
    return {key: (total.numbers.tolist(), total.fingerprint) for key, total in found.items()}


@given(st.integers(0, 4), st.data())
def test_stored_matrices_of_one_size_are_read_together(size: int, data: st.DataObject) -> None:
    number = st.integers(-(2**63), 2**63 - 1) | st.integers(-300, 300)
    rows = data.draw(st.lists(st.lists(number, min_size=size, max_size=size), min_size=1, max_size=6))
    matrices = np.array(rows, dtype=np.int64).reshape(len(rows), size)
    assert unpack_all(pack(matrices), size).tolist() == rows

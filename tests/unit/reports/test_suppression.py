"""Suppression by value, and against a reader who adds and subtracts everything that is shown."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.reports.index.disclosure import Detail, Public
from services.reports.index.suppression import ENOUGH, Groups, Part, hidden_parts, shown_groups

ELEMENTS = ("fee", "time", "conduct")
P, Q = ("p",), ("q",)
P1, P2, Q1 = ("p", "a", "1"), ("p", "a", "2"), ("q", "b", "3")


def parts_of(*paths: Part) -> set[Part]:
    return {path[:length] for path in paths for length in range(len(path) + 1)}


@pytest.mark.parametrize(
    ("counts", "hidden"),
    [
        ({P1: 20, P2: 17, Q1: 30}, set()),
        ({P1: 0, Q1: 5}, set()),
        ({P1: 4}, parts_of(P1)),
        # The small one, and the next smallest beside it: the difference of what is shown is both together.
        ({P1: 3, P2: 20, Q1: 30}, {P1, P2}),
        # A programme with one visit that is too small, and so the other programme and all its visits.
        ({P1: 20, P2: 17, Q1: 1}, {P, Q, ("p", "a"), ("q", "b"), P1, P2, Q1}),
        # Two small ones are together large enough.
        ({P1: 3, P2: 2, Q1: 30}, {P1, P2}),
        ({("p", "a", "1"): 2, ("p", "a", "2"): 2, ("p", "a", "3"): 9, ("p", "a", "4"): 8},
         {("p", "a", "1"), ("p", "a", "2"), ("p", "a", "4")}),
        ({P1: 0, P2: 3, Q1: 2}, {P, Q, ("p", "a"), ("q", "b"), P1, P2, Q1}),
    ],
)  # fmt: skip
def test_a_small_part_is_hidden_with_its_next_smallest_sibling(counts: dict[Part, int], hidden: set[Part]) -> None:
    assert hidden_parts(counts) == hidden


def test_groups_of_the_whole_are_hidden_with_the_next_smallest() -> None:
    counts = {P1: {"f": 3, "m": 10, "": 12}, P2: {"m": 7}}
    assert shown_groups(counts, ()).pool == {"f", ""}
    assert shown_groups({P1: {"f": 2, "m": 3, "x": 30}}, ()).pool == {"f", "m"}


def test_groups_inside_a_part_are_shown_where_none_is_small_and_no_difference_is() -> None:
    open_everywhere = {P1: {"f": 5, "m": 6}, Q1: {"f": 7, "m": 0}}
    assert shown_groups(open_everywhere, ()).parts == parts_of(P1, Q1)
    # The whole is shown; of two programmes one is too small in a group, which the other one would give away.
    one_small = {P1: {"f": 5, "m": 8}, Q1: {"f": 2, "m": 12}}
    assert shown_groups(one_small, ()).parts == {()}
    two_small = {P1: {"f": 5, "m": 8}, Q1: {"f": 2, "m": 12}, ("r", "c", "4"): {"f": 3, "m": 9}}
    assert shown_groups(two_small, ()).parts == {(), *parts_of(P1)}


def test_nothing_of_a_whole_that_is_hidden() -> None:
    shown = shown_groups({P1: {"f": 3}}, {()})
    assert not shown.shows([()], "f")
    assert not Groups().shows([()], "f")


def test_elements_that_few_answered_are_withheld_with_the_next_fewest() -> None:
    public = Public(ELEMENTS, {P1: (20, 3, 20, 19), Q1: (30, 30, 30, 30)}, {})
    assert public.shows([()])
    assert public.withheld([()]) == set()
    assert public.withheld([P]) == {"fee", "conduct"}
    assert public.withheld([Q]) == {"fee", "time"}
    groups = {P1: {"f": (10, 4, 10, 9), "m": (10, 16, 10, 10)}}
    assert Public(ELEMENTS, {P1: (20, 20, 20, 19)}, groups).withheld([()], "f") == {"fee", "conduct"}
    assert Public(("fee",), {P1: (20, 3)}, {}).withheld([()]) == {"fee"}


def test_services_are_parts_of_the_visits_that_offer_them() -> None:
    # Everybody knows that the first service is not offered at the second visit, so its total would tell.
    groups = {P1: {"card": (3,), "letter": (10,)}, P2: {"card": (7,)}}
    everybody = {P1: (13,), P2: (7,)}
    public = Public((), everybody, groups, nested=True)
    assert public.shows([P1])
    assert not any(public.shows([()], group) for group in ("card", "letter"))
    assert public.shows([P2], "card")


def test_detail_shows_everything() -> None:
    assert Detail().shows([()], "f")
    assert Detail().withheld([()], "f") == ()


Cells = Mapping[tuple[Part, str], int]
VISITS = ("p", "a", "1"), ("p", "a", "2"), ("p", "b", "3"), ("q", "c", "4")
VALUES = ("f", "m", "")
COUNT = st.integers(0, 12)


@st.composite
def cells(draw: st.DrawFn) -> Cells:
    """How many respondents of each group each visit has."""
    visits = draw(st.lists(st.sampled_from(VISITS), min_size=1, max_size=4, unique=True))
    return {(visit, value): draw(COUNT) for visit in visits for value in VALUES}


def told(keys: Sequence[tuple[Part, str]], shown: Iterable[tuple[Part, str | None]]) -> list[list[int]]:
    """For each figure that is shown, the cells that it adds up."""
    return [
        [int(visit[: len(part)] == part and group in {None, value}) for visit, value in keys] for part, group in shown
    ]


def leaks(
    numbers: Cells, shown: Iterable[tuple[Part, str | None]], known: Iterable[tuple[Part, str]] = ()
) -> list[int]:
    """The sizes of small sets of people that can be computed from what is shown: adding and subtracting figures, and
    knowing that where a sum is nothing every part of it is. `known` are further cells that are known to be empty."""
    keys = list(numbers)
    counts = np.array([numbers[key] for key in keys])
    rows = told(keys, shown)
    empty = [[int(place == at) for at in range(len(keys))] for row in rows if not counts @ row
             for place, inside in enumerate(row) if inside]  # fmt: skip
    empty += [[int(key == other) for other in keys] for key in known]
    if not rows + empty:
        return []
    matrix = np.array(rows + empty, dtype=float)
    projector = np.linalg.pinv(matrix) @ matrix
    subsets = np.array(list(product((0, 1), repeat=len(keys))), dtype=float)
    sizes = subsets @ counts
    small = subsets[(sizes > 0) & (sizes < ENOUGH)]
    computable = np.abs(small @ projector - small).max(axis=1, initial=0) < 1e-9
    return (small[computable] @ counts).astype(int).tolist()  # type: ignore[no-any-return]


def everything(numbers: Cells) -> list[tuple[Part, str | None]]:
    """Every figure that can be asked for."""
    return [(part, group) for part in sorted(parts_of(*(visit for visit, _ in numbers))) for group in (None, *VALUES)]


def public(numbers: Cells, answered: Cells | None = None, *, nested: bool = False) -> Public:
    """What is shown, with one element that so many of each cell answered."""
    answered = answered if answered is not None else numbers
    groups = {
        visit: {value: (numbers[visit, value], answered[visit, value]) for value in VALUES if numbers[visit, value]}
        for visit, _ in numbers
    }
    everybody = {visit: tuple(map(sum, zip(*several.values(), strict=True))) for visit, several in groups.items()}
    return Public(("fee",), {visit: both or (0, 0) for visit, both in everybody.items()}, groups, nested=nested)


def test_the_reader_of_these_tests_finds_what_could_be_computed() -> None:
    numbers = {(P1, "f"): 5, (P1, "m"): 8, (Q1, "f"): 2, (Q1, "m"): 12}
    everywhere: list[tuple[Part, str | None]] = [((), "f"), ((), "m"), (P, "f"), (P, "m")]
    assert leaks(numbers, everywhere) == [2]
    assert leaks(numbers, everywhere[:2]) == []


@settings(max_examples=150, deadline=None)
@given(cells())
def test_no_small_group_can_be_computed_from_what_is_shown(numbers: Cells) -> None:
    disclosure = public(numbers)
    shown = [(part, group) for part, group in everything(numbers) if disclosure.shows([part], group)]
    assert leaks(numbers, shown) == []


@settings(max_examples=100, deadline=None)
@given(cells())
def test_no_small_group_of_a_visit_can_be_computed_by_who_knows_which_visits_have_it(numbers: Cells) -> None:
    disclosure = public(numbers, nested=True)
    shown = [(part, group) for part, group in everything(numbers) if disclosure.shows([part], group)]
    assert leaks(numbers, shown, [key for key, count in numbers.items() if not count]) == []


@settings(max_examples=100, deadline=None)
@given(cells(), st.data(), st.booleans())
def test_no_few_answers_to_an_element_can_be_computed(numbers: Cells, data: st.DataObject, nested: bool) -> None:
    answered = {key: data.draw(st.integers(0, count)) for key, count in numbers.items()}
    disclosure = public(numbers, answered, nested=nested)
    shown = [
        (part, group) for part, group in everything(numbers)
        if disclosure.shows([part], group) and "fee" not in disclosure.withheld([part], group)
    ]  # fmt: skip
    assert leaks(answered, shown) == []


@settings(max_examples=100, deadline=None)
@given(cells())
def test_what_is_large_and_alone_is_shown(numbers: Cells) -> None:
    disclosure = public(numbers)
    total = sum(numbers.values())
    assert disclosure.shows([()]) == (total == 0 or total >= ENOUGH)
    if all(count == 0 or count >= ENOUGH for count in numbers.values()):
        assert all(disclosure.shows([part], group) for part, group in everything(numbers))

"""The CSV layout of a registry file: nothing in it runs as a formula, and everything comes back as it was."""

import csv
import io
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.programs.files.domain import BOM, COLUMNS, OWN, PARTS, guard, read_csv, unguard, write_csv

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=30)
risky = st.builds(lambda marks, start, rest: "'" * marks + start + rest, st.integers(0, 3),
                  st.sampled_from(FORMULA_STARTS), texts)  # fmt: skip
cells = texts | risky
maybe = st.none() | cells


@given(cells)
def test_a_guarded_cell_is_never_a_formula_and_comes_back(cell: str) -> None:
    guarded = guard(cell)
    assert unguard(guarded) == cell
    assert not guarded.startswith(FORMULA_STARTS) or guarded == cell
    if guarded == cell and cell.startswith(FORMULA_STARTS):
        float(cell)


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("=1+1", "'=1+1"),
        ("'=1+1", "''=1+1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("+62 812", "'+62 812"),
        ("-", "'-"),
        ("-6.91", "-6.91"),
        ("-1e-7", "-1e-7"),
        ("'quoted'", "'quoted'"),
        ("a=b", "a=b"),
        ("\tx", "'\tx"),
        ("＝x", "'＝x"),
    ],
)
def test_only_what_a_spreadsheet_would_run_gets_an_apostrophe(cell: str, written: str) -> None:
    assert guard(cell) == written
    assert unguard(written) == cell


def test_an_apostrophe_typed_by_hand_before_a_formula_is_taken_away_and_another_one_stays() -> None:
    assert unguard("'=x") == "=x"
    assert unguard("'s lands") == "'s lands"


agencies = st.fixed_dictionaries(
    {"slug": texts, "id": texts, "name": cells, "short_name": maybe, "archived": st.booleans()}
)
programs = st.fixed_dictionaries({
    "slug": texts, "id": texts, "agency": maybe, "name": cells,
    "description": st.none() | st.fixed_dictionaries({"id": cells, "en": maybe}),
    "dimension": cells, "sub_dimension": maybe, "quick_win": st.none() | st.booleans(),
    "free_of_charge": st.none() | st.booleans(), "status": cells, "started": maybe, "archived": st.booleans(),
    "partners": st.lists(st.fixed_dictionaries({"name": cells, "kind": cells, "role": maybe}), max_size=3),
    "respondent_groups": st.lists(cells, max_size=3),
    "years": st.lists(st.fixed_dictionaries({
        "year": st.integers(1900, 2199), "indicator": cells, "target": maybe, "achievement": maybe, "unit": maybe,
    }), max_size=3),
    "sources": st.lists(st.fixed_dictionaries({"url": cells, "title": maybe, "accessed": maybe}), max_size=3),
})  # fmt: skip
points = st.fixed_dictionaries(
    {"type": st.just("Point"), "coordinates": st.tuples(st.floats(94.5, 141.5), st.floats(-11.5, 6.5)).map(list)}
)
locations = st.fixed_dictionaries({
    "slug": texts, "id": texts, "program": texts, "name": cells, "address": maybe, "district": maybe,
    "point": st.none() | points, "archived": st.booleans(),
})  # fmt: skip


def filled(thing: dict[str, Any]) -> dict[str, Any]:
    """What is known of a thing: an empty cell and a missing list say nothing."""
    known = {name: value for name, value in thing.items() if value is not None and value != []}
    return {
        name: filled(value) if isinstance(value, dict) else
        [filled(one) if isinstance(one, dict) else one for one in value] if isinstance(value, list) else value
        for name, value in known.items()
    }  # fmt: skip


@given(
    st.lists(agencies, max_size=3),
    st.lists(programs, max_size=3, unique_by=lambda one: one["slug"]),
    st.lists(locations, max_size=3),
)
def test_what_is_written_is_read_back(
    offices: list[dict[str, Any]], works: list[dict[str, Any]], places: list[dict[str, Any]]
) -> None:
    records, faults = read_csv(write_csv(offices, works, places).removeprefix(BOM))
    assert faults == []
    assert [(record.kind, record.values) for record in records] == [
        *(("agency", filled(one)) for one in offices),
        *(("program", filled(one)) for one in works),
        *(("location", filled(one)) for one in places),
    ]


def test_every_column_of_every_record_is_in_the_header() -> None:
    used = {column for columns in OWN.values() for column in columns}
    used |= {column for _, columns in PARTS.values() for column in columns}
    assert used | {"record"} == set(COLUMNS)
    assert next(csv.reader(io.StringIO(write_csv([], [], []).removeprefix(BOM)))) == list(COLUMNS)


def places(text: str) -> list[tuple[int | None, str | None, str]]:
    return [(fault.row, fault.column, fault.code) for fault in read_csv(text)[1]]


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ("", [(1, "record", "missing_column")]),
        ("slug,name\nx,y\n", [(1, "record", "missing_column")]),
        ("record,colour,name,name\n", [(1, "colour", "unknown_column"), (1, "name", "repeated_column")]),
        ("record,slug\nplace,x\n,x\n", [(2, "record", "unknown_record"), (3, "record", "unknown_record")]),
        ("record,slug\nagency,x,more\n", [(2, "3", "unnamed_column")]),
        ("record,slug,\nagency,x,more\n", [(2, "3", "unnamed_column")]),
        ("record,slug,,\nagency,x,,\n", []),
        ("record,slug,status\nagency,x,running\n", [(2, "status", "unused_column")]),
        ("record,program,name\npartner,nowhere,x\npartner,,x\n",
         [(2, "program", "program_not_above"), (3, "program", "program_not_above")]),
        ("record,slug\n,\n\nagency,x\n", []),
        ("record;slug;name\nagency;x;a,b\n", []),
    ],
)  # fmt: skip
def test_a_fault_of_the_table_is_named_by_row_and_column(
    text: str, faults: list[tuple[int | None, str | None, str]]
) -> None:
    assert places(text) == faults


def test_semicolons_and_line_ends_of_any_system_are_understood() -> None:
    for text in ("record;slug;name\r\nagency;x;a,b\r\n", 'record,slug,name\nagency,x,"a,b"\n'):
        records, faults = read_csv(text)
        assert (records[0].values, faults) == ({"slug": "x", "name": "a,b"}, [])


def test_a_table_that_ends_within_a_cell_is_no_csv() -> None:
    with pytest.raises(csv.Error):
        read_csv('record,slug\nagency,"x')

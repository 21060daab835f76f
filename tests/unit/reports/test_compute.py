"""The calculator: what a table may be, every fault by row and column, and what the route takes and refuses."""

import io
import json
import zipfile
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import suppress
from fractions import Fraction
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.kit.app import Service, create
from services.kit.problems import Malformed
from services.kit.testing import Cast, Signer, running
from services.reports.compute import routes
from services.reports.compute.domain import MAX_FAULTS, Tallied, tally
from services.reports.compute.service import answer
from services.reports.index.domain import Tally
from services.reports.methods import routes as methods
from services.reports.methods.domain import half_up
from services.reports.methods.service import find, inline
from services.reports.permissions import PERMISSIONS
from services.reports.settings import Settings
from services.reports.sheets.domain import MAX_ROWS, TableTooLarge, letters
from services.reports.sheets.service import MAX_UNPACKED, read

CASES: dict[str, dict[str, Any]] = {
    case["key"]: case
    for case in json.loads((Path(__file__).parents[2] / "data" / "skm_cases.json").read_text())["cases"]
}
SAMPLE = list(find("skm-2017").codes["sample"].values())
CODES = [f"U{number}" for number in range(1, 10)]
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LAB = ["reliability_1", "reliability_2", "reliability_3"]


def csv_of(rows: Sequence[Sequence[object]], delimiter: str = ",", start: str = "") -> bytes:
    """A CSV file."""
    return (start + "".join(delimiter.join(map(str, row)) + "\r\n" for row in rows)).encode()


def xlsx_of(rows: Sequence[Sequence[object]], **sheets: Sequence[Sequence[object]]) -> bytes:
    """A workbook with these rows on its first sheet, and more sheets."""
    book = openpyxl.Workbook()
    assert book.active
    for row in rows:
        book.active.append(row)
    for name, more in sheets.items():
        sheet = book.create_sheet(name)
        for row in more:
            sheet.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def tallied(body: bytes, method: str = "equal", order: str | None = None, *, skip_invalid: bool = False) -> Tallied:
    """What the calculator reads in a file."""
    return tally(read(body), find(method), order, skip_invalid=skip_invalid)


def faults(result: Tallied) -> list[tuple[int | None, str | None, str]]:
    """The faults by place and code."""
    return [(fault.row, fault.column, fault.code) for fault in result.faults]


def table(case: Mapping[str, Any], header: Sequence[str]) -> list[list[object]]:
    """A case as a table: one row per respondent, or n and sum."""
    if "rows" in case:
        return [list(header), *case["rows"]]
    return [["", *header], ["n", *[case["n"]] * len(header)], ["sum", *case["sums"]]]


# The table


@pytest.mark.parametrize("make", [csv_of, xlsx_of], ids=["csv", "xlsx"])
@pytest.mark.parametrize(
    ("key", "method", "index", "grade"),
    [
        (key, one["method"], one["index"], one["grade"])
        for key, case in CASES.items()
        if key != "lab"
        for one in case["recomputed"]
    ],
)
def test_a_published_case_brought_as_a_file(make: Any, key: str, method: str, index: str, grade: str) -> None:
    case = CASES[key]
    result = tallied(make(table(case, CODES)), method, case["order"])
    made = answer(result, find(method), case["order"])
    assert (made.n, made.index, made.grade, made.faults) == (case["n"], index, grade, [])
    assert [one.code for one in made.elements] == CODES
    assert [one.key for one in made.elements] == SAMPLE


@pytest.mark.parametrize("make", [csv_of, xlsx_of], ids=["csv", "xlsx"])
def test_the_published_5_on_a_scale_to_4_is_refused_or_left_out(make: Any) -> None:
    case = CASES["lab"]
    body = make(table(case, LAB))
    refused = tallied(body)
    assert faults(refused) == [(18, "reliability_2", "outside_scale")]
    assert (refused.n, refused.tallies, refused.skipped) == (0, {}, [])

    left = tallied(body, skip_invalid=True)
    assert faults(left) == [(18, "reliability_2", "outside_scale")]
    assert [(one.row, one.respondent) for one in left.skipped] == [(18, "17")]
    made = answer(left, find("equal"), None)
    assert (made.n, made.index, made.grade, made.performance) == (19, "87.28", "B", "Baik")


def test_the_published_sums_of_that_sheet_give_what_it_published() -> None:
    case = CASES["lab"]
    own = inline({"id": "own", "weights": dict.fromkeys(LAB, "0.33"), "labels": {LAB[0]: "Keandalan"}})
    sums = [["", *LAB], ["n", 20, 20, 20], ["sum", *case["published"]["sums"]]]
    made = answer(tally(read(csv_of(sums)), own, None), own, None)
    assert (made.index, made.grade) == (case["published"]["index"], "B")
    assert made.method.labels["reliability_1"].id == "Keandalan"
    made = answer(tally(read(csv_of(sums)), find("equal"), None), find("equal"), None)
    assert made.index == case["recomputed"][0]["index"]


def test_the_order_decides_what_u8_and_u9_are() -> None:
    body = csv_of([CODES, [4, 4, 4, 4, 4, 4, 4, 1, 3]])
    by_order = {order: tallied(body, "skm-2017", order).tallies for order in ("sample", "regulation")}
    assert by_order["sample"]["facilities"] == by_order["regulation"]["complaint_handling"] == Tally(1, 1)
    assert by_order["sample"]["complaint_handling"] == by_order["regulation"]["facilities"] == Tally(1, 3)


def test_a_code_without_an_order_is_a_clear_fault_said_once() -> None:
    result = tallied(csv_of([CODES, [4] * 9]), "skm-2017")
    assert faults(result) == [(1, "U1", "order_needed")]
    assert result.faults[0].detail.endswith("regulation or sample: they differ in U8, U9.")


def test_an_order_that_the_method_lacks_is_a_fault() -> None:
    body = csv_of([[f"U{number}" for number in range(1, 15)], [4] * 14])
    assert faults(tallied(body, "kep-25-2004", "sample")) == [(1, "U1", "unknown_order")]
    assert tallied(body, "kep-25-2004").n == 1
    assert answer(tallied(body, "kep-25-2004"), find("kep-25-2004"), None).elements[2].code == "U3"


def test_keys_and_codes_may_be_mixed_in_any_case_with_a_number_beside() -> None:
    header = ["No", "Respondent", "requirements", "PROCEDURE", "u3", "fee", "product", "U6", "conduct", "facilities"]
    body = csv_of([[*header, " complaint_handling "], [1, "R-1", *[3] * 9], [2, "R-2", *[4] * 8, 9]])
    result = tallied(body, "skm-2017", "sample", skip_invalid=True)
    assert result.n == 1
    assert [(one.row, one.respondent) for one in result.skipped] == [(3, "2")]
    assert faults(result) == [(3, "complaint_handling", "outside_scale")]


@pytest.mark.parametrize("start", ["", "\ufeff"], ids=["plain", "with a mark"])
@pytest.mark.parametrize("delimiter", [",", ";"])
def test_csv_of_either_kind(start: str, delimiter: str) -> None:
    body = csv_of([["a", '"b, too"'], [4, 3], [2, 3]], delimiter, start)
    assert tallied(body).tallies == {"a": Tally(2, 6), "b, too": Tally(2, 6)}


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("", "empty"), (" ", "empty"), ("5", "outside_scale"), ("0", "outside_scale"), ("-1", "outside_scale"),
        ("3.0", "decimal"), ('"3,5"', "decimal"), ("1e1", "not_a_number"), ("tiga", "not_a_number"),
        ("nan", "not_a_number"), ("٣", "not_a_number"), ("9" * 5000, "not_a_number"), ("0x3", "not_a_number"),
    ],
)  # fmt: skip
def test_a_cell_that_is_no_score_is_a_fault_with_row_and_column(cell: str, code: str) -> None:
    body = csv_of([["a", "b"], [4, 4], [4, cell], [1, 1]])
    assert faults(tallied(body)) == [(3, "b", code)]
    assert len(tallied(body).faults[0].detail) < 100
    left = tallied(body, skip_invalid=True)
    assert left.tallies == {"a": Tally(2, 5), "b": Tally(2, 5)}


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        (None, "empty"),
        (3.5, "decimal"),
        (True, "not_a_number"),
        ("x", "not_a_number"),
        (5, "outside_scale"),
        ("3", None),
    ],
)
def test_a_cell_of_a_workbook(cell: object, code: str | None) -> None:
    result = tallied(xlsx_of([["a", "b"], [4, 4], [4, cell], [1, 1]]))
    assert faults(result) == ([(3, "b", code)] if code else [])


def test_every_fault_is_named_not_only_the_first() -> None:
    body = csv_of([["id", "a", "b"], ["x", "", 9], ["y", 3, 3], ["z", "?", 3, 7]])
    assert faults(tallied(body)) == [
        (2, "a", "empty"), (2, "b", "outside_scale"), (4, "a", "not_a_number"), (4, "D", "no_header"),
    ]  # fmt: skip
    assert [one.respondent for one in tallied(body, skip_invalid=True).skipped] == ["x", "z"]


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (["mood"], [(1, "mood", "unknown_column")]),
        (["FEE"], [(1, "FEE", "repeated_column")]),
        (["U4"], [(1, "U4", "repeated_column")]),
        (["U10"], [(1, "U10", "unknown_column")]),
    ],
)
def test_a_column_that_is_unknown_or_there_twice(header: list[str], expected: list[object]) -> None:
    body = csv_of([[*SAMPLE, *header], [3] * 10])
    assert faults(tallied(body, "skm-2017", "sample")) == expected
    assert not tallied(body, "skm-2017", "sample", skip_invalid=True).tallies


def test_an_element_of_the_method_without_a_column_is_missed_by_its_code() -> None:
    body = csv_of([CODES[:8], [3] * 8])
    assert faults(tallied(body, "skm-2017", "sample")) == [(1, "U9", "missing_column")]
    assert faults(tallied(csv_of([SAMPLE[:8], [3] * 8]), "skm-2017")) == [(1, "complaint_handling", "missing_column")]


def test_cells_under_no_header_are_faults_and_empty_ones_are_not() -> None:
    body = csv_of([["a", "", "b", "", ""], [1, "", 2, "", ""], [1, "note", 2, "", "x"]])
    assert faults(tallied(body)) == [(3, "B", "no_header"), (3, "E", "no_header")]


def test_blank_rows_at_the_end_are_nothing_and_one_between_may_be_somebody() -> None:
    assert tallied(csv_of([["a", "b"], [1, 2], ["", ""], ["", ""]])).n == 1
    assert faults(tallied(csv_of([["a", "b"], ["", ""], [1, 2]]))) == [(2, "a", "empty"), (2, "b", "empty")]
    assert tallied(b"\n\na,b\n\n1,2\n\n").n == 1


def test_rows_are_counted_as_a_spreadsheet_does() -> None:
    assert faults(tallied(b"\n\na,b\n\n1,9\n")) == [(5, "b", "outside_scale")]
    assert faults(tallied(xlsx_of([[], [None, "a", "b"], [None, 1, 9]]))) == [(3, "b", "outside_scale")]
    assert faults(tallied(xlsx_of([[None, "a"], [7, 1]]))) == [(2, "A", "no_header")]


@pytest.mark.parametrize("body", [b"a,b\n", csv_of([["a"], [9]]), csv_of([["id"], ["x"]])])
def test_a_table_without_a_respondent_or_an_element_gives_nothing(body: bytes) -> None:
    result = tallied(body, skip_invalid=True)
    assert result.faults
    assert answer(result, find("equal"), None).index is None


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([["n", 2, 2], ["total", 5, 5]], [(3, None, "unknown_row"), (None, None, "missing_row")]),
        ([["n", 2, 2], ["n", 2, 2], ["sum", 5, 5]], [(3, None, "repeated_row")]),
        ([["sum", 5, 5]], [(None, None, "missing_row")]),
        ([["n", 2, 2], ["sum", 5, 9]], [(3, "b", "impossible_sum")]),
        ([["n", 2, 2], ["sum", 1, 5]], [(3, "a", "impossible_sum")]),
        ([["n", 2, ""], ["sum", "x", 5]], [(3, "a", "not_a_number"), (2, "b", "empty")]),
        ([["n", -2, 2], ["sum", -5, 5.5]], [(2, "a", "negative"), (3, "b", "decimal")]),
        ([["n", 0, 0], ["sum", 0, 0]], [(2, None, "no_rows")]),
        ([["n", 2, 2, 8], ["sum", 5, 5]], [(2, "D", "no_header")]),
    ],
)  # fmt: skip
def test_what_is_wrong_with_n_and_sum(rows: list[list[object]], expected: list[object]) -> None:
    for skip_invalid in (False, True):
        result = tallied(csv_of([["what", "a", "b"], *rows]), skip_invalid=skip_invalid)
        assert faults(result) == expected
        assert not result.tallies


def test_n_and_sum_in_any_order_and_case_with_an_n_of_its_own_per_element() -> None:
    result = tallied(xlsx_of([["", "a", "b", "c"], ["SUM", 30, 12, 0], ["N", 10, 4, 0]]))
    assert (result.n, result.tallies) == (10, {"a": Tally(10, 30), "b": Tally(4, 12), "c": Tally(0, 0)})
    assert answer(result, find("equal"), None).index == "75.00"


def test_faults_beyond_a_thousand_are_counted_only() -> None:
    result = tallied(csv_of([["a"], *[[9]] * (MAX_FAULTS + 5)]))
    assert (len(result.faults), result.fault_count) == (MAX_FAULTS, MAX_FAULTS + 5)


@given(
    st.integers(1, 5).flatmap(
        lambda width: st.lists(st.lists(st.integers(1, 4), min_size=width, max_size=width), min_size=1, max_size=20)
    )
)
@settings(max_examples=40)
def test_any_table_of_equal_weights_has_the_mean_of_all_scores(rows: list[list[int]]) -> None:
    header = [f"element {place}" for place in range(len(rows[0]))]
    made = answer(tallied(csv_of([header, *rows])), find("equal"), None)
    exact = Fraction(25 * sum(map(sum, rows)), len(rows) * len(header))
    assert (made.exact, made.index) == (str(exact), str(half_up(exact, 2)))


def test_columns_without_a_header_have_a_spreadsheets_letters() -> None:
    assert [letters(place) for place in (0, 25, 26, 51, 52, 701, 702)] == ["A", "Z", "AA", "AZ", "BA", "ZZ", "AAA"]


# The file


@pytest.mark.parametrize(
    "body", [b"", b"\n \n", "ä,b\n1,2".encode("latin-1"), b'a,b\n1,"2\n', b"PK\x03\x04 and no more", b"\xff\xfea\x00"]
)
def test_what_is_no_table_is_refused(body: bytes) -> None:
    with pytest.raises(Malformed):
        tallied(body)


def repacked(body: bytes, compression: int = zipfile.ZIP_DEFLATED, **parts: bytes) -> bytes:
    """A workbook with other bytes in some of its parts; `sheet` and `strings` are short for their paths."""
    paths = {"sheet": "xl/worksheets/sheet1.xml", "strings": "xl/sharedStrings.xml", "picture": "xl/media/image1.png"}
    changed = {paths[name]: content for name, content in parts.items()}
    result = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(body)) as old, zipfile.ZipFile(result, "w", compression) as new:
        for name in dict.fromkeys([*old.namelist(), *changed]):
            new.writestr(name, changed.get(name) or old.read(name))
    return result.getvalue()


SHEET = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>%b</sheetData></worksheet>'
PLAIN = xlsx_of([["a", "b"], [4, 3]])


def test_only_the_parts_with_cells_are_unpacked() -> None:
    assert tallied(repacked(PLAIN, picture=b"\0" * (MAX_UNPACKED + 1))).n == 1


def test_a_workbook_that_unpacks_to_too_much_is_refused() -> None:
    bomb = repacked(PLAIN, sheet=SHEET % (b" " * (MAX_UNPACKED + 1)))
    assert len(bomb) < 1024 * 1024
    with pytest.raises(TableTooLarge, match="when it is unpacked"):
        tallied(bomb)


@pytest.mark.parametrize("place", ["XFD1048576", "A1048576", "XFD2", "DG1", "AZ100001"])
def test_a_cell_far_out_is_refused_before_the_area_up_to_it_is_filled(place: str) -> None:
    sheet = SHEET % b'<row><c r="A1"><v>1</v></c><c r="%b"><v>1</v></c></row>' % place.encode()
    with pytest.raises(TableTooLarge, match="reaches to row"):
        tallied(repacked(PLAIN, sheet=sheet))


@pytest.mark.parametrize(
    "cells",
    [b"<c><v>1</v></c>", b"<x:c t='n'><v>1</v></x:c>", b"<c t=' r=\"A1\"'><v>1</v></c>", b'<c a=">" r="A1"/>', b"\0"],
)
def test_a_cell_that_does_not_say_plainly_where_it_stands_is_refused(cells: bytes) -> None:
    with pytest.raises(Malformed):
        tallied(repacked(PLAIN, sheet=SHEET % b"<row>%b</row>" % cells))


def test_a_long_text_repeated_in_many_cells_is_refused() -> None:
    rows = b"".join(b'<row><c r="A%d" t="s"><v>0</v></c></row>' % number for number in range(1, 10_001))
    strings = b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>%b</t></si></sst>'
    with pytest.raises(TableTooLarge, match="repeats a long text"):
        tallied(repacked(PLAIN, sheet=SHEET % rows, strings=strings % (b"x" * 30_000)))


def test_a_part_that_is_larger_than_it_says_is_refused() -> None:
    body = bytearray(repacked(PLAIN, zipfile.ZIP_STORED))
    with zipfile.ZipFile(io.BytesIO(body)) as file:
        size = file.getinfo("xl/worksheets/sheet1.xml").file_size
    broken = body.replace(size.to_bytes(4, "little"), (size - 9).to_bytes(4, "little"))
    with pytest.raises(Malformed):
        tallied(bytes(broken))


def test_a_workbook_that_was_damaged_or_packed_otherwise_is_refused() -> None:
    for damaged in (
        PLAIN[:-30],
        PLAIN.replace(b"PK\x05\x06", b"PK\x05\x07"),
        PLAIN[: len(PLAIN) // 2],
        repacked(PLAIN, 12),
    ):
        with pytest.raises(Malformed):
            tallied(damaged)


@given(st.data())
@settings(max_examples=60)
def test_no_damage_to_a_workbook_is_anything_but_a_refusal(data: st.DataObject) -> None:
    broken = bytearray(PLAIN)
    for place in data.draw(st.lists(st.integers(4, len(broken) - 1), min_size=1, max_size=4)):
        broken[place] = data.draw(st.integers(0, 255))
    with suppress(Malformed, TableTooLarge):
        tallied(bytes(broken))


def test_the_first_visible_sheet_is_read() -> None:
    book = openpyxl.load_workbook(io.BytesIO(xlsx_of([["hidden"], ["x"]], second=[["a"], [4]], third=[["b"], [9]])))
    book.worksheets[0].sheet_state = "hidden"
    book.active = 1
    file = io.BytesIO()
    book.save(file)
    assert tallied(file.getvalue()).tallies == {"a": Tally(1, 4)}


def test_too_many_rows_or_columns_are_refused() -> None:
    assert tallied(b"a\n" + b"4\n" * MAX_ROWS).n == MAX_ROWS
    with pytest.raises(TableTooLarge, match="rows"):
        tallied(b"a\n" + b"4\n" * (MAX_ROWS + 1))
    with pytest.raises(TableTooLarge, match="rows"):
        tallied(b"a,b\n" + b",\n" * (MAX_ROWS + 1))
    with pytest.raises(TableTooLarge, match="columns"):
        tallied(b"a," * 200 + b"a\n1\n")


# The route


@pytest.fixture
async def cast(signer: Signer, tmp_path: Path) -> AsyncIterator[Cast]:
    """A service with nothing but the calculator and the methods. It has no database: nothing of this is stored."""
    service = Service("Calculator", "", PERMISSIONS, (routes.router, methods.router))
    made = create(
        service,
        Settings(
            database_url="postgresql://nobody@127.0.0.1:1/nothing", public_key_file=signer.public_key_file,
            feeds_url="http://127.0.0.1:1", credential_file=tmp_path / "none", log_level="WARNING",
        ),
    )  # fmt: skip
    async with running(made, signer) as people:
        yield people


async def test_json_in_json_out(cast: Cast) -> None:
    body = {"order": "sample", "rows": [dict(zip(CODES, row, strict=True)) for row in CASES["kediri"]["rows"]]}
    answered = await cast.call("POST", "/api/v1/indexes/compute", "public", json=body)
    made = answered.json()
    assert answered.status_code == 200
    assert set(made) == {
        "method", "n", "elements", "index", "exact", "grade", "performance", "skipped", "faults",
    }  # fmt: skip
    assert (made["index"], made["exact"], made["grade"], made["performance"]) == ("77.50", "155/2", "B", "Baik")
    assert made["elements"][0] == {
        "key": "requirements", "code": "U1", "n": 20, "sum": 61, "mean": "3.0500", "weighted": "0.3389",
        "converted": "76.25", "rank": 5,
    }  # fmt: skip
    assert (made["method"]["id"], made["method"]["version"]) == ("skm-2017", 1)
    assert made["method"]["weights"]["fee"] == "1/9"


async def test_a_sign_written_in_two_halves_is_one(cast: Cast) -> None:
    content = b'{"method": "equal", "rows": [{"\\ud83d\\ude00": 4}]}'
    answered = await cast.call(
        "POST", "/api/v1/indexes/compute", "public", content=content, headers={"Content-Type": "application/json"}
    )  # fmt: skip
    assert answered.json()["elements"][0]["key"] == "😀"


async def test_sums_and_a_method_of_ones_own(cast: Cast) -> None:
    body = {
        "method": {"id": "lab", "weights": dict.fromkeys(LAB, "0.33")},
        "n": 20,
        "sums": dict(zip(LAB, CASES["lab"]["published"]["sums"], strict=True)),
    }
    made = (await cast.call("POST", "/api/v1/indexes/compute", "public", json=body)).json()
    assert (made["index"], made["n"], made["method"]["weights"]["reliability_1"]) == ("86.63", 20, "33/100")


@pytest.mark.parametrize(("kind", "make"), [("text/csv; charset=utf-8", csv_of), (XLSX, xlsx_of)])
async def test_a_file_is_a_body_too(cast: Cast, kind: str, make: Any) -> None:
    answered = await cast.call(
        "POST", "/api/v1/indexes/compute?method=equal&skip_invalid=true", "public",
        content=make(table(CASES["lab"], LAB)), headers={"Content-Type": kind},
    )  # fmt: skip
    made = answered.json()
    assert (answered.status_code, made["index"], made["n"]) == (200, "87.28", 19)
    assert made["skipped"] == [{"row": 18, "respondent": "17"}]
    assert [(one["row"], one["column"], one["code"]) for one in made["faults"]] == [
        (18, "reliability_2", "outside_scale")
    ]


async def test_a_faulty_file_is_refused_with_row_and_column(cast: Cast) -> None:
    answered = await cast.call(
        "POST", "/api/v1/indexes/compute?method=equal", "public",
        content=csv_of(table(CASES["lab"], LAB)), headers={"Content-Type": "text/csv"},
    )  # fmt: skip
    problem = answered.json()
    assert (answered.status_code, problem["type"]) == (422, "/problems/invalid-table")
    assert problem["errors"] == [
        {
            "pointer": "row 18, column reliability_2",
            "code": "outside_scale",
            "detail": "5 is outside the scale of 1 to 4.",
        }
    ]
    assert [(one["row"], one["column"]) for one in problem["faults"]] == [(18, "reliability_2")]


async def test_faulty_json_is_refused_with_pointers(cast: Cast) -> None:
    rows = [{"a/b": 4, "c": 3}, {"a/b": "4"}, {"a/b": 3.0, "c": True}]
    answered = await cast.call(
        "POST", "/api/v1/indexes/compute", "public", json={"method": "equal", "rows": rows}
    )  # fmt: skip
    assert {(one["pointer"], one["code"]) for one in answered.json()["errors"]} == {
        ("/rows/1/a~1b", "not_a_number"),
        ("/rows/1/c", "empty"),
        ("/rows/2/a~1b", "decimal"),
        ("/rows/2/c", "not_a_number"),
    }


@pytest.mark.parametrize(
    ("body", "slug", "pointers"),
    [
        ({"method": "equal", "n": 2, "sums": {"a": 9, "b": 8}}, "invalid-table", ["/sums/a"]),
        ({"method": "equal", "n": 0, "sums": {"a": 0}}, "invalid-table", ["/n"]),
        ({"method": "equal", "n": "2", "sums": {"a": 8}}, "invalid-table", ["/n"]),
        ({"method": "equal", "n": 2, "sums": {"a": None}}, "invalid-table", ["/sums/a"]),
        ({"method": "equal", "n": 2, "sums": {"": 3}}, "invalid-table", ["/sums", "/sums/A"]),
        ({"method": "equal", "n": 2, "sums": {}}, "invalid-table", ["/sums"]),
        ({"method": "equal", "rows": []}, "invalid-table", ["/rows"]),
        ({"rows": [{"fee": 4}]}, "invalid-table", ["/rows"] * 8),
        ({"method": "unheard-of", "rows": []}, "unknown-method", []),
        ({"method": {"id": "x", "weights": {"a": "2"}}, "rows": []}, "invalid-method", ["/method"]),
        ({"method": "equal"}, "invalid", [""]),
        ({"n": 3, "rows": []}, "invalid", [""]),
        ({"rows": [3], "order": "other", "wat": 1}, "invalid", ["/order", "/rows/0", "/wat"]),
        ([], "invalid", [""]),
    ],
)
async def test_what_is_wrong_with_a_body(cast: Cast, body: object, slug: str, pointers: list[str]) -> None:
    answered = await cast.call("POST", "/api/v1/indexes/compute", "public", json=body)
    problem = answered.json()
    assert (answered.status_code, problem["type"]) == (422, f"/problems/{slug}")
    assert [one["pointer"] for one in problem.get("errors", [])] == pointers


UNREADABLE = {
    "no JSON": (b"{", "application/json", 400),
    "JSON too deep": (b"[" * 100_000, "application/json", 400),
    "no number of JSON": (b'{"n": NaN}', "application/json", 400),
    "half a sign": (b'{"method": "equal", "rows": [{"\\ud83d": 4, "a": "\\ude00"}]}', "application/json", 400),
    "a number of 5000 digits": (b'{"n": ' + b"9" * 5000 + b"}", "application/json", 400),
    "not UTF-8": (b"\xff", "text/csv", 400),
    "no workbook": (b"a\n4", XLSX, 400),
    "a workbook as CSV": (PLAIN, "text/csv", 400),
    "too many rows": (b"a\n" + b"4\n" * 100_001, "text/csv", 413),
    "too many bytes": (b" " * (16 * 1024 * 1024 + 1), "application/json", 413),
    "an older workbook": (b"a\n4", "application/vnd.ms-excel", 415),
    "no type": (b"a\n4", "", 415),
}


@pytest.mark.parametrize("case", UNREADABLE)
async def test_what_cannot_be_read(cast: Cast, case: str) -> None:
    content, kind, status = UNREADABLE[case]
    answered = await cast.call(
        "POST", "/api/v1/indexes/compute?method=equal", "public", content=content, headers={"Content-Type": kind}
    )  # fmt: skip
    assert answered.status_code == status
    assert answered.headers["content-type"] == "application/problem+json"


async def test_everyone_may_compute_and_read_methods_and_nobody_without_a_token(cast: Cast) -> None:
    for role in ("public", "integrator", "admin"):
        assert (await cast.call("GET", "/api/v1/methods", role)).status_code == 200
        answered = await cast.call(
            "POST", "/api/v1/indexes/compute", role, json={"method": "equal", "rows": [{"a": 4}]}
        )
        assert answered.status_code == 200
    assert (await cast.call("GET", "/api/v1/methods", None)).status_code == 401
    assert (await cast.call("POST", "/api/v1/indexes/compute", None, json={})).status_code == 401


async def test_methods_are_listed_and_read_by_any_name(cast: Cast) -> None:
    listed = (await cast.call("GET", "/api/v1/methods", "public")).json()["items"]
    assert [one["id"] for one in listed][:2] == ["skm-2017", "equal"]
    read_one = (await cast.call("GET", "/api/v1/methods/0.11%20printed%20practice", "public")).json()
    assert read_one == next(one for one in listed if one["id"] == "skm-2017-w0.11")
    assert read_one["weights"]["fee"] == "11/100"
    missing = await cast.call("GET", "/api/v1/methods/unheard-of", "public")
    assert (missing.status_code, missing.json()["type"]) == (404, "/problems/not-found")


async def test_the_document_describes_every_body(cast: Cast) -> None:
    operation = cast.app.openapi()["paths"]["/api/v1/indexes/compute"]["post"]
    assert set(operation["requestBody"]["content"]) == {"application/json", "text/csv", XLSX}
    assert {"400", "413", "415", "422"} <= set(operation["responses"])

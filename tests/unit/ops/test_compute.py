"""`tinjau compute`: published tables in files, their faults by row and column, and what the exit code says."""

import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import Result
from typer.testing import CliRunner

from ops.cli import app

CASES: dict[str, dict[str, Any]] = {
    case["key"]: case
    for case in json.loads((Path(__file__).parents[2] / "data" / "skm_cases.json").read_text())["cases"]
}
RECOMPUTED = [
    (key, one["method"], one["index"], one["grade"]) for key, case in CASES.items() for one in case["recomputed"]
]
CODES = [f"U{number}" for number in range(1, 10)]
LAB = ["reliability_1", "reliability_2", "reliability_3"]


def compute(*arguments: object) -> Result:
    """Run the command."""
    return CliRunner().invoke(app, ["compute", *map(str, arguments)])


def rows_of(case: dict[str, Any]) -> list[list[object]]:
    """A case as n and sum of each column."""
    sums = case.get("sums") or [sum(column) for column in zip(*case["rows"], strict=True)]
    header = CODES if case["order"] else LAB
    return [["", *header], ["n", *[case["n"]] * len(header)], ["sum", *sums]]


def csv(path: Path, rows: list[list[object]]) -> Path:
    """A CSV file with these rows."""
    path.write_text("".join(";".join(map(str, row)) + "\n" for row in rows))
    return path


@pytest.fixture
def kediri(tmp_path: Path) -> Path:
    """Twenty respondents, one row each."""
    return csv(tmp_path / "kediri.csv", [CODES, *CASES["kediri"]["rows"]])


@pytest.fixture
def lab(tmp_path: Path) -> Path:
    """Twenty respondents, one of them with a score outside the scale."""
    return csv(
        tmp_path / "lab.csv", [["no", *LAB], *([number, *row] for number, row in enumerate(CASES["lab"]["rows"], 1))]
    )


@pytest.mark.parametrize(("key", "method", "index", "grade"), RECOMPUTED)
def test_every_published_case(tmp_path: Path, key: str, method: str, index: str, grade: str) -> None:
    case = CASES[key]
    order = ["--order", case["order"]] if case["order"] else []
    done = compute(csv(tmp_path / "case.csv", rows_of(case)), "--method", method, *order, "--json")
    made = json.loads(done.stdout)
    assert (done.exit_code, made["index"], made["grade"], made["n"]) == (0, index, grade, case["n"])
    assert made["faults"] == []


def test_a_table_people_can_read(kediri: Path) -> None:
    done = compute(kediri, "--order", "sample")
    assert done.exit_code == 0
    assert "Index 77.50, grade B (Baik), n = 20" in done.stdout
    assert "Method skm-2017, version 1" in done.stdout
    line = next(line for line in done.stdout.splitlines() if "U9" in line)
    assert [cell.strip() for cell in line.strip("│").split("│")][2:] == ["20", "67", "3.3500", "0.3722", "83.75", "1"]
    assert done.stderr == ""


def test_json_has_the_members_that_are_promised(kediri: Path) -> None:
    made = json.loads(compute(kediri, "--order", "regulation", "--json").stdout)
    assert set(made) == {"method", "n", "elements", "index", "exact", "grade", "performance", "skipped", "faults"}
    assert made["elements"][7] == {
        "key": "complaint_handling", "code": "U8", "n": 20, "sum": 66, "mean": "3.3000", "weighted": "0.3667",
        "converted": "82.50", "rank": 2,
    }  # fmt: skip
    assert (made["exact"], made["performance"]) == ("155/2", "Baik")


def test_a_workbook(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    assert book.active
    for row in [CODES, *CASES["kediri"]["rows"]]:
        book.active.append(row)
    book.save(tmp_path / "kediri.xlsx")
    made = json.loads(compute(tmp_path / "kediri.xlsx", "--order", "sample", "--json").stdout)
    assert made["index"] == "77.50"


def test_a_fault_is_named_by_row_and_column_and_nothing_is_computed(lab: Path) -> None:
    done = compute(lab, "--method", "equal")
    assert (done.exit_code, done.stdout) == (1, "")
    assert done.stderr.splitlines() == [
        "row 18, column reliability_2: 5 is outside the scale of 1 to 4.",
        "tinjau: lab.csv has 1 fault(s); nothing was computed.",
    ]


def test_json_says_the_faults_too(lab: Path) -> None:
    done = compute(lab, "--method", "equal", "--json")
    made = json.loads(done.stdout)
    assert (done.exit_code, made["index"], made["grade"], made["n"], made["elements"]) == (1, None, None, 0, [])
    assert [(one["row"], one["column"]) for one in made["faults"]] == [(18, "reliability_2")]


def test_a_faulty_respondent_is_left_out_on_request_and_that_is_said(lab: Path) -> None:
    done = compute(lab, "--method", "equal", "--skip-invalid")
    assert done.exit_code == 0
    assert "Index 87.28, grade B (Baik), n = 19" in done.stdout
    assert "Left out for these faults: 1 respondent(s), 17 (row 18)." in done.stderr
    made = json.loads(compute(lab, "--method", "equal", "--skip-invalid", "--json").stdout)
    assert (made["index"], made["skipped"]) == ("87.28", [{"row": 18, "respondent": "17"}])


def test_only_the_first_left_out_are_named(tmp_path: Path) -> None:
    done = compute(csv(tmp_path / "many.csv", [["a"], *[[9]] * 12, [4]]), "--method", "equal", "--skip-invalid")
    assert done.exit_code == 0
    assert done.stderr.splitlines()[-1].endswith("10 (row 11) and 2 more.")


def test_a_code_needs_an_order(kediri: Path) -> None:
    done = compute(kediri)
    assert done.exit_code == 1
    assert "row 1, column U1: A code needs the order of the questionnaire" in done.stderr
    assert "U8, U9" in done.stderr


def test_a_method_of_ones_own_from_a_file(tmp_path: Path) -> None:
    own = tmp_path / "own.json"
    labels = dict(zip(LAB, ("Tepat [waktu]", "Teliti", "Tanggap"), strict=True))
    own.write_text(json.dumps({"id": "own", "weights": dict.fromkeys(LAB, 0.33), "labels": labels}))
    done = compute(csv(tmp_path / "lab.csv", rows_of(CASES["lab"])), "--method", own)
    assert done.exit_code == 0
    assert f"Index {CASES['lab']['published']['index']}, grade B" in done.stdout
    assert "Tepat [waktu]" in done.stdout


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"\xff\xfe", "UTF-8"),
        (b"PK\x03\x04", "no XLSX"),
        (b"a\n" + b"1\n" * 100_001, "at most 100000 rows"),
        (b" " * (32 * 1024 * 1024 + 1), "more than"),
    ],
    ids=["empty", "encoding", "workbook", "rows", "bytes"],
)
def test_a_file_without_a_table_is_status_1(tmp_path: Path, content: bytes, said: str) -> None:
    file = tmp_path / "file"
    file.write_bytes(content)
    done = compute(file, "--method", "equal")
    assert done.exit_code == 1
    assert said in done.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ["no-such-file.csv"],
        [],
        [".", "--json"],
        ["FILE", "--method", "unheard-of"],
        ["FILE", "--method", "no-such-file.json"],
        ["FILE", "--method", "FILE.json"],
        ["FILE", "--order", "backwards"],
        ["FILE", "--skip"],
    ],
    ids=" ".join,
)
def test_a_wrong_command_line_is_status_2(kediri: Path, arguments: list[str]) -> None:
    Path(f"{kediri}.json").write_text('{"id": "x", "weights": {"a": "0.2"}}')
    done = compute(*(argument.replace("FILE", str(kediri)) for argument in arguments))
    assert (done.exit_code, done.stdout) == (2, "")

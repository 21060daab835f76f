"""The two layouts of a registry file, and how a fault in one is named.

JSON: lists of agencies, programmes and locations; a fault is named by its JSON pointer.

CSV: one row per record, told apart by the column `record`. An agency, programme or location is one row; what a
programme has several of (partners, respondent groups, years, sources) has a row each and names the programme's slug.
A fault is named by row and column, counted as a spreadsheet does: the header is row 1.
"""

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

Path = tuple[int | str, ...]
Entry = Mapping[str, Any]

OWN = {
    "agency": ("slug", "id", "name", "short_name", "archived"),
    "program": (
        "slug", "id", "agency", "name", "description_id", "description_en", "dimension", "sub_dimension", "quick_win",
        "free_of_charge", "status", "started", "archived",
    ),
    "location": ("slug", "id", "program", "name", "address", "district", "longitude", "latitude", "archived"),
}  # fmt: skip
PARTS = {
    "partner": ("partners", ("program", "name", "kind", "role")),
    "respondent_group": ("respondent_groups", ("program", "name")),
    "year": ("years", ("program", "year", "indicator", "target", "achievement", "unit")),
    "source": ("sources", ("program", "url", "title", "accessed")),
}
USED = OWN | {record: columns for record, (_, columns) in PARTS.items()}
COLUMNS = (
    "record", "slug", "id", "program", "agency", "name", "short_name", "description_id", "description_en", "dimension",
    "sub_dimension", "quick_win", "free_of_charge", "status", "started", "kind", "role", "year", "indicator", "target",
    "achievement", "unit", "url", "title", "accessed", "address", "district", "longitude", "latitude", "archived",
)  # fmt: skip

# Spreadsheets take UTF-8 for something else unless it begins so.
BOM = "\ufeff"
# A spreadsheet runs a cell that begins so. Such a text is written with an apostrophe before it, which spreadsheets
# take for "this is text"; a text that would be mistaken for a guarded one gets one more, so that nothing is lost.
RISKY = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")
NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?(e-?[0-9]+)?")
WHOLE = re.compile(r"[0-9]{1,9}")


@dataclass(frozen=True, slots=True)
class Fault:
    """Something wrong at one place of a file; `row` and `column` say where in a CSV file."""

    pointer: str
    code: str
    detail: str
    row: int | None = None
    column: str | None = None


@dataclass(slots=True)
class Record:
    """An agency, programme or location as it stands in a file, unchecked.

    `fault` names a fault of it, from the path to the field, a code and a sentence.
    """

    kind: str
    values: dict[str, Any]
    fault: Callable[[Path, str, str], Fault]


def pointer(*path: int | str) -> str:
    """A JSON pointer."""
    return "".join(f"/{str(step).replace('~', '~0').replace('/', '~1')}" for step in path)


def in_json(*prefix: int | str) -> Callable[[Path, str, str], Fault]:
    """Names faults of what stands at a place of a JSON file."""
    return lambda path, code, detail: Fault(pointer(*prefix, *path), code, detail)


def in_table(row: int, column: str, code: str, detail: str) -> Fault:
    """A fault of one cell of a CSV file."""
    return Fault(pointer(row, column), code, f"Row {row}, column {column}: {detail}", row, column)


@dataclass(slots=True)
class _Rows:
    """Where the parts of one record stand in a CSV file."""

    row: int
    parts: dict[tuple[str, int], int] = field(default_factory=dict)

    def fault(self, path: Path, code: str, detail: str) -> Fault:
        return in_table(*self._cell(path, code), code, detail)

    def _cell(self, path: Path, code: str) -> tuple[int, str]:
        head, *rest = path
        if rest and isinstance(rest[0], int):
            row = self.parts[str(head), rest[0]]
            if len(rest) > 1:
                return row, str(rest[1])
            return row, "name" if head == "respondent_groups" else "record"
        if head == "description":
            return self.row, f"description_{rest[0] if rest else 'id'}"
        if head == "point":
            return self.row, "latitude" if code == "latitude" else "longitude"
        return self.row, str(head) if head in COLUMNS else "record"


def guard(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return "'" + cell if RISKY.match(cell) and not NUMBER.fullmatch(cell) else cell


def unguard(cell: str) -> str:
    """The cell behind a guarded one."""
    return cell[1:] if cell.startswith("'") and RISKY.match(cell) else cell


def write_csv(agencies: Iterable[Entry], programs: Iterable[Entry], locations: Iterable[Entry]) -> str:
    """A CSV file."""
    file = io.StringIO()
    file.write(BOM)
    writer = csv.DictWriter(file, COLUMNS, restval="", lineterminator="\r\n")
    writer.writeheader()
    for row in _rows(agencies, programs, locations):
        writer.writerow({column: guard(_cell(value)) for column, value in row.items()})
    return file.getvalue()


def _rows(agencies: Iterable[Entry], programs: Iterable[Entry], locations: Iterable[Entry]) -> Iterator[dict[str, Any]]:
    for agency in agencies:
        yield {"record": "agency"} | {column: agency[column] for column in OWN["agency"]}
    for program in programs:
        description = program["description"] or {"id": None, "en": None}
        flat = dict(program) | {"description_id": description["id"], "description_en": description["en"]}
        yield {"record": "program"} | {column: flat[column] for column in OWN["program"]}
        for record, (name, columns) in PARTS.items():
            for part in program[name]:
                values = {"name": part} if record == "respondent_group" else part
                yield {"record": record, "program": program["slug"]} | {
                    column: values[column] for column in columns[1:]
                }
    for location in locations:
        longitude, latitude = location["point"]["coordinates"] if location["point"] else (None, None)
        flat = dict(location) | {"longitude": longitude, "latitude": latitude}
        yield {"record": "location"} | {column: flat[column] for column in OWN["location"]}


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return repr(value) if isinstance(value, float) else str(value)


def read_csv(text: str) -> tuple[list[Record], list[Fault]]:
    """The records of a CSV file, and what is wrong with its rows. Raises csv.Error for what is no CSV at all."""
    first = text.split("\n", 1)[0]
    # Spreadsheets set to Indonesian part cells by semicolons.
    delimiter = ";" if first.count(";") > first.count(",") else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    header = [name.strip() for name in next(reader, [])]
    faults = _header_faults(header)
    if faults:
        return [], faults
    book = _Book()
    for number, cells in enumerate(reader, start=2):
        beyond = [place for place, cell in enumerate(cells) if cell and (place >= len(header) or not header[place])]
        if beyond:
            book.faults.append(
                in_table(number, str(beyond[0] + 1), "unnamed_column", "The header names no column here.")
            )
        elif any(cells):
            book.add(number, {name: unguard(cell) for name, cell in zip(header, cells, strict=False) if cell})
    return book.records, book.faults


def _header_faults(header: Sequence[str]) -> list[Fault]:
    named = dict.fromkeys(name for name in header if name)
    unknown = [in_table(1, name, "unknown_column", "There is no such column.") for name in named if name not in COLUMNS]
    repeated = [
        in_table(1, name, "repeated_column", "This column stands here twice.")
        for name in named
        if header.count(name) > 1
    ]
    faults = unknown + repeated
    if "record" not in named:
        faults.append(in_table(1, "record", "missing_column", "The first row names the columns; this one is needed."))
    return faults


class _Book:
    """Collects rows into records: the parts of a programme are put where its own row stands."""

    def __init__(self) -> None:
        self.records: list[Record] = []
        self.faults: list[Fault] = []
        self._programs: dict[str, tuple[Record, _Rows]] = {}

    def add(self, number: int, cells: dict[str, str]) -> None:
        """Take one row; only filled cells are in `cells`."""
        record = cells.pop("record", "")
        if record not in USED:
            known = ", ".join(USED)
            self.faults.append(in_table(number, "record", "unknown_record", f"A record is one of {known}."))
            return
        for column in [name for name in cells if name not in USED[record]]:
            del cells[column]
            self.faults.append(in_table(number, column, "unused_column", f"A {record} leaves this column empty."))
        values = {column: _typed(column, cell) for column, cell in cells.items()}
        if record in OWN:
            self._own(number, record, values)
        else:
            self._part(number, record, values)

    def _own(self, number: int, record: str, values: dict[str, Any]) -> None:
        rows = _Rows(number)
        if record == "location" and {"longitude", "latitude"} & set(values):
            position = [values.pop("longitude", None), values.pop("latitude", None)]
            values["point"] = {"type": "Point", "coordinates": position}
        if record == "program":
            words = {key: values.pop(f"description_{key}") for key in ("id", "en") if f"description_{key}" in values}
            if words:
                values["description"] = words
        made = Record(record, values, rows.fault)
        self.records.append(made)
        if record == "program" and "slug" in values:
            self._programs.setdefault(values["slug"], (made, rows))

    def _part(self, number: int, record: str, values: dict[str, Any]) -> None:
        slug = values.pop("program", None)
        if slug not in self._programs:
            sentence = "Name the slug of a programme in a row above."
            self.faults.append(in_table(number, "program", "program_not_above", sentence))
            return
        owner, rows = self._programs[slug]
        name = PARTS[record][0]
        parts = owner.values.setdefault(name, [])
        rows.parts[name, len(parts)] = number
        parts.append(values.get("name", "") if record == "respondent_group" else values)


def _typed(column: str, cell: str) -> Any:
    """What a cell means; a text that means nothing there is left for the field's own rule to refuse."""
    if column in {"quick_win", "free_of_charge", "archived"}:
        return {"true": True, "false": False}.get(cell.strip().lower(), cell)
    if column == "year" and WHOLE.fullmatch(cell):
        return int(cell)
    if column in {"longitude", "latitude"} and NUMBER.fullmatch(cell.lower()):
        return float(cell)
    return cell

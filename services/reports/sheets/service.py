"""Reads a table out of the bytes of a CSV file or a workbook, at a bounded price whatever is in them."""

import csv
import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from itertools import pairwise

from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from services.kit.problems import Malformed
from services.reports.sheets.domain import MAX_COLUMNS, MAX_ROWS, Cell, Row, Table, TableTooLarge

ZIP_SIGNATURE = b"PK\x03\x04"
MAX_PARTS = 200
MAX_UNPACKED = 128 * 1024 * 1024
MAX_CELLS = 3_000_000

QUOTED = re.compile(r'"[^"]*"')

# The parts of a workbook that hold cells, or lead to them; pictures and the like are not unpacked.
SHARED = "xl/sharedstrings.xml"
NEEDED = re.compile(
    r"\[content_types\]\.xml|_rels/.*|xl/workbook\.xml|xl/_rels/.*|xl/sharedstrings\.xml|xl/styles\.xml|"
    r"xl/worksheets/[^/]*",
    re.IGNORECASE,
)
# What a damaged ZIP file makes the standard library raise.
BROKEN = (zipfile.BadZipFile, zlib.error, struct.error, ValueError, LookupError, OSError, EOFError, RuntimeError)
# A cell says first where it stands, in what every spreadsheet program writes.
CELL = re.compile(rb'<(?:[^\s<>/:!?]+:)?c(?=[\s/>])(?: r="([A-Z]{1,3})([0-9]{1,7})"(?=[\s/>]))?')
SHARED_TEXT = re.compile(rb"<(?:[^\s<>/:!?]+:)?si[\s/>]")
USE_OF_TEXT = re.compile(rb"""\st\s*=\s*["']s["']""")


def read(body: bytes) -> Table:
    """The table of a file, whichever of the two kinds it is. Raises Malformed, TableTooLarge."""
    return read_workbook(body) if body.startswith(ZIP_SIGNATURE) else read_csv(body)


def read_csv(body: bytes) -> Table:
    """The table of a CSV file in UTF-8, cells parted by commas or semicolons. Raises Malformed, also while reading."""
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Malformed("The file is not in UTF-8; save it as CSV UTF-8.") from error
    return _table(_lines(text))


def _lines(text: str) -> Iterator[Row]:
    first = QUOTED.sub("", text.lstrip("\r\n").split("\n", 1)[0])
    # Spreadsheets set to Indonesian part cells by semicolons.
    delimiter = ";" if first.count(";") > first.count(",") else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for number, cells in enumerate(reader, start=1):
            if cells:
                yield number, cells
    except csv.Error as error:
        raise Malformed(f"The file is no CSV: {error}.") from error


def read_workbook(body: bytes) -> Table:
    """The table on the first visible sheet of an XLSX workbook. Raises Malformed, TableTooLarge."""
    try:
        with CalamineWorkbook.from_filelike(_unpacked(body)) as workbook:
            name = next(
                (
                    sheet.name
                    for sheet in workbook.sheets_metadata
                    if sheet.typ == SheetTypeEnum.WorkSheet and sheet.visible == SheetVisibleEnum.Visible
                ),
                None,
            )
            if name is None:
                raise Malformed("The workbook has no sheet with cells.")
            rows = workbook.get_sheet_by_name(name).to_python(skip_empty_area=False)
    except (CalamineError, *BROKEN) as error:
        raise Malformed("The file is no XLSX workbook that can be read; save it anew, without a password.") from error
    return _table(enumerate(rows, start=1))


def _table(rows: Iterator[Row]) -> Table:
    """The first row that is not blank is the header."""
    for number, cells in rows:
        header = _without_end(cells)
        if header:
            return Table(header, rows, number)
    raise Malformed("The file is empty.")


def _without_end(cells: Sequence[Cell]) -> list[Cell]:
    header = list(cells)
    while header and not str(header[-1]).strip():
        header.pop()
    return header


def _unpacked(body: bytes) -> io.BytesIO:
    """The needed parts of a workbook, packed anew without compression: what is read later is what was looked at here.

    So no part is larger than it says, no cell stands so far out that the area up to it would fill the memory, and no
    long text is repeated in very many cells.
    """
    result = io.BytesIO()
    left = MAX_UNPACKED
    uses = longest = 0
    with zipfile.ZipFile(io.BytesIO(body)) as packed, zipfile.ZipFile(result, "w") as plain:
        entries = {entry.filename: entry for entry in packed.infolist() if NEEDED.fullmatch(entry.filename)}
        if len(entries) > MAX_PARTS:
            raise TableTooLarge(f"A workbook has at most {MAX_PARTS} parts.")
        for name, entry in entries.items():
            if entry.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
                raise zipfile.BadZipFile("no workbook is packed so")
            with packed.open(entry) as source:
                part = source.read(left + 1)
            left -= len(part)
            if left < 0:
                raise TableTooLarge(f"A workbook has at most {MAX_UNPACKED} bytes when it is unpacked.")
            _check_area(part)
            uses += sum(1 for _ in USE_OF_TEXT.finditer(part))
            if name.lower() == SHARED:
                longest = _longest(part)
            plain.writestr(name, part)
    if uses * longest > MAX_UNPACKED:
        raise TableTooLarge("The workbook repeats a long text in too many cells.")
    result.seek(0)
    return result


def _check_area(part: bytes) -> None:
    if b"\0" in part:
        raise Malformed("A part of the workbook is not in UTF-8.")
    rows = columns = 0
    for cell in CELL.finditer(part):
        if cell[1] is None:
            raise Malformed("A cell of the workbook does not say where it stands; save the workbook anew.")
        rows, columns = max(rows, int(cell[2])), max(columns, _column(cell[1]))
    if rows > MAX_ROWS + 1 or columns > MAX_COLUMNS or rows * columns > MAX_CELLS:
        raise TableTooLarge(
            f"The sheet reaches to row {rows} and column {columns}; a table has at most {MAX_ROWS} rows below its "
            f"header, {MAX_COLUMNS} columns and {MAX_CELLS} cells."
        )


def _column(name: bytes) -> int:
    number = 0
    for letter in name:
        number = number * 26 + letter - ord("A") + 1
    return number


def _longest(shared: bytes) -> int:
    starts = [text.start() for text in SHARED_TEXT.finditer(shared)]
    return max((end - start for start, end in pairwise([*starts, len(shared)])), default=0)

"""What a table in a file is: numbered rows of cells, and what a cell says."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from services.kit.problems import PayloadTooLarge

MAX_ROWS = 100_000
MAX_COLUMNS = 110
SHOWN = 40

WHOLE = re.compile(r"[+-]?[0-9]{1,18}")
DECIMAL = re.compile(r"[+-]?[0-9]*[.,][0-9]+(e[+-]?[0-9]+)?", re.IGNORECASE)

Cell = Any
Row = tuple[int | None, Sequence[Cell]]
"""A row's number as its owner sees it, None where it has none, and its cells."""
Why = tuple[str, str]
"""A fault's code and its sentence."""


class TableTooLarge(PayloadTooLarge):
    """More rows or columns than are computed at a time."""

    slug, title = "table-too-large", "The table is too large"


@dataclass(frozen=True, slots=True)
class Table:
    """A table as it was read. `header_row` and the rows' numbers are those that its owner sees.

    `numerals` says whether digits in a text are a number, as in a file, or a text, as in JSON.
    """

    header: Sequence[Cell]
    rows: Iterable[Row]
    header_row: int | None = 1
    numerals: bool = True


def sized(table: Table) -> Table:
    """The table without blank rows at its end; a blank one between others stays, as somebody may be missing.

    Raises TableTooLarge, for too many rows as soon as these are read.
    """
    if len(table.header) > MAX_COLUMNS:
        raise TableTooLarge(f"A table has at most {MAX_COLUMNS} columns.")
    return replace(table, rows=_limited(table.rows))


def _limited(rows: Iterable[Row]) -> Iterator[Row]:
    blank: list[Row] = []
    for count, row in enumerate(rows):
        if count >= MAX_ROWS:
            raise TableTooLarge(f"A table has at most {MAX_ROWS} rows below its header.")
        if all(is_blank(cell) for cell in row[1]):
            blank.append(row)
            continue
        yield from blank
        blank.clear()
        yield row


def is_blank(cell: Cell) -> bool:
    """Whether nothing stands in a cell."""
    return cell is None or (isinstance(cell, str) and not cell.strip())


def letters(place: int) -> str:
    """A column's letters in a spreadsheet, counted from 0: A, B, …, Z, AA."""
    rest, last = divmod(place, 26)
    return (letters(rest - 1) if rest else "") + chr(ord("A") + last)


def shown(cell: Cell) -> str:
    """A cell as a sentence quotes it, not at any length."""
    number = isinstance(cell, float) and cell.is_integer()
    text = str(int(cell) if number else cell).strip()
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"


def whole(cell: Cell, *, numerals: bool = True) -> tuple[int, Why | None]:
    """The whole number in a cell, or 0 and why there is none. A workbook keeps every number as a decimal one."""
    if is_blank(cell):
        return 0, ("empty", "The cell is empty.")
    if isinstance(cell, float) and cell.is_integer():
        return int(cell), None
    if isinstance(cell, int) and not isinstance(cell, bool):
        return cell, None
    text = cell.strip() if isinstance(cell, str) else ""
    if numerals and WHOLE.fullmatch(text):
        return int(text), None
    if isinstance(cell, float | Decimal) or (numerals and DECIMAL.fullmatch(text)):
        return 0, ("decimal", f"{shown(cell)} is not a whole number.")
    return 0, ("not_a_number", f"{shown(cell)} is not a number.")

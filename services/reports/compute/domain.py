"""The rules of a table that somebody brings: which column is which element, and what its rows add up to.

A table has one row per respondent, or two rows named `n` and `sum`. Nothing in it is guessed: what is not a whole
number on the method's scale is a fault with its row and column.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from services.kit.problems import Invalid
from services.reports.index.domain import Tally
from services.reports.methods.domain import Method
from services.reports.sheets.domain import Cell, Row, Table, Why, is_blank, letters, shown, sized, whole

MAX_FAULTS = 1_000
"""Faults that are named; the others are counted only."""

NAMES = frozenset({"no", "respondent", "id"})
"""Columns, in any case, that say who a row is about and count for nothing."""

SUMMARY = ("n", "sum")


class InvalidTable(Invalid):
    """A table with faults; `faults` names each by row and column. Nothing was computed."""

    slug, title = "invalid-table", "The table has faults"


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong at one place of a table; the row or the column is None where no single one is meant."""

    row: int | None
    column: str | None
    code: str
    detail: str


@dataclass(frozen=True, slots=True)
class Skipped:
    """A respondent who was left out: the row, and what the row calls them (else which one of all they are)."""

    row: int | None
    respondent: str


@dataclass(slots=True)
class Tallied:
    """What a table says: n and the sum of each element; or nothing of that, and its faults."""

    n: int = 0
    tallies: dict[str, Tally] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    fault_count: int = 0
    skipped: list[Skipped] = field(default_factory=list)

    def blame(self, *faults: Fault) -> None:
        """Take in faults."""
        self.fault_count += len(faults)
        self.faults += faults[: MAX_FAULTS - len(self.faults)]


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its place, its header, and the element it holds, None for names and where there is no header."""

    place: int
    name: str
    element: str | None
    ignored: bool = False

    def of(self, cells: Sequence[Cell]) -> Cell:
        """Its cell in a row, None beyond the row's end."""
        return cells[self.place] if self.place < len(cells) else None


def tally(table: Table, method: Method, order: str | None, *, skip_invalid: bool = False) -> Tallied:
    """Add a table up. With `skip_invalid` faulty respondents are left out; any other fault leaves nothing to use.

    Raises TableTooLarge.
    """
    rows = iter(sized(table).rows)
    first = next(rows, None)
    named = first is not None and _name(first) in SUMMARY
    columns, faults = columns_of(table, method, order, named=named)
    result = Tallied()
    result.blame(*(faults if table.header else ()))
    if first is None:
        result.blame(Fault(None, None, "no_rows", "There are no rows."))
    elif not faults and named:
        _add_summary(result, columns, _chained(first, rows), method)
    elif not faults:
        _add_respondents(result, columns, _chained(first, rows), method, table.numerals)
        if skip_invalid and not result.n:
            result.blame(Fault(None, None, "no_rows", "No respondent is left."))
    _close(result, usable=skip_invalid and not named and not faults)
    return result


def tally_sums(n: Cell, sums: Mapping[str, Cell], method: Method, order: str | None) -> Tallied:
    """The same for one n and the sum of each element; a fault without a column is one of n. Raises TableTooLarge."""
    row: Row = (None, list(sums.values()))
    table = sized(Table(list(sums), [row], None, numerals=False))
    columns, faults = columns_of(table, method, order, named=False)
    result = Tallied()
    _, why = whole(n, numerals=False)
    if why:
        result.blame(Fault(None, None, *why))
    result.blame(*faults, *_strays(row, columns))
    if not result.faults:
        _take_sums(result, columns, {"n": (None, [n] * len(columns)), "sum": row}, method, numerals=False)
    _close(result, usable=False)
    return result


def columns_of(table: Table, method: Method, order: str | None, *, named: bool) -> tuple[list[Column], list[Fault]]:
    """Which column is which element, or the faults of the header; `named` when the first column names the rows."""
    codes, no_code = _codes(method, order)
    keys = {key.casefold(): key for key in method.weights}
    columns: list[Column] = []
    faults: list[Fault] = []
    taken: dict[str, str] = {}
    for place, cell in enumerate(table.header):
        name = "" if cell is None else str(cell).strip()
        plain = name.casefold()
        element = keys.get(plain) or codes.get(plain)
        ignored = (named and place == 0) or (element is None and plain in NAMES)
        if element is None and not method.weights:
            element = name or None
        if ignored or not name:
            columns.append(Column(place, name or letters(place), None, ignored))
            continue
        if element is None and no_code and _is_code(plain, method):
            if no_code[0] not in {fault.code for fault in faults}:  # said once, not for every code
                faults.append(Fault(table.header_row, shown(name), *no_code))
        elif element is None:
            sentence = f"{shown(name)} is neither an element nor a code of method {method.id}."
            faults.append(Fault(table.header_row, shown(name), "unknown_column", sentence))
        elif element in taken:
            sentence = f"{shown(name)} is {element}, which column {taken[element]} is already."
            faults.append(Fault(table.header_row, shown(name), "repeated_column", sentence))
        else:
            taken[element] = name
            columns.append(Column(place, name, element))
    return columns, faults or _missing(table, method, order, taken)


def _codes(method: Method, order: str | None) -> tuple[Mapping[str, str], Why | None]:
    """Each code's element, or why no code can be understood."""
    orders = method.codes
    known = method.codes_in(order)
    if known or not orders:
        return {code.casefold(): element for code, element in known.items()}, None
    listed = " or ".join(sorted(orders))
    if order is not None:
        return {}, ("unknown_order", f"Method {method.id} has no order {order}, but {listed}.")
    codes = dict.fromkeys(code for one in orders.values() for code in one)
    differ = [code for code in codes if len({one.get(code) for one in orders.values()}) > 1]
    sentence = f"A code needs the order of the questionnaire, {listed}: they differ in {', '.join(differ)}."
    return {}, ("order_needed", sentence)


def _is_code(plain: str, method: Method) -> bool:
    return any(plain == code.casefold() for codes in method.codes.values() for code in codes)


def _missing(table: Table, method: Method, order: str | None, taken: Mapping[str, str]) -> list[Fault]:
    if not taken and not method.weights:
        return [Fault(table.header_row, None, "missing_column", "No column is an element.")]
    return [
        Fault(
            table.header_row,
            method.code_of(element, order) or element,
            "missing_column",
            f"Method {method.id} has an element {element}, and no column is about it.",
        )
        for element in method.weights
        if element not in taken
    ]


def _add_respondents(
    result: Tallied, columns: Sequence[Column], rows: Iterable[Row], method: Method, numerals: bool
) -> None:
    elements = [column for column in columns if column.element]
    sums = [0] * len(elements)
    for ordinal, row in enumerate(rows, start=1):
        scores, faults = _scores(row, columns, method, numerals)
        if faults:
            result.blame(*faults)
            result.skipped.append(Skipped(row[0], _who(row, columns) or str(ordinal)))
        else:
            result.n += 1
            sums = [total + score for total, score in zip(sums, scores, strict=True)]
    result.tallies = {str(column.element): Tally(result.n, total) for column, total in zip(elements, sums, strict=True)}


def _scores(row: Row, columns: Sequence[Column], method: Method, numerals: bool) -> tuple[list[int], list[Fault]]:
    number, cells = row
    low, high = method.scale
    scores: list[int] = []
    faults: list[Fault] = []
    for column in columns:
        if column.element is None:
            continue
        score, why = whole(column.of(cells), numerals=numerals)
        if why is None and not low <= score <= high:
            why = ("outside_scale", f"{shown(score)} is outside the scale of {low} to {high}.")
        if why:
            faults.append(Fault(number, column.name, *why))
        scores.append(score)
    return scores, faults + _strays(row, columns)


def _strays(row: Row, columns: Sequence[Column]) -> list[Fault]:
    """Cells that stand under no header."""
    number, cells = row
    bare = [column.place for column in columns if column.element is None and not column.ignored]
    return [
        Fault(number, letters(place), "no_header", f"{shown(cells[place])} stands under no header.")
        for place in (*bare, *range(len(columns), len(cells)))
        if place < len(cells) and not is_blank(cells[place])
    ]


def _who(row: Row, columns: Sequence[Column]) -> str | None:
    names = (column.of(row[1]) for column in columns if column.ignored)
    return next((shown(name) for name in names if not is_blank(name)), None)


def _add_summary(result: Tallied, columns: Sequence[Column], rows: Iterable[Row], method: Method) -> None:
    found: dict[str, tuple[int | None, Sequence[Cell]]] = {}
    for row in rows:
        name = _name(row)
        if name not in SUMMARY:
            result.blame(Fault(row[0], None, "unknown_row", f"Row {shown(name)!r} is named neither n nor sum."))
        elif name in found:
            result.blame(Fault(row[0], None, "repeated_row", f"There is a row named {name} above."))
        else:
            result.blame(*_strays(row, columns))
            found[name] = row
    absent = [name for name in SUMMARY if name not in found]
    result.blame(*(Fault(None, None, "missing_row", f"There is no row named {name}.") for name in absent))
    if not absent:
        _take_sums(result, columns, found, method, numerals=True)


def _take_sums(
    result: Tallied,
    columns: Sequence[Column],
    found: Mapping[str, tuple[int | None, Sequence[Cell]]],
    method: Method,
    *,
    numerals: bool,
) -> None:
    """Take over n and sum of each element, if such a sum is possible."""
    low, high = method.scale
    for column in columns:
        if column.element is None:
            continue
        (n, n_why), (total, sum_why) = (
            whole(column.of(found[name][1]), numerals=numerals) for name in SUMMARY
        )  # fmt: skip
        if not n_why and n < 0:
            n_why = ("negative", f"n is {shown(n)}, below 0.")
        if not (n_why or sum_why or n * low <= total <= n * high):
            sentence = f"{shown(n)} scores of {low} to {high} cannot add up to {shown(total)}."
            sum_why = ("impossible_sum", sentence)
        for name, why in zip(SUMMARY, (n_why, sum_why), strict=True):
            if why:
                result.blame(Fault(found[name][0], column.name, *why))
        result.tallies[column.element] = Tally(n, total)
        result.n = max(result.n, n)
    if not (result.n or result.faults):
        result.blame(Fault(found["n"][0], None, "no_rows", "Nobody answered."))


def _close(result: Tallied, *, usable: bool) -> None:
    """Keep sums beside faults only where these were left out of them."""
    if result.fault_count and not (usable and result.n):
        result.n, result.tallies, result.skipped = 0, {}, []


def _name(row: Row) -> str:
    return str(row[1][0]).strip().casefold() if row[1] else ""


def _chained(first: Row, rest: Iterator[Row]) -> Iterator[Row]:
    yield first
    yield from rest

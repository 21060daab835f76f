"""The calculator: a table in, an index out, and nothing stored."""

import json
import re
from collections.abc import Callable
from dataclasses import asdict
from decimal import Decimal
from typing import Any

import orjson
from pydantic import ValidationError

from services.kit.problems import FieldError, Invalid, Malformed, pointer
from services.reports.compute.domain import Fault, InvalidTable, Tallied, tally, tally_sums
from services.reports.compute.schemas import Calculation, ComputedIndex, ElementFigures, FaultBody, SkippedBody
from services.reports.index.domain import Element, figures
from services.reports.methods import service as methods
from services.reports.methods.domain import Method, half_up
from services.reports.methods.schemas import present
from services.reports.sheets.domain import Table
from services.reports.sheets.service import read_csv, read_workbook

MEAN_PLACES = 4
HALF_A_SIGN = re.compile(rb"\\u[dD][89a-fA-F]")
READERS: dict[str, Callable[[bytes], Table]] = {
    "text/csv": read_csv,
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": read_workbook,
}


def of_file(body: bytes, kind: str, method: str, order: str | None, *, skip_invalid: bool) -> ComputedIndex:
    """The index of a table in a file of this content type.

    Raises UnknownMethod, InvalidTable, TableTooLarge, and Malformed for a file of another kind.
    """
    found = methods.find(method)
    tallied = tally(READERS[kind](body), found, order, skip_invalid=skip_invalid)
    return _accepted(tallied, found, order, _place)


def of_json(body: bytes) -> ComputedIndex:
    """The index of a table in JSON.

    Raises Malformed, Invalid, UnknownMethod, InvalidMethod, InvalidTable, TableTooLarge.
    """
    asked = _asked(body)
    method = methods.find(asked.method) if isinstance(asked.method, str) else methods.inline(asked.method, "method")
    if asked.rows is None:
        tallied = tally_sums(asked.n, asked.sums or {}, method, asked.order)
        return _accepted(tallied, method, asked.order, _sum_pointer)
    header = list(dict.fromkeys(key for row in asked.rows for key in row))
    rows = ((number, [row.get(key) for key in header]) for number, row in enumerate(asked.rows, start=1))
    table = Table(header, rows, None, numerals=False)
    tallied = tally(table, method, asked.order, skip_invalid=asked.skip_invalid)
    return _accepted(tallied, method, asked.order, _row_pointer)


def answer(tallied: Tallied, method: Method, order: str | None) -> ComputedIndex:
    """The index of what a table says, or without one the faults of it."""
    codes = method.codes_in(order)
    known = dict.fromkeys((*codes.values(), *method.weights, *tallied.tallies))
    result = figures(tallied.n, {key: tallied.tallies[key] for key in known if key in tallied.tallies}, method)
    return ComputedIndex(
        method=present(method, tallied.tallies or None),
        n=tallied.n,
        elements=[_element(element, method, order) for element in result.elements],
        index=None if result.index is None else str(result.index),
        exact=None if result.exact is None else str(result.exact),
        grade=result.band.grade if result.band else None,
        performance=result.band.performance["id"] if result.band else None,
        skipped=[SkippedBody(**asdict(one)) for one in tallied.skipped],
        faults=[FaultBody(**asdict(one)) for one in tallied.faults],
    )


def _element(element: Element, method: Method, order: str | None) -> ElementFigures:
    return ElementFigures(
        key=element.key,
        code=method.code_of(element.key, order),
        n=element.n,
        sum=element.sum,
        mean=str(half_up(element.mean, MEAN_PLACES)),
        weighted=str(half_up(element.weighted, MEAN_PLACES)),
        converted=str(element.converted),
        rank=element.rank,
    )


def _accepted(tallied: Tallied, method: Method, order: str | None, place: Callable[[Fault], str]) -> ComputedIndex:
    """The answer; raises InvalidTable when there is none."""
    made = answer(tallied, method, order)
    if made.index is None:
        errors = [FieldError(place(fault), fault.code, fault.detail) for fault in tallied.faults]
        more = tallied.fault_count - len(errors)
        raise InvalidTable(
            f"The table has {tallied.fault_count} fault(s){f', the first {len(errors)} of them here' if more else ''}.",
            errors=errors,
            faults=[fault.model_dump() for fault in made.faults],
        )
    return made


def _place(fault: Fault) -> str:
    row = None if fault.row is None else f"row {fault.row}"
    column = None if fault.column is None else f"column {fault.column}"
    return ", ".join(part for part in (row, column) if part) or "table"


def _row_pointer(fault: Fault) -> str:
    steps = () if fault.row is None or fault.column is None else (fault.row - 1, fault.column)
    return pointer(("body", "rows", *steps))


def _sum_pointer(fault: Fault) -> str:
    if fault.column is None:
        return "/sums" if fault.code == "missing_column" else "/n"
    return pointer(("body", "sums", fault.column))


def _asked(body: bytes) -> Calculation:
    try:
        if HALF_A_SIGN.search(body):
            orjson.loads(body)  # refuses half a sign, which no answer could quote
        content = json.loads(body, parse_float=Decimal, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise Malformed("The body is not valid JSON.") from error
    try:
        return Calculation.model_validate(content)
    except ValidationError as error:
        errors = [FieldError(pointer(("body", *one["loc"])), one["type"], one["msg"]) for one in error.errors()]
        named = ", ".join(dict.fromkeys(one.pointer or "the body" for one in errors))
        raise Invalid(f"These fields break a rule: {named}.", errors=errors) from error


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no number of JSON")

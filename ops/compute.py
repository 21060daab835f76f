"""`tinjau compute`: the index of a table that somebody brings, by the rules of the reports service, and not stored."""

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.markup import escape
from rich.table import Table

from ops.failures import Failure
from ops.screen import out, say, told
from services.kit.problems import Malformed, PayloadTooLarge, Problem

if TYPE_CHECKING:
    from services.reports.compute.domain import Tallied
    from services.reports.methods.domain import Method

MAX_BYTES = 32 * 1024 * 1024
SKIPPED_NAMED = 10


class Order(StrEnum):
    """The two orders in which the nine elements are asked."""

    SAMPLE = "sample"
    REGULATION = "regulation"


File = Annotated[
    Path,
    typer.Argument(
        metavar="FILE",
        exists=True,
        dir_okay=False,
        readable=True,
        show_default=False,
        help="CSV (UTF-8, commas or semicolons) or XLSX. One row per respondent under a header of element keys or "
        "codes, or two rows whose first cells are n and sum.",
    ),
]
MethodName = Annotated[
    str,
    typer.Option(
        "--method",
        metavar="ID",
        help="Id or other name of a method, such as skm-2017, 0.11, kep-25-2004 or equal; or a JSON file with a "
        "method of your own.",
    ),
]
InOrder = Annotated[
    Order | None,
    typer.Option(
        help="Order of the questionnaire that codes follow: sample has facilities as U8 and complaint handling as "
        "U9, regulation the other way round.",
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object instead of a table.")]
SkipInvalid = Annotated[
    bool, typer.Option("--skip-invalid", help="Leave faulty respondents out and say so, instead of refusing the table.")
]


def compute(
    file: File,
    method: MethodName = "skm-2017",
    order: InOrder = None,
    as_json: AsJson = False,
    skip_invalid: SkipInvalid = False,
) -> None:
    """Compute the satisfaction index of a table of your own.

    Nothing is stored. The exit code is 1 when the table has faults: each is named with its row, the header being row
    1, and its column.
    """
    # Not above: the reports service's packages take a moment to load, and no other command needs them.
    from services.reports.compute.service import answer

    with told():
        chosen = _method(method)
        tallied = _tallied(file, chosen, order, skip_invalid=skip_invalid)
        made = answer(tallied, chosen, order).model_dump(mode="json")
        if as_json:
            typer.echo(json.dumps(made, ensure_ascii=False, indent=2))
        for fault in made["faults"]:
            say(fault_line(fault))
        if made["index"] is None:
            raise Failure(f"{file.name} has {tallied.fault_count} fault(s); nothing was computed.")
        if tallied.skipped:
            say(left_out(made["skipped"]))
        if not as_json:
            show(made)


def _method(name: str) -> "Method":
    """Raises typer.BadParameter for a method that does not exist or breaks a rule."""
    from services.reports.methods import service as methods

    try:
        if not name.lower().endswith(".json"):
            return methods.find(name)
        given = json.loads(Path(name).read_text(encoding="utf-8"), parse_float=Decimal)
        return methods.inline(given)
    except (OSError, ValueError, RecursionError) as error:
        raise typer.BadParameter(f"{name} cannot be read as JSON: {error}", param_hint="--method") from error
    except Problem as problem:
        raise typer.BadParameter(problem.detail, param_hint="--method") from problem


def _tallied(file: Path, method: "Method", order: Order | None, *, skip_invalid: bool) -> "Tallied":
    """Raises Failure for a file that holds no table."""
    from services.reports.compute.domain import tally
    from services.reports.sheets.service import read

    if file.stat().st_size > MAX_BYTES:
        raise Failure(f"{file.name} has more than {MAX_BYTES} bytes.")
    try:
        return tally(read(file.read_bytes()), method, order, skip_invalid=skip_invalid)
    except (Malformed, PayloadTooLarge) as problem:
        raise Failure(f"{file.name}: {problem.detail}") from problem


def fault_line(fault: Mapping[str, Any]) -> str:
    """A fault as one line: where, and what."""
    place = [f"{name} {fault[name]}" for name in ("row", "column") if fault[name] is not None]
    return f"{', '.join(place) or 'table'}: {fault['detail']}"


def left_out(skipped: Sequence[Mapping[str, Any]]) -> str:
    """Who was left out, the first of them by name."""
    named = ", ".join(f"{one['respondent']} (row {one['row']})" for one in skipped[:SKIPPED_NAMED])
    rest = f" and {len(skipped) - SKIPPED_NAMED} more" if len(skipped) > SKIPPED_NAMED else ""
    return f"Left out for these faults: {len(skipped)} respondent(s), {named}{rest}."


def show(made: Mapping[str, Any]) -> None:
    """Print an answer of the calculator for people."""
    method = made["method"]
    table = Table("Code", "Element")
    for name in ("n", "Sum", "Mean", "Weighted", "Converted", "Rank"):
        table.add_column(name, justify="right")
    for one in made["elements"]:
        label = method["labels"].get(one["key"], {}).get("id") or one["key"]
        numbers = (str(one[name]) for name in ("n", "sum", "mean", "weighted", "converted", "rank"))
        table.add_row(one["code"] or "", escape(label), *numbers)
    screen = out()
    screen.print(table)
    grade = f"grade {made['grade']} ({made['performance']})" if made["grade"] else "no grade"
    screen.print(f"Index {made['index']}, {grade}, n = {made['n']}", markup=False, style="bold")
    basis = [f"Method {method['id']}, version {method['version']}: {method['label']['id']}"]
    basis += [method["note"]["id"].rstrip(".")] if method["note"] else []
    screen.print("; ".join([*basis, f"rounded {method['rounding']}"]), markup=False)

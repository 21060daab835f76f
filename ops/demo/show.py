"""What the demo found, for people: the table of both reviews, one line on Kota Kediri, the cases, the addresses."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from ops.demo.reviews import published_index
from ops.demo.run import Outcome


def show(console: Console, outcome: Outcome, origin: str) -> None:
    """Print the outcome."""
    console.print(reviews_table(outcome))
    console.print(running_line(outcome))
    console.print()
    console.print(cases_table(outcome))
    console.print(
        "[dim]ᵖ as printed in practice: a stated departure from the regulation, recomputed under that name.[/]"
    )
    console.print()
    console.print(new_line(outcome))
    console.print()
    for name, path in (
        ("Pages", "/"),
        ("Batang", f"/reviews/{outcome.batang['id']}"),
        ("Kota Kediri", f"/reviews/{outcome.kediri['id']}"),
        ("Comparison", "/compare"),
        ("Index as JSON", f"/api/v1/indexes?review={outcome.batang['id']}&group_by=program"),
        ("API docs", "/api/docs"),
    ):
        console.print(f"{name:<14}{origin}{path}", soft_wrap=True)


def show_report(console: Console, report: Mapping[str, Any], files: Sequence[Path], origin: str) -> None:
    """Print where the report of Kota Kediri is, as a page and as files."""
    console.print()
    console.print(f"Report {report['number']} of Kota Kediri: {origin}/reports/{report['number']}", soft_wrap=True)
    for file in files:
        console.print(f"  {file}", soft_wrap=True)


def reviews_table(outcome: Outcome) -> Table:
    """Both reviews and their visits: n, index, grade, and whether the answers are simulated."""
    table = Table(title="Satisfaction index (IKM)", title_justify="left")
    table.add_column("Review, visit", no_wrap=True, max_width=42)
    table.add_column("n", justify="right")
    table.add_column("Index", justify="right")
    table.add_column("Grade", justify="center")
    table.add_column("Answers")
    table.add_row(f"[bold]{outcome.batang['title']['en']}[/]", *numbers(outcome.batang_index))
    for visit, index in zip(outcome.batang["visits"], outcome.visit_indexes, strict=True):
        table.add_row(f"  {short(visit['program_name'] or visit['name'])}", *numbers(index))
    table.add_section()
    table.add_row(f"[bold]{outcome.kediri['title']['en']}[/]", *numbers(outcome.kediri_index))
    return table


def short(name: str) -> str:
    """A name without what stands behind it in brackets."""
    return name.partition(" (")[0]


def numbers(index: Mapping[str, Any]) -> tuple[str, str, str, str]:
    """n, index, grade and mark of one answer of the API."""
    mark = "[yellow]SIMULATED[/]" if index["simulated"] else "real"
    return str(index["respondents"]), str(index["index"]), str(index["grade"]), mark


def running_line(outcome: Outcome) -> str:
    """How the indices of Kota Kediri compare with the published ones."""
    running = outcome.running
    if not running:
        index = outcome.kediri_index
        there = f"Kota Kediri: {index['respondents']} respondents were there already; the index is {index['index']}"
        return there + (", the published one." if index["index"] == published_index() else ".")
    agree = sum(one.agrees for one in running)
    exact = sum(one.exact_agrees for one in running)
    source = sum(one.as_source_agrees for one in running)
    return (
        f"Kota Kediri: {agree} of {len(running)} running indices equal the published ones. At the source's four "
        f"decimals {exact} do, and {source} once element means are rounded to six decimals as the source does."
    )


def cases_table(outcome: Outcome) -> Table:
    """The published cases: what our methods make of the data, beside what was published."""
    table = Table(title="Published figures, recomputed", title_justify="left")
    table.add_column("Case", max_width=24)
    table.add_column("Method", no_wrap=True)
    table.add_column("n", justify="right")
    table.add_column("Ours", justify="right")
    table.add_column("Grade", justify="center")
    table.add_column("Published", justify="right")
    last = None
    for one in outcome.cases:
        method = f"{one.method} ᵖ" if one.as_printed else one.method
        published = f"= {one.published}" if one.reproduces else one.published
        table.add_row(
            short(one.unit) if one.unit != last else "",
            method,
            str(one.respondents),
            one.index,
            one.grade,
            published,
        )
        last = one.unit
    return table


def new_line(outcome: Outcome) -> str:
    """What this run added."""
    if not any(outcome.new.values()):
        return "Everything was there already; nothing was added."
    return "Added: " + ", ".join(f"{count} {what}" for what, count in outcome.new.items()) + "."

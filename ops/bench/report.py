"""What a run found, for people as tables and for machines as JSON. The tables are Markdown, to be kept as they are."""

import json
import os
import platform
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

from rich import box
from rich.console import Console
from rich.table import Table

from ops.bench.figures import Measured, rounded
from ops.bench.goals import LIMITS
from ops.bench.run import Outcome

WIDTH = 200
CPUINFO = Path("/proc/cpuinfo")


def show(console: Console, outcome: Outcome, sizes: str) -> None:
    """Print everything. `sizes` says how large the run was."""
    if not console.is_terminal:
        console.width = WIDTH
    console.print(f"{datetime.now(UTC):%Y-%m-%d}; {machine()}; {sizes}", markup=False)
    console.print()
    console.print(_table(("id", "measured", "spread", "unit", "limit", "ratio", "goal", "met"), measures(outcome)))
    console.print(_table(("limit of the machine", "measured", "spread"), limits(outcome)))
    busy = [one for one in outcome.measured if one.cores]
    if busy:
        parts = list(dict.fromkeys(part for one in busy for part in one.cores))
        console.print(_table(("cores kept busy", *parts), cores(busy, parts)))
    details = [f"{one.goal.id}: {_detail(one)}" for one in outcome.measured if one.detail]
    faults = [f"{one.goal.id}: {fault}" for one in outcome.measured for fault in one.faults]
    for line in (*details, *faults):
        console.print(line, markup=False, soft_wrap=True)


def measures(outcome: Outcome) -> list[list[str]]:
    """A row for each measure."""
    return [
        [
            one.goal.id, told(one.value), _spread(one.samples), one.goal.unit, told(one.limit), told(one.ratio),
            str(one.goal), "yes" if one.met else "no",
        ]
        for one in outcome.measured
    ]  # fmt: skip


def limits(outcome: Outcome) -> list[list[str]]:
    """A row for each limit."""
    return [
        [f"{limit}: {LIMITS[limit]}", told(median(figures)), _spread(figures)]
        for limit, figures in outcome.limits.items()
    ]


def cores(busy: Sequence[Measured], parts: Sequence[str]) -> list[list[str]]:
    """A row for each measure: how many cores each part kept busy."""
    return [[one.goal.id, *(f"{one.cores[part]:.2f}" if part in one.cores else "" for part in parts)] for one in busy]


def as_json(outcome: Outcome) -> str:
    """The list that `bench.json` holds."""
    return json.dumps([one.as_json() for one in outcome.measured], indent=2, ensure_ascii=False) + "\n"


def told(figure: float | None) -> str:
    """A figure as people read it, to about three digits."""
    if figure is None:
        return ""
    if abs(figure) >= 1000:
        return f"{figure:,.0f}"
    return f"{figure:.0f}" if abs(figure) >= 100 else f"{figure:.3g}"


def machine() -> str:
    """The machine in a few words."""
    model = next(iter(_models()), platform.machine())
    system, python = f"{platform.system()} {platform.release()}", f"Python {platform.python_version()}"
    return f"{os.cpu_count()} cores, {model}, {system}, {python}"


def _models() -> Iterable[str]:
    if CPUINFO.is_file():
        for line in CPUINFO.read_text(encoding="utf-8", errors="replace").splitlines():
            name, _, value = line.partition(":")
            if name.strip() == "model name":
                yield value.strip()


def _spread(samples: Sequence[float]) -> str:
    return f"{told(min(samples))} to {told(max(samples))}" if len(samples) > 1 else ""


def _detail(one: Measured) -> str:
    return ", ".join(f"{name} {rounded(figure):,g}" for name, figure in one.detail.items())


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> Table:
    table = Table(*heads, box=box.MARKDOWN)
    for row in rows:
        table.add_row(*row)
    return table

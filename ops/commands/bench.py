"""`tinjau bench`: how quick this is here, beside what the machine itself can do."""

from pathlib import Path
from typing import Annotated

import typer

from ops.bench import report
from ops.bench.goals import GOALS
from ops.bench.run import run
from ops.bench.sizes import Sizes
from ops.failures import Failure
from ops.home import Home
from ops.screen import out, say, told

Ids = Annotated[
    list[str] | None,
    typer.Argument(metavar="[ID]...", help=f"What to measure: {', '.join(GOALS)}.", show_default="all of them"),
]
Json = Annotated[
    Path | None,
    typer.Option("--json", metavar="FILE", help="Where the JSON goes. [default: bench.json in .tinjau]"),
]
Scale = Annotated[
    float, typer.Option(min=0.001, max=10.0, help="Multiplies seconds and counts; below 1 only to see that it works.")
]
Repeat = Annotated[int, typer.Option(min=1, max=100, help="Repetitions of each measure; the median counts.")]


def bench(ids: Ids = None, json: Json = None, scale: Scale = 1.0, repeat: Repeat = 3) -> None:
    """Measure how quickly responses are taken in and counted.

    Starts a stack of its own in a folder that is deleted afterwards; nothing else is touched. Prints what was reached
    beside the goals and the machine's own limits, and writes the same as JSON. Needs wrk. The exit code is 1 when a
    measure gave no figure, not when a goal was missed.
    """
    chosen = ids or list(GOALS)
    for id in chosen:
        if id not in GOALS:
            raise typer.BadParameter(f"there is no measure {id}; there are {', '.join(GOALS)}.")
    with told():
        outcome = run(chosen, Sizes.of(scale, repeat), say)
        report.show(out(), outcome, f"scale {scale:g}, {repeat} repetitions")
        file = json or Home.of().folder / "bench.json"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(report.as_json(outcome), encoding="utf-8")
        say(f"Written to {file}.")
        if outcome.failed:
            raise Failure(f"No figure for {', '.join(one.goal.id for one in outcome.failed)}; see above why.")

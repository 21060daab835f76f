"""Where commands write: results to standard output, what happens meanwhile to standard error."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import typer
from rich.console import Console

from ops.failures import Failure
from ops.signals import ending

INTERRUPTED = 130


def out() -> Console:
    """For results; asked for anew each time, so that a redirected standard output is respected."""
    return Console(file=sys.stdout, highlight=False, soft_wrap=not sys.stdout.isatty())


def err() -> Console:
    """For progress and failures."""
    return Console(file=sys.stderr, highlight=False)


def say(sentence: str) -> None:
    """Tell the operator something that happened."""
    err().print(sentence, markup=False, soft_wrap=True)


@contextmanager
def told() -> Iterator[None]:
    """The border of every command: a Failure becomes its sentence and exit code 1, an interruption exit code 130."""
    try:
        with ending():
            yield
    except Failure as failure:
        say(f"tinjau: {failure.sentence}")
        if failure.detail:
            say(failure.detail)
        raise typer.Exit(1) from None
    except KeyboardInterrupt:
        say("tinjau: interrupted.")
        raise typer.Exit(INTERRUPTED) from None

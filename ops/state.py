"""What runs in a home: one stack at most, held by a lock, told to others in `stack.json`.

The lock belongs to a process and goes with it, so a stack that was killed outright never blocks the next one. What such
a stack may have left running is ended before the next one starts.
"""

import fcntl
import json
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from typing import Any

from ops.failures import Failure
from ops.home import Home

LEFTOVER_SECONDS = 10.0


@dataclass(slots=True)
class Running:
    """One part that runs: its process, and where it answers (None for the database)."""

    pid: int
    log: str
    url: str | None = None


@dataclass(slots=True)
class State:
    """A running stack."""

    pid: int
    origin: str
    parts: dict[str, Running] = field(default_factory=dict)

    @classmethod
    def read(cls, home: Home) -> "State | None":
        """The state on file, whether or not that stack still runs; None when there is none or it cannot be read."""
        try:
            raw: dict[str, Any] = json.loads(home.state.read_text(encoding="utf-8"))
            parts = {name: Running(**part) for name, part in raw["parts"].items()}
            return cls(int(raw["pid"]), str(raw["origin"]), parts)
        except (FileNotFoundError, ValueError, KeyError, TypeError, AttributeError):
            return None

    def write(self, home: Home) -> None:
        """Put it on file in one step, so that nobody reads half of it."""
        fresh = home.state.with_suffix(".new")
        fresh.write_text(json.dumps(asdict(self), indent=2) + "\n", encoding="utf-8")
        fresh.replace(home.state)


@contextmanager
def only_one(home: Home) -> Iterator[None]:
    """Hold the lock of a home. Raises Failure when another stack holds it."""
    with home.lock.open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            state = State.read(home)
            where = f" with process {state.pid} at {state.origin}" if state else ""
            raise Failure(
                f"A stack is already running in {home.folder}{where}. "
                "Use that one, end it with Ctrl-C, or set TINJAU_HOME to another folder."
            ) from error
        yield


def running(home: Home) -> State | None:
    """The stack that runs in a home right now, or None."""
    try:
        with only_one(home):
            return None
    except FileNotFoundError:
        return None
    except Failure:
        return State.read(home)


def end_leftovers(home: Home) -> list[str]:
    """End the parts of a stack that was killed outright, and forget it. Only call it while holding the lock.

    Returns the names of what was ended. A process that merely has an old part's id is left alone.
    """
    state = State.read(home)
    left = {name: part for name, part in (state.parts if state else {}).items() if part.url and _is_ours(part.pid)}
    for number in (signal.SIGTERM, signal.SIGKILL):
        for part in left.values():
            if _is_ours(part.pid):
                with suppress(ProcessLookupError):
                    os.kill(part.pid, number)
        until = time.monotonic() + LEFTOVER_SECONDS
        while any(_is_ours(part.pid) for part in left.values()) and time.monotonic() < until:
            time.sleep(0.1)
    home.state.unlink(missing_ok=True)
    return sorted(left)


def _is_ours(pid: int) -> bool:
    shown = subprocess.run(  # noqa: S603 - a number and fixed words
        ["ps", "-ww", "-o", "command=", "-p", str(pid)],  # noqa: S607 - wherever the system keeps it
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    return ":create_app --factory" in shown.stdout

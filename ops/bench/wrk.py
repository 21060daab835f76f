"""Load from outside, made by `wrk`: one thread of C and LuaJIT that takes little of the machine it measures."""

import math
import os
import secrets
import shutil
import subprocess
from dataclasses import dataclass
from importlib.resources import as_file, files
from pathlib import Path

from ops.failures import Failure

TIMEOUT_SECONDS = 60
MISSING = (
    "wrk is not on the PATH; it makes the load. Debian and Ubuntu have it as package wrk (apt-get install wrk), "
    "Homebrew as well (brew install wrk)."
)
FIGURES = ("requests", "good", "others", "microseconds", "p50", "p99", "longest", "broken", "late")


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked: responses from a file of items, alone (`batch` 0) or so many at once; without items it reads."""

    url: str
    token: str
    items: Path | None = None
    batch: int = 0


@dataclass(frozen=True, slots=True)
class Load:
    """What came of a load. `good` counts responses that were acknowledged as new, or answers to reading; `others`
    those that were not; `broken` connections and `late` answers were never seen. Times are milliseconds."""

    requests: int
    good: int
    others: int
    seconds: float
    p50: float
    p99: float
    longest: float
    broken: int
    late: int
    first_other: str

    @property
    def rate(self) -> float:
        """Good ones per second."""
        return self.good / self.seconds

    @property
    def faults(self) -> list[str]:
        """What was not as it has to be, in sentences."""
        found = []
        if self.others:
            found.append(f"{self.others} were answered otherwise than as new, the first with: {self.first_other}")
        if self.broken or self.late:
            found.append(f"{self.broken} connections broke, {self.late} answers took over {TIMEOUT_SECONDS} s.")
        return found


def binary() -> str:
    """Where wrk is. Raises Failure with the way to get it."""
    found = shutil.which("wrk")
    if found is None:
        raise Failure(MISSING)
    return found


def run(request: Request, *, connections: int, seconds: float) -> Load:
    """Send as fast as answers come over so many connections. Raises Failure when wrk itself fails."""
    with as_file(files("ops.bench").joinpath("load.lua")) as script:
        # wrk takes whole seconds only.
        command = [
            binary(), "-t1", f"-c{connections}", f"-d{max(1, math.ceil(seconds))}s", "--latency",
            "--timeout", f"{TIMEOUT_SECONDS}s", "-s", str(script), request.url,
        ]  # fmt: skip
        done = subprocess.run(  # noqa: S603 - put together here
            command, env=_environment(request), capture_output=True, text=True, check=False
        )
    if done.returncode:
        raise Failure(f"wrk ended with status {done.returncode}.", done.stderr.strip() or done.stdout.strip())
    return read(done.stdout)


def read(printed: str) -> Load:
    """The figures in what wrk printed. Raises Failure when they are not all there."""
    lines = [line.split(" ", 2) for line in printed.splitlines() if line.startswith("load ")]
    told = {words[1]: words[2] if len(words) > 2 else "" for words in lines}
    try:
        number = {name: float(told[name]) for name in FIGURES}
    except (KeyError, ValueError) as error:
        raise Failure("wrk did not say what it measured.", printed.strip()) from error
    return Load(
        int(number["requests"]), int(number["good"]), int(number["others"]), number["microseconds"] / 1e6,
        number["p50"] / 1e3, number["p99"] / 1e3, number["longest"] / 1e3,
        int(number["broken"]), int(number["late"]), told.get("first_other", ""),
    )  # fmt: skip


def _environment(request: Request) -> dict[str, str]:
    told = {"LOAD_TOKEN": request.token, "LOAD_BATCH": str(request.batch), "LOAD_SEED": str(secrets.randbits(52))}
    if request.items is not None:
        told["LOAD_ITEMS"] = str(request.items)
    return os.environ | told

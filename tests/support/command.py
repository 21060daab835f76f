"""`tinjau` as a process of its own, as people and systems start it."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2

from ops import ports

START_SECONDS = 90.0
STOP_SECONDS = 40.0


def tinjau(*arguments: str, environment: Mapping[str, str], seconds: float = 120) -> subprocess.CompletedProcess[str]:
    """Run a command to its end."""
    return subprocess.run(
        [sys.executable, "-m", "ops", *arguments],
        env=dict(environment), capture_output=True, text=True, timeout=seconds, check=False,
    )  # fmt: skip


@dataclass
class Up:
    """A running `tinjau up`."""

    process: subprocess.Popen[str]
    home: Path
    origin: str

    def state(self) -> dict[str, Any]:
        """What is in its state file."""
        loaded: dict[str, Any] = json.loads((self.home / "stack.json").read_text())
        return loaded

    def pids(self) -> dict[str, int]:
        """The process of each part."""
        return {name: part["pid"] for name, part in self.state()["parts"].items()}

    def family(self) -> set[int]:
        """Every process below it, the guardian included."""
        listed = subprocess.run(["ps", "-A", "-o", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
        parents = {int(pid): int(parent) for pid, parent in (line.split() for line in listed.splitlines())}
        found, grown = {self.process.pid}, True
        while grown:
            below = {pid for pid, parent in parents.items() if parent in found} - found
            found, grown = found | below, bool(below)
        return found - {self.process.pid}


@contextmanager
def up(home: Path, environment: Mapping[str, str], port: int | None = None) -> Iterator[Up]:
    """`tinjau up` on a port, or on a free one, ready; ended at the end if the test has left it running."""
    port = port or ports.free(1)[0]
    log = home.parent / f"{home.name}-up.log"
    with log.open("a") as file:
        process = subprocess.Popen(
            [sys.executable, "-m", "ops", "up", "--port", str(port)],
            env={**environment, "TINJAU_HOME": str(home)}, stdout=subprocess.PIPE, stderr=file, text=True,
        )  # fmt: skip
    try:
        assert process.stdout
        line = process.stdout.readline()
        assert line.startswith("Pages"), log.read_text()
        yield Up(process, home, f"http://{ports.HOST}:{port}")
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait(STOP_SECONDS)
        if process.stdout:
            process.stdout.close()


def alive(pids: set[int]) -> set[int]:
    """Those of the processes that still run; one that has ended and merely was not asked for counts as gone."""
    listed = subprocess.run(["ps", "-A", "-o", "pid=,stat="], capture_output=True, text=True, check=True).stdout
    states = dict(line.split(maxsplit=1) for line in listed.splitlines())
    return {pid for pid in pids if not states.get(str(pid), "Z").startswith("Z")}


def gone(pids: set[int], seconds: float = STOP_SECONDS) -> bool:
    """Whether all of the processes end in time."""
    until = time.monotonic() + seconds
    while alive(pids) and time.monotonic() < until:
        time.sleep(0.05)
    return not alive(pids)


def ready(url: str, seconds: float = START_SECONDS) -> bool:
    """Whether a process says in time that it is ready."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        try:
            if httpx2.get(f"{url}/health/ready", timeout=5).status_code == 200:
                return True
        except httpx2.HTTPError:
            pass
        time.sleep(0.05)
    return False


def here(**further: str) -> dict[str, str]:
    """This process's environment with further variables."""
    return {**os.environ, **further}

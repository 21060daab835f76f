"""Child processes that are kept alive: started with a log of their own, started again when they die, ended in order.

The services end first and the database last. A part that dies is started again after a pause that doubles with every
death in a row; `say` hears of each.
"""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ops import guardian

POLL_SECONDS = 0.1
FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 30.0
STEADY_SECONDS = 60.0
STOP_SECONDS = 15.0
LOG_BYTES = 10_000_000

Say = Callable[[str], None]


@dataclass(slots=True)
class Part:
    """One child process. Parts of a lower `wave` are ended earlier."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    log: Path
    stop_signal: int = signal.SIGTERM
    wave: int = 0
    user: str | None = None
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    pause: float = FIRST_PAUSE_SECONDS
    due: float | None = None
    wanted: bool = True

    @property
    def pid(self) -> int | None:
        """The process id while it runs."""
        return self.process.pid if self.process and self.process.poll() is None else None

    def start(self) -> None:
        """Start it in a session of its own, so that a Ctrl-C reaches only the stack, which ends its parts in order."""
        if self.log.exists() and self.log.stat().st_size > LOG_BYTES:
            self.log.replace(self.log.with_suffix(".log.1"))
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(  # noqa: S603 - the command is put together here, from no one's input
                self.command, env=dict(self.environment), stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                start_new_session=True, user=self.user, extra_groups=[] if self.user else None,
            )  # fmt: skip
        self.started, self.due = time.monotonic(), None

    def next_pause(self, now: float) -> float:
        """Seconds to wait before the next start: doubled at every death soon after a start, small again after a
        minute of steady running."""
        if now - self.started > STEADY_SECONDS:
            self.pause = FIRST_PAUSE_SECONDS
        pause, self.pause = self.pause, min(self.pause * 2, LONGEST_PAUSE_SECONDS)
        return pause


def died(code: int) -> str:
    """A return code in words: `was killed by SIGKILL`, or `ended with status 1`."""
    if code < 0:
        return f"was killed by {signal.Signals(-code).name}"
    return f"ended with status {code}"


@dataclass(slots=True)
class Supervisor:
    """Starts parts, watches them, and ends them; `changed` is called after every start."""

    say: Say
    changed: Callable[[], None] = lambda: None
    parts: list[Part] = field(default_factory=list)
    watching: bool = False
    _guardian: subprocess.Popen[bytes] | None = None
    _lock: threading.RLock = field(default_factory=threading.RLock)
    _thread: threading.Thread | None = None

    def start(self, part: Part) -> None:
        """Start a part and have it guarded."""
        with self._lock:
            if part not in self.parts:
                self.parts.append(part)
            part.start()
            part.wanted = True
            self._guard(f"+ {part.pid} {int(part.stop_signal)} {part.wave}")

    def hold(self, part: Part) -> None:
        """End one part, and leave it ended until it is started again."""
        with self._lock:
            part.wanted = False
            self._stop([part])

    def watch(self) -> None:
        """From now on, start again whatever dies."""
        self.watching = True
        self._thread = threading.Thread(target=self._watch, name="supervisor", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End all parts, wave after wave; what does not end in time is killed."""
        self.watching = False
        if self._thread:
            self._thread.join()
        with self._lock:
            for wave in sorted({part.wave for part in self.parts}):
                self._stop([part for part in self.parts if part.wave == wave])
            self.parts.clear()
            if self._guardian and self._guardian.stdin:
                self._guardian.stdin.close()
                self._guardian.wait()
                self._guardian = None

    def _stop(self, parts: Sequence[Part]) -> None:
        running = [part for part in parts if part.pid]
        for part in running:
            _send(part, part.stop_signal)
        until = time.monotonic() + STOP_SECONDS
        for part in running:
            assert part.process is not None  # noqa: S101 - it has a pid
            try:
                part.process.wait(max(0.0, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                self.say(f"{part.name} did not stop within {STOP_SECONDS:.0f} seconds and was killed.")
                _send(part, signal.SIGKILL)
                part.process.wait()
            self._guard(f"- {part.process.pid}")

    def _watch(self) -> None:
        while self.watching:
            with self._lock:
                for part in self.parts:
                    self._look_after(part, time.monotonic())
            time.sleep(POLL_SECONDS)

    def _look_after(self, part: Part, now: float) -> None:
        if not part.wanted or part.process is None or (code := part.process.poll()) is None:
            return
        if part.due is None:
            pause = part.next_pause(now)
            part.due = now + pause
            self._guard(f"- {part.process.pid}")
            self.say(f"{part.name} {died(code)}; starting it again in {pause:g} s. Its log: {part.log}")
        elif now >= part.due:
            try:
                self.start(part)
            except OSError as error:
                part.due = now + part.next_pause(now)
                self.say(f"{part.name} cannot be started: {error}.")
            else:
                self.changed()

    def _guard(self, line: str) -> None:
        """Tell the guardian, and start a new one that hears of everything when the old one is gone."""
        if self._guardian is None or self._guardian.poll() is not None:
            self._guardian = subprocess.Popen(  # noqa: S603 - our own module
                [sys.executable, "-I", guardian.__file__],
                stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
            )  # fmt: skip
            known = [f"+ {part.pid} {int(part.stop_signal)} {part.wave}" for part in self.parts if part.pid]
            self._tell([entry for entry in known if entry != line])
        self._tell([line])

    def _tell(self, lines: Sequence[str]) -> None:
        if self._guardian and self._guardian.stdin:
            self._guardian.stdin.write("".join(f"{line}\n" for line in lines).encode())
            self._guardian.stdin.flush()


def _send(part: Part, number: int) -> None:
    if part.process and part.process.poll() is None:
        os.kill(part.process.pid, number)

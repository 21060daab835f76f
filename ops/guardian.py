"""Ends the parts of a stack whose parent was killed outright, so that no process is left behind.

The stack starts this file by its path, so it imports nothing but the standard library, and keeps the writing end of
its standard input. Over it come lines: `+ PID SIGNAL WAVE` when a part has started, `- PID` when it has ended. The pipe
closes when the stack ends, however it ends; what is still listed then is told to stop, wave after wave, so that the
database goes last. A pipe does this on every Unix alike, and the guardian has a session of its own, out of reach of a
Ctrl-C.
"""

import os
import signal
import sys
import time
from collections.abc import Iterable
from contextlib import suppress

PATIENCE_SECONDS = 15.0
POLL_SECONDS = 0.05

Listed = dict[int, tuple[int, int]]


def read(lines: Iterable[str]) -> Listed:
    """The parts still running when the lines end: pid → (signal, wave)."""
    listed: Listed = {}
    for line in lines:
        match line.split():
            case ["+", pid, number, wave]:
                listed[int(pid)] = (int(number), int(wave))
            case ["-", pid]:
                listed.pop(int(pid), None)
    return listed


def running(pid: int) -> bool:
    """Whether a process with this id exists."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def end(listed: Listed) -> None:
    """Tell the parts to stop, wave after wave; kill what does not."""
    for wave in sorted({wave for _, wave in listed.values()}):
        pids = [pid for pid, (_, its) in listed.items() if its == wave]
        for pid in pids:
            send(pid, listed[pid][0])
        until = time.monotonic() + PATIENCE_SECONDS
        while any(running(pid) for pid in pids) and time.monotonic() < until:
            time.sleep(POLL_SECONDS)
        for pid in pids:
            send(pid, signal.SIGKILL)


def send(pid: int, number: int) -> None:
    """Send a signal to a process that may be gone already."""
    with suppress(ProcessLookupError):
        os.kill(pid, number)


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    end(read(sys.stdin))

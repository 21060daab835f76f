"""What the parts of a stack use of the machine, from `/proc`. Where there is none, only the load itself is known."""

import os
import resource
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

PROC = Path("/proc")
LOAD = "load"
"""The name of this process and of what it started to make load."""


def seconds(parts: Mapping[str, Sequence[int]]) -> dict[str, float]:
    """Seconds of processor time that each part has used so far, by its process ids and all that they have started."""
    table = _table()
    used = {name: _seconds_of(pids, table) for name, pids in parts.items()} if table else {}
    ours = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return {LOAD: sum(each.ru_utime + each.ru_stime for each in ours), **used}


def cores(before: Mapping[str, float], after: Mapping[str, float], elapsed: float) -> dict[str, float]:
    """How many cores each part kept busy between two readings."""
    return {name: max(0.0, after[name] - used) / elapsed for name, used in before.items() if name in after}


def forget_peak(pids: Sequence[int]) -> None:
    """Let the peak of memory begin anew for a part."""
    for each in _family(pids, _table()):
        with suppress(OSError):  # not every system lets us; then the peak since the start counts
            (PROC / str(each) / "clear_refs").write_text("5")


def peak_mb(pids: Sequence[int]) -> float | None:
    """The most memory that any one process of a part has held, in MB; None where it cannot be known."""
    peaks = []
    for each in _family(pids, _table()):
        with suppress(OSError):
            peaks.append(peak_in((PROC / str(each) / "status").read_text(encoding="utf-8")))
    return max((peak for peak in peaks if peak is not None), default=None)


def peak_in(status: str) -> float | None:
    """The peak of resident memory in a `/proc/<pid>/status`, in MB."""
    for line in status.splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024 / 1e6
    return None


def parent_and_ticks(stat: str) -> tuple[int, int]:
    """The parent and the clock ticks used, by ended children too, in a `/proc/<pid>/stat`; a name may hold anything."""
    fields = stat.rpartition(")")[2].split()
    return int(fields[1]), sum(int(field) for field in fields[11:15])


def _table() -> dict[int, tuple[int, int]]:
    """Every process with its parent and its ticks."""
    found = {}
    for entry in PROC.glob("[0-9]*"):
        with suppress(OSError, ValueError, IndexError):
            found[int(entry.name)] = parent_and_ticks((entry / "stat").read_text(encoding="utf-8", errors="replace"))
    return found


def _family(pids: Sequence[int], table: Mapping[int, tuple[int, int]]) -> set[int]:
    found, grown = set(pids) & table.keys(), True
    while grown:
        below = {child for child, (parent, _) in table.items() if parent in found} - found
        found, grown = found | below, bool(below)
    return found


def _seconds_of(pids: Sequence[int], table: Mapping[int, tuple[int, int]]) -> float:
    return sum(table[each][1] for each in _family(pids, table)) / os.sysconf("SC_CLK_TCK")

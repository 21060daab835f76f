"""The measure of one request with very many responses."""

from pathlib import Path

from ops.bench import stream as ndjson
from ops.bench import usage
from ops.bench.figures import Measured
from ops.bench.goals import GOALS, Limit
from ops.bench.measuring import Bench, Watched
from ops.bench.stream import NOT_OFFERED, Streamed

# The parts that a stream passes through, whose memory must not grow with it.
PASSED = ("gateway", "surveys")
TENTH = 10


def stream(bench: Bench) -> Measured:
    """One request with very many. One of a tenth goes ahead; the memory that the full one needs more is the growth."""
    measured, watched, own = Measured(GOALS["stream"]), Watched(), bench.site
    if _send(bench, _file(bench, 1)).status in NOT_OFFERED:
        measured.faults.append("not offered")
        return measured
    grew: list[float] = []
    for _ in range(bench.sizes.repetitions):
        own.settle()
        measured.limits.append(bench.limits.sample(Limit.COPY))
        _, before = _peaks(bench, _file(bench, bench.sizes.streamed // TENTH))
        own.settle()
        file = _file(bench, bench.sizes.streamed)
        with watched.over(own):
            done, peaks = _peaks(bench, file)
        measured.samples.append(done.created / done.seconds)
        measured.faults += refusals(done, bench.sizes.streamed)
        grew += [peaks[name] - before[name] for name in peaks.keys() & before.keys()]
    own.settle()
    if grew:
        measured.detail["grew_mb"] = max(0.0, *grew)
    measured.cores = watched.mean
    return measured


def refusals(done: Streamed, count: int) -> list[str]:
    """What was not as it has to be: every line answered, in one answer, as new."""
    if done.status == 200 and done.created == done.lines == count:
        return []
    return [f"{done.created} of {count} were created, status {done.status}, {done.lines} lines: {done.beginning}"]


def _file(bench: Bench, count: int) -> Path:
    file = bench.site.folder / "stream.ndjson.gz"
    ndjson.write(file, bench.crowd.items, count)
    return file


def _send(bench: Bench, file: Path) -> Streamed:
    done = ndjson.send(bench.site.stack.origin, bench.site.token(), file)
    bench.site.acknowledged += done.created
    return done


def _peaks(bench: Bench, file: Path) -> tuple[Streamed, dict[str, float]]:
    """Send a stream; the peak of memory of each part that it passes through."""
    pids = {name: bench.site.pids[name] for name in PASSED}
    for processes in pids.values():
        usage.forget_peak(processes)
    done = _send(bench, file)
    return done, {name: peak for name, processes in pids.items() if (peak := usage.peak_mb(processes)) is not None}

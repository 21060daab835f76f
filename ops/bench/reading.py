"""The measures of what is read: indexes, and the sums made anew."""

from datetime import datetime
from statistics import median

from ops.bench import wrk
from ops.bench.figures import Measured
from ops.bench.goals import GOALS
from ops.bench.measuring import BATCH, Bench, Watched, fill, warm_up
from ops.bench.site import Survey
from ops.bench.stream import bodies
from ops.bench.wrk import Load
from ops.commands.rebuild import follow
from ops.failures import Failure

READERS = 1


def index_p99(bench: Bench) -> Measured:
    """The index of a review with very many answers."""
    pairs = _latencies(bench)
    measured = Measured(GOALS["index_p99"], samples=[large.p99 for _, large in pairs])
    measured.faults = [fault for _, large in pairs for fault in large.faults]
    measured.detail["p50_ms"] = median(large.p50 for _, large in pairs)
    return measured


def index_ratio(bench: Bench) -> Measured:
    """The same against a review with few answers and as many visits, by the median of their times."""
    pairs = _latencies(bench)
    measured = Measured(GOALS["index_ratio"], samples=[large.p50 / small.p50 for small, large in pairs])
    measured.faults = [fault for small, _ in pairs for fault in small.faults]
    measured.detail["few_p50_ms"] = median(small.p50 for small, _ in pairs)
    measured.detail["few_p99_ms"] = median(small.p99 for small, _ in pairs)
    return measured


def rebuild(bench: Bench) -> Measured:
    """All sums anew from the feed."""
    measured, watched = Measured(GOALS["rebuild"]), Watched()
    fill(bench)
    stored = bench.site.stored()
    for _ in range(bench.sizes.repetitions):
        with watched.over(bench.site):
            done = follow(bench.site.api)
        if not done["identical"]:
            measured.faults.append("The new sums differ from the old ones.")
        took = datetime.fromisoformat(done["finished_at"]) - datetime.fromisoformat(done["started_at"])
        measured.samples.append(stored / took.total_seconds())
    measured.detail["responses"] = stored
    measured.cores = watched.mean
    return measured


def _latencies(bench: Bench) -> list[tuple[Load, Load]]:
    """Reading the index of a review with few answers and of one with many, in turns; measured once in a run."""
    if not bench.latencies:
        fill(bench)
        own, few = bench.site, bench.site.survey("few")
        send(bench, few, bench.sizes.few - own.stored(few))
        own.settle()
        requests = (own.reading(few), own.reading(bench.crowd))
        for request in requests:
            warm_up(bench, own, request, READERS)
        for _ in range(bench.sizes.repetitions):
            small, large = (
                wrk.run(request, connections=READERS, seconds=bench.sizes.load_seconds) for request in requests
            )
            bench.latencies.append((small, large))
    return bench.latencies


def send(bench: Bench, survey: Survey, count: int) -> None:
    """Exactly so many responses to a review, which a load by the clock could not send."""
    items = bodies(survey.items, count)
    for start in range(0, count, BATCH):
        several = items[start : start + BATCH]
        _, answer = bench.site.api.post("/responses/batch", {"items": several})
        refused = [one for one in answer["results"] if one["status"] != "created"]
        if refused:
            raise Failure(f"A response was refused: {refused[0]}.")
        bench.site.acknowledged += len(several)

"""The measure of what looks at responses behind the intake: how fast it gets through what a burst has left."""

import time

from ops.bench import wrk
from ops.bench.figures import Measured
from ops.bench.goals import GOALS
from ops.bench.measuring import BATCH, BATCH_CONNECTIONS, Bench, Watched
from ops.bench.site import Site
from ops.failures import Failure

LOOK_SECONDS = 0.1


def examined(bench: Bench) -> Measured:
    """Responses per second that are examined once nobody sends any more."""
    measured, watched = Measured(GOALS["examined"]), Watched()
    request = bench.site.sending(bench.crowd, BATCH)
    left = []
    for _ in range(bench.sizes.repetitions):
        bench.site.settle()
        load = wrk.run(request, connections=BATCH_CONNECTIONS, seconds=bench.sizes.load_seconds)
        bench.site.took(load)
        measured.faults += load.faults
        left.append(bench.site.unexamined())
        with watched.over(bench.site):
            measured.samples.append(left[-1] / _drained(bench.site))
    bench.site.settle()
    measured.detail["left_by_the_burst"] = sum(left) / len(left)
    measured.cores = watched.mean
    return measured


def _drained(site: Site) -> float:
    """Seconds until everything that is stored has been examined. Raises Failure when there was nothing to be done."""
    began = since = time.perf_counter()
    newest, before = site.positions()
    if before >= newest:
        raise Failure("The burst left nothing to be examined.")
    while before < newest:
        time.sleep(LOOK_SECONDS)
        newest, now = site.positions()
        since = time.perf_counter() if now > before else since
        site.patience(since, f"The examination stands at {now} of {newest} and does not get on.")
        before = now
    return time.perf_counter() - began

"""What all measures share: the stack, the limits, loads that are watched, and a database that is filled once."""

import math
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from statistics import median

from ops.bench import usage, wrk
from ops.bench.figures import Measured, mean_of_each
from ops.bench.goals import GOALS
from ops.bench.limits import Limits
from ops.bench.site import Site, Survey, site
from ops.bench.sizes import Sizes
from ops.bench.wrk import Load, Request
from ops.processes import Say

CONNECTIONS = 32
BATCH = 500
BATCH_CONNECTIONS = 8
FILL_SECONDS = 10.0
LEAST_SECONDS = 0.5


@dataclass(slots=True)
class Bench:
    """A run: its own stack and everything that measures need."""

    site: Site
    limits: Limits
    sizes: Sizes
    say: Say
    latencies: list[tuple[Load, Load]] = field(default_factory=list)

    @property
    def crowd(self) -> Survey:
        """The review that all load goes to."""
        return self.site.survey("crowd")


@dataclass(slots=True)
class Watched:
    """Notes of what was kept busy during the repetitions of one measure."""

    cores: list[dict[str, float]] = field(default_factory=list)

    @contextmanager
    def over(self, at: Site) -> Iterator[None]:
        """Note how many cores each part keeps busy within the block."""
        pids = at.pids
        before, started = usage.seconds(pids), time.perf_counter()
        yield
        self.cores.append(usage.cores(before, usage.seconds(pids), time.perf_counter() - started))

    @property
    def mean(self) -> dict[str, float]:
        """Cores by part."""
        return mean_of_each(self.cores)


@contextmanager
def opened(sizes: Sizes, say: Say) -> Iterator[Bench]:
    """A run on a new stack, which is gone afterwards."""
    with ExitStack() as held:
        own = held.enter_context(site(say))
        crowd = own.survey("crowd")
        limits = Limits(own.server, own.folder, crowd.items, sizes, say)
        yield Bench(own, limits, sizes, say)


def warm_up(bench: Bench, at: Site, request: Request, connections: int) -> None:
    """A load that does not count: caches are filled, statements prepared, connections open. A small run has none."""
    if bench.sizes.warm_up_seconds >= LEAST_SECONDS:
        load = wrk.run(request, connections=connections, seconds=bench.sizes.warm_up_seconds)
        if request.items:
            at.took(load)
            at.settle()


def loaded(at: Site, request: Request, connections: int, seconds: float, watched: Watched) -> Load:
    """One load on a stack, remembered and watched."""
    with watched.over(at):
        load = wrk.run(request, connections=connections, seconds=seconds)
    at.took(load)
    return load


def intake(bench: Bench, id: str, request: Callable[[], Request], connections: int) -> Measured:
    """Responses per second of one way in: a warm-up, then repetitions, each right after its limit."""
    measured, watched = Measured(GOALS[id]), Watched()
    warm_up(bench, bench.site, request(), connections)
    loads, behind = [], []
    bench.site.settle()
    for _ in range(bench.sizes.repetitions):
        if measured.goal.limit:
            measured.limits.append(bench.limits.sample(measured.goal.limit))
        loads.append(loaded(bench.site, request(), connections, bench.sizes.load_seconds, watched))
        behind.append(bench.site.settle())
    measured.samples = [load.rate for load in loads]
    measured.faults = [fault for load in loads for fault in load.faults]
    measured.detail = {
        "p50_ms": median(load.p50 for load in loads),
        "p99_ms": median(load.p99 for load in loads),
        "longest_ms": max(load.longest for load in loads),
        "counted_after_s": median(behind),
    }
    measured.cores = watched.mean
    return measured


def fill(bench: Bench) -> None:
    """Have as many responses in the crowd's review as the run is to have, sent in batches through the gateway."""
    rate = 0.0
    while (there := bench.site.stored(bench.crowd)) < bench.sizes.many:
        bench.say(f"Filling: {there:,} of {bench.sizes.many:,} responses …")
        wanted = (bench.sizes.many - there) / rate if rate else 1.0
        request = bench.site.sending(bench.crowd, BATCH)
        load = wrk.run(request, connections=BATCH_CONNECTIONS, seconds=min(FILL_SECONDS, math.ceil(wanted)))
        bench.site.took(load)
        rate = max(load.rate, 1.0)
    bench.site.settle()

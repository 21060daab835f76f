"""Every measure of the intake, and the table of all measures by their ids."""

import asyncio
from collections.abc import Callable, Mapping
from statistics import median

from ops.bench import lag, usage, wrk
from ops.bench.documents import report_pdf, report_xlsx
from ops.bench.examining import examined
from ops.bench.figures import Measured, percentile
from ops.bench.goals import GOALS
from ops.bench.measuring import BATCH, BATCH_CONNECTIONS, CONNECTIONS, Bench, Watched, fill, intake, loaded, warm_up
from ops.bench.reading import index_p99, index_ratio, rebuild
from ops.bench.site import Site, site
from ops.bench.streaming import stream
from ops.bench.wrk import Load
from ops.failures import Failure


def single_gateway(bench: Bench) -> Measured:
    """Single responses through the gateway."""
    return intake(bench, "single_gateway", lambda: bench.site.sending(bench.crowd), CONNECTIONS)


def single_direct(bench: Bench) -> Measured:
    """Single responses straight to the surveys service."""
    return intake(bench, "single_direct", lambda: bench.site.sending_direct(bench.crowd), CONNECTIONS)


def batch(bench: Bench) -> Measured:
    """Batches of 500."""
    return intake(bench, "batch", lambda: bench.site.sending(bench.crowd, BATCH), BATCH_CONNECTIONS)


def lag_p99(bench: Bench) -> Measured:
    """From acknowledged to counted, under the load of `single_gateway`."""
    measured, watched = Measured(GOALS["lag_p99"]), Watched()
    rates: list[float] = []
    every: list[float] = []
    bench.site.survey("probe", visits=1)
    for _ in range(bench.sizes.repetitions):
        bench.site.settle()
        with watched.over(bench.site):
            load, seconds = asyncio.run(_lags(bench))
        bench.site.took(load)
        measured.samples.append(percentile(seconds, 0.99))
        measured.faults += load.faults
        rates.append(load.rate)
        every += seconds
    bench.site.settle()
    measured.detail = {"p50_s": median(every), "longest_s": max(every), "probes": len(every), "load": median(rates)}
    measured.cores = watched.mean
    return measured


def grown(bench: Bench) -> Measured:
    """Single responses with very many stored, in turns with an empty stack beside it."""
    measured, watched, unwatched = Measured(GOALS["grown"]), Watched(), Watched()
    fill(bench)
    measured.detail["stored"] = bench.site.stored()
    with site(bench.say) as empty:
        both = ((empty, unwatched), (bench.site, watched))
        for at, _ in both:
            at.survey("crowd")
            at.checkpoint()
            warm_up(bench, at, at.sending(at.survey("crowd")), CONNECTIONS)
        for _ in range(bench.sizes.repetitions):
            before, after = (_single(at, bench.sizes.load_seconds, noting) for at, noting in both)
            measured.limits.append(before.rate)
            measured.samples.append(after.rate)
            measured.faults += [*before.faults, *after.faults]
    measured.cores = watched.mean
    return measured


def surveys_rss(bench: Bench) -> Measured:
    """The most memory of a surveys process while single responses and then batches come in."""
    measured = Measured(GOALS["surveys_rss"])
    for _ in range(bench.sizes.repetitions):
        usage.forget_peak(bench.site.pids["surveys"])
        for many, connections in ((0, CONNECTIONS), (BATCH, BATCH_CONNECTIONS)):
            request = bench.site.sending(bench.crowd, many)
            load = wrk.run(request, connections=connections, seconds=bench.sizes.load_seconds)
            bench.site.took(load)
            measured.faults += load.faults
        peak = usage.peak_mb(bench.site.pids["surveys"])
        if peak is None:
            raise Failure("This system does not tell in /proc how much memory a process has.")
        measured.samples.append(peak)
        bench.site.settle()
    return measured


MEASURES: Mapping[str, Callable[[Bench], Measured]] = {
    "single_gateway": single_gateway, "single_direct": single_direct, "batch": batch, "stream": stream,
    "examined": examined, "lag_p99": lag_p99, "surveys_rss": surveys_rss, "report_pdf": report_pdf,
    "report_xlsx": report_xlsx, "grown": grown, "index_p99": index_p99, "index_ratio": index_ratio, "rebuild": rebuild,
}  # fmt: skip


def _single(at: Site, seconds: float, watched: Watched) -> Load:
    load = loaded(at, at.sending(at.survey("crowd")), CONNECTIONS, seconds, watched)
    at.settle()
    return load


async def _lags(bench: Bench) -> tuple[Load, list[float]]:
    request, seconds = bench.site.sending(bench.crowd), bench.sizes.lag_seconds
    load = asyncio.create_task(asyncio.to_thread(wrk.run, request, connections=CONNECTIONS, seconds=seconds))
    probes = await lag.probe(bench.site, bench.site.survey("probe"), load)
    return await load, probes.lags

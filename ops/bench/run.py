"""A run: the chosen measures one after the other, on one stack, with the machine's own limits."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from ops.bench import wrk
from ops.bench.figures import Measured
from ops.bench.goals import GOALS, LIMITS, Limit
from ops.bench.measures import MEASURES
from ops.bench.measuring import Bench, opened
from ops.bench.sizes import Sizes
from ops.failures import Failure
from ops.processes import Say


@dataclass(slots=True)
class Outcome:
    """What a run found."""

    measured: list[Measured] = field(default_factory=list)
    limits: dict[Limit, list[float]] = field(default_factory=dict)

    @property
    def failed(self) -> list[Measured]:
        """Measures that gave no figure although what they measure is there."""
        return [one for one in self.measured if not one.samples and one.faults != ["not offered"]]


def run(ids: Sequence[str], sizes: Sizes, say: Say) -> Outcome:
    """Measure what is chosen. A measure that fails says so in its place, and the others go on.

    Raises Failure when nothing can be measured: no load generator, or no stack.
    """
    wrk.binary()
    outcome = Outcome()
    say("Starting a stack of its own …")
    with opened(sizes, say) as bench:
        beside = {GOALS[id].limit for id in ids}  # they are measured beside each repetition
        for limit in LIMITS:
            if limit not in beside:
                say(f"Limit: {limit} …")
                bench.limits.sample(limit)
        for id in GOALS:
            if id in ids:
                say(f"Measuring {id} …")
                outcome.measured.append(_measured(id, bench))
        outcome.limits = {limit: found for limit in LIMITS if (found := bench.limits.samples.get(limit))}
    return outcome


def _measured(id: str, bench: Bench) -> Measured:
    try:
        return MEASURES[id](bench)
    except Failure as failure:
        return Measured(GOALS[id], faults=[" ".join((failure.sentence, failure.detail)).strip()])

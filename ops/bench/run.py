"""A run: the chosen measures one after the other, with the machine's own limits."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from ops.bench import wrk
from ops.bench.figures import Measured
from ops.bench.goals import FULL, GOALS, LIMITS, Limit
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
    beside = {GOALS[id].limit for id in ids}  # they are measured beside each repetition
    alone = [limit for limit in LIMITS if limit not in beside]
    chosen = [id for id in GOALS if id in ids]
    for several in ([id for id in chosen if id not in FULL], [id for id in chosen if id in FULL]):
        if several:
            say("Starting a stack of its own …")
            with opened(sizes, say) as bench:
                _measure(several, alone, bench, outcome)
            alone = []
    outcome.limits = {limit: outcome.limits[limit] for limit in LIMITS if limit in outcome.limits}
    return outcome


def _measure(ids: Sequence[str], alone: Sequence[Limit], bench: Bench, outcome: Outcome) -> None:
    """Some measures on one stack, after the limits that are measured by themselves."""
    for limit in alone:
        bench.say(f"Limit: {limit} …")
        bench.limits.sample(limit)
    for id in ids:
        bench.say(f"Measuring {id} …")
        outcome.measured.append(_measured(id, bench))
    for limit, found in bench.limits.samples.items():
        outcome.limits.setdefault(limit, []).extend(found)


def _measured(id: str, bench: Bench) -> Measured:
    try:
        return MEASURES[id](bench)
    except Failure as failure:
        return Measured(GOALS[id], faults=[" ".join((failure.sentence, failure.detail)).strip()])

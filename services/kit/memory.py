"""The collector of garbage, told what not to look at.

A process of ours holds some hundred thousand objects from its start to its end: modules, models, routes. Looking
through them stops every request for tens of milliseconds, again and again, and finds nothing.
"""

import gc
from functools import cache

YOUNG = 20_000
"""New objects after which the young ones are looked through. The usual 700 are those of a few requests."""


@cache
def settle() -> None:
    """To be called when everything a process starts with is there: from now on only what comes later is looked at.

    Only the first call of a process does anything: what a second one finds may be garbage, and would be kept for good.
    """
    gc.freeze()
    gc.set_threshold(YOUNG, 10, 10)

"""The benchmark: a whole stack of its own, load from outside, and the machine's own limits measured beside it."""

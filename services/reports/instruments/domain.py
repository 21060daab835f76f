"""What makes an instrument sound, beyond the shape of its fields."""

from collections.abc import Iterator, Sequence

Fault = tuple[str, str, str]
"""JSON pointer, code, sentence."""


def faults(indicators: Sequence[tuple[str, str]], dimensions: Sequence[str]) -> Iterator[Fault]:
    """What keeps these indicators, given as key and dimension, from being scored under these dimensions."""
    seen: set[str] = set()
    for place, (key, dimension) in enumerate(indicators):
        if key in seen:
            yield f"/indicators/{place}/key", "repeated", "An indicator above has this key."
        if key in dimensions:
            yield f"/indicators/{place}/key", "dimension", "A dimension has this key."
        if dimension not in dimensions:
            yield f"/indicators/{place}/dimension", "unknown_dimension", f"There are {', '.join(dimensions)}."
        seen.add(key)

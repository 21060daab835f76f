"""Shapes of JSON: what a reader of a golden file may rely on, without the values."""

from typing import Any


def shape(value: Any) -> Any:
    """Fields and kinds of a decoded JSON value; a list is the set of the shapes in it."""
    if isinstance(value, dict):
        return {key: shape(part) for key, part in sorted(value.items())}
    if isinstance(value, list):
        kinds: list[Any] = []
        for part in value:
            if (kind := shape(part)) not in kinds:
                kinds.append(kind)
        return kinds
    return type(value).__name__

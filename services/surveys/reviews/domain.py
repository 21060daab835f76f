"""What may change in a review, and when."""

from collections.abc import Mapping
from typing import Any

# Answers were given under these; changing them would change what the answers mean.
FIXED_ONCE_OPEN = ("questionnaire", "simulated")

MOVES = {"open": ("planned", "closed"), "closed": ("open",)}
"""Target status → the statuses it can be reached from."""


def may_move(current: str, target: str) -> bool:
    """Whether a review in one status can go to another."""
    return current in MOVES[target]


def fixed(current: Mapping[str, Any], wanted: Mapping[str, Any]) -> list[str]:
    """The fields that a change touches and may not touch."""
    names = ("region",) if current["status"] == "planned" else ("region", *FIXED_ONCE_OPEN)
    return [name for name in names if current[name] != wanted[name]]


def within(region: str, outer: str | None) -> bool:
    """Whether a region is the outer one or lies in it; None is the whole country."""
    return outer is None or region == outer or region.startswith(outer + ".")

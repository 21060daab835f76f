"""The rules behind flags: dated data with names and versions, read once from `data/rules.json`."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

FILE = Path(__file__).parent / "data" / "rules.json"


@dataclass(frozen=True, slots=True)
class Rule:
    """One version of a rule. It holds for what was received from `valid_from` on, until a later version does."""

    rule: str
    version: int
    valid_from: date
    title: Mapping[str, str]
    thresholds: Mapping[str, int]
    why: str
    can: str
    cannot: str


@cache
def every() -> Sequence[Rule]:
    """All versions of all rules."""
    return tuple(
        Rule(**entry | {"valid_from": date.fromisoformat(entry["valid_from"])})
        for entry in json.loads(FILE.read_text(encoding="utf-8"))
    )


@cache
def on(day: date) -> Mapping[str, Rule]:
    """The rules that hold for what was received on a day, by name."""
    return newest(every(), day)


def newest(rules: Sequence[Rule], day: date) -> dict[str, Rule]:
    """Of each rule the last version that was valid on a day."""
    return {each.rule: each for each in sorted(rules, key=lambda each: each.version) if each.valid_from <= day}

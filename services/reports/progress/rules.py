"""The rules of achievement that this installation carries, read once."""

import json
from functools import cache
from importlib.resources import files

from services.reports.progress.domain import Rule, UnknownRule


@cache
def every() -> tuple[Rule, ...]:
    """The newest version of each rule, the default one first."""
    folder = files("services.reports.progress").joinpath("data")
    texts = [entry.read_text(encoding="utf-8") for entry in folder.iterdir() if entry.name.endswith(".json")]
    newest: dict[str, Rule] = {}
    for rule in sorted(map(_read, texts), key=lambda rule: rule.version):
        newest[rule.id] = rule
    return tuple(sorted(newest.values(), key=lambda rule: rule.since))


def find(id: str | None) -> Rule:
    """A rule by its id; the oldest one when none is named. Raises UnknownRule."""
    for rule in every():
        if id is None or rule.id == id:
            return rule
    known = ", ".join(rule.id for rule in every())
    raise UnknownRule(f"There is no rule {(id or '')[:80]!r}; there are {known}.")


def _read(text: str) -> Rule:
    content = json.loads(text)
    every_indicator = {"all": True, "any": False}[content.pop("indicators")]
    missing_counts = {"not_reached": True, "left_out": False}[content.pop("missing_achievement")]
    dimensions = {one["key"]: one["label"] for one in content.pop("dimensions")}
    return Rule(every_indicator=every_indicator, missing_counts=missing_counts, dimensions=dimensions, **content)

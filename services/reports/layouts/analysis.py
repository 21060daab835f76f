"""What follows from the figures: strengths, weaknesses, and the plan of what is done about the lowest elements."""

from collections.abc import Iterator, Mapping
from typing import Any

from services.reports.layouts.blocks import Block, Table, Text
from services.reports.layouts.language import Language

Snapshot = dict[str, Any]
NAMED = 3
"""How many elements are named as the highest and as the lowest; more when the last of them are equal."""


def strengths(report: Snapshot, lang: Language) -> Iterator[Block]:
    """The highest and the lowest elements."""
    known = [one for one in report["figures"]["elements"] if one["rank"] is not None]
    if not known:
        yield Text(lang.text("plan.nothing"))
        return
    if len({one["converted"] for one in known}) == 1:
        yield Text(lang.text("all.equal", value=lang.number(known[0]["converted"])))
        return
    worst = {one["element"]: one["priority"] for one in report["priorities"]}
    most = min(NAMED, len(known) // 2)
    yield Text(lang.text("strengths", elements=_named([one for one in known if one["rank"] <= most], lang)))
    yield Text(lang.text("weaknesses", elements=_named([one for one in known if worst[one["key"]] <= most], lang)))


def _named(elements: list[Mapping[str, Any]], lang: Language) -> str:
    return ", ".join(
        lang.text("valued", label=lang.words(one["label"]), value=lang.number(one["converted"]))
        for one in sorted(elements, key=lambda one: one["rank"])
    )


def plan(report: Snapshot, lang: Language) -> Iterator[Block]:
    """The follow-up plan, from the lowest elements upwards; equal ones share a priority."""
    by_key = {one["key"]: one for one in report["figures"]["elements"]}
    if not report["priorities"]:
        yield Text(lang.text("plan.nothing"))
        return
    none = lang.text("plan.none")
    rows = [
        (lang.number(one["priority"]), lang.words(by_key[one["element"]]["label"]),
         lang.number(by_key[one["element"]]["converted"]), none, none, none)
        for one in report["priorities"]
    ]  # fmt: skip
    header = [lang.text(name) for name in ("priority", "element", "converted", "action", "due", "owner")]
    yield Table(lang.text("plan"), header, rows, (True, False, True, False, False, False), (2, 5, 2, 6, 3, 4))

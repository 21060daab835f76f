"""What follows from the figures: strengths, weaknesses, and the plan of what is done about the lowest elements."""

from collections.abc import Iterator, Mapping
from typing import Any

from services.reports.layouts.blocks import Block, Points, Table, Text
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


def aspirations(report: Snapshot, lang: Language) -> Iterator[Block]:
    """What respondents asked for, as far as the team accepted it."""
    accepted = report["aspirations"]
    if not accepted["items"]:
        yield Text(lang.text("aspirations.none"))
        return
    yield Text(lang.text("aspirations.lead"))
    yield Points([f"“{one['text']}”" for one in accepted["items"]])
    if accepted["more"]:
        yield Text(lang.text("aspirations.more", count=lang.number(len(accepted["items"]))), note=True)


def plan(report: Snapshot, lang: Language) -> Iterator[Block]:
    """The follow-up plan: from the lowest elements upwards, where equal ones share a priority, and what is done about
    aspirations."""
    if report["priorities"]:
        header = [lang.text(name) for name in ("priority", "element", "converted", "action", "due", "owner", "state")]
        rows = [row for one in report["priorities"] for row in _of_element(one, report, lang)]
        numeric = (True, False, True, False, False, False, False)
        yield Table(lang.text("plan"), header, rows, numeric, (2, 5, 2, 6, 3, 4, 3))
    else:
        yield Text(lang.text("plan.nothing"))
    if asked := [one for one in report["plan"] if one["element"] is None]:
        header = [lang.text(name) for name in ("action", "due", "owner", "state")]
        rows = [_planned(one, lang) for one in asked]
        yield Table(lang.text("plan.asked"), header, rows, (False,) * 4, (6, 3, 4, 3))


def _of_element(one: Mapping[str, Any], report: Snapshot, lang: Language) -> Iterator[tuple[str, ...]]:
    element = next(each for each in report["figures"]["elements"] if each["key"] == one["element"])
    head = lang.number(one["priority"]), lang.words(element["label"]), lang.number(element["converted"])
    planned = [_planned(each, lang) for each in report["plan"] if each["element"] == one["element"]]
    for row in planned or [(lang.text("plan.none"), "–", "–", "–")]:
        yield (*head, *row)


def _planned(one: Mapping[str, Any], lang: Language) -> tuple[str, str, str, str]:
    state = lang.text(f"state.{one['state']}")
    due = lang.date(one["deadline"])
    return one["title"], due, one["agency"] or "–", f"{state} ({lang.text('overdue')})" if one["overdue"] else state

"""The parts of a document, each from the snapshot: what is said, not how it is set."""

from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

from services.reports.charts.domain import Chart, svg
from services.reports.layouts import pictures
from services.reports.layouts.blocks import Block, Facts, Picture, Points, Scores, Signature, Table, Text
from services.reports.layouts.language import Language

Snapshot = dict[str, Any]

YEARLY = "PermenPANRB 14/2017"


def region(report: Snapshot, lang: Language) -> str:
    """The region in words, or by its code where nobody knew what it is called."""
    return report["region"]["name"] or lang.text("region.code", code=report["region"]["code"])


def background(report: Snapshot, lang: Language) -> Iterator[Block]:
    """What this is about."""
    where = {"title": lang.words(report["title"]), "region": region(report, lang)}
    yield Text(lang.text("background", period=lang.period(report["review"]["period"]), **where))
    if report["method"]["source"] == YEARLY:
        yield Text(lang.text("background.yearly"))


def legal_base(report: Snapshot, lang: Language) -> Iterator[Block]:
    """By which rules."""
    method = report["method"]
    source = [lang.text("legal.method", source=method["source"])] if method["source"] else []
    yield Points([*source, lang.text("legal.privacy")])


def purpose(_: Snapshot, lang: Language) -> Iterator[Block]:
    """What for."""
    yield Points([lang.text(f"purpose.{place}") for place in (1, 2, 3)])


def collector(report: Snapshot, lang: Language) -> Iterator[Block]:
    """Who collected."""
    stated = report["stated"]["collection"]
    facts = [(lang.text("who"), stated["by"] or lang.text("unrecorded"))]
    if report["agency"]:
        facts.append((lang.text("agency"), report["agency"]))
    yield Facts(facts)


def way(report: Snapshot, lang: Language) -> Iterator[Block]:
    """How it was collected, and with what."""
    form, method = report["questionnaire"], report["method"]
    low, high = (lang.number(value) for value in method["scale"])
    scored = sum(one["kind"] == "score" for one in form["questions"])
    version = lang.number(form["version_number"])
    told = lang.text("instrument.of", title=lang.words(form["title"]), version=version, count=scored)
    yield Facts(
        [
            (lang.text("how"), report["stated"]["collection"]["how"] or lang.text("unrecorded")),
            (lang.text("instrument"), told),
            (lang.text("scale"), lang.text("scale.of", low=low, high=high)),
        ]
    )


def places(report: Snapshot, lang: Language) -> Iterator[Block]:
    """Where."""
    rows = [
        (
            one["name"],
            one["program_name"] or "–",
            one["agency"] or lang.text("unrecorded"),
            lang.date(one["date"]) if one["date"] else lang.text("unrecorded"),
            lang.number(one["target"]),
        )
        for one in report["visits"]
    ]
    header = [lang.text(name) for name in ("place", "program", "agency", "day", "target")]
    yield Table(lang.text("places"), header, rows, (False, False, False, False, True), (5, 4, 4, 3, 2))


def time(report: Snapshot, lang: Language) -> Iterator[Block]:
    """When."""
    days = sorted({one["date"] for one in report["visits"] if one["date"]})
    told = "; ".join(lang.date(day) for day in days) or lang.text("unrecorded")
    yield Facts([
        (lang.text("review.period"), lang.period(report["review"]["period"])), (lang.text("visit.days"), told)
    ])  # fmt: skip


def sample(report: Snapshot, lang: Language) -> Iterator[Block]:
    """Whether enough people were asked."""
    found, figures = report["figures"]["sample"], report["figures"]
    reached = lang.text("withheld") if figures["suppressed"] else lang.number(figures["respondents"])
    facts = [(lang.text("reached"), reached)]
    if found:
        facts = [
            (lang.text("population"), lang.number(found["population"])),
            (lang.text("required"), lang.number(found["required"])),
            *facts,
            (lang.text("enough"), lang.text("enough.yes" if found["enough"] else "enough.no")),
        ]
    else:
        facts = [
            (lang.text("population"), lang.text("unrecorded")), *facts,
            (lang.text("enough"), lang.text("enough.unknown")),
        ]  # fmt: skip
    left_out = lang.text("withheld") if report["left_out"] is None else lang.number(report["left_out"])
    yield Facts([*facts, (lang.text("left_out"), left_out)])


def respondents(report: Snapshot, lang: Language) -> Iterator[Block]:
    """Who they are, as far as it was asked."""
    if not report["groups"]:
        yield Text(lang.text("groups.none"))
    hidden = False
    answered = [one for one in report["groups"] if any(_counts(group) for group in one["groups"])]
    for grouping in answered:
        hidden = hidden or any(group["suppressed"] for group in grouping["groups"])
        yield _groups(report, grouping, lang)
    if hidden:
        yield Text(lang.text("suppressed.groups"), note=True)
    if silent := [lang.words(one["label"]).lower() for one in report["groups"] if one not in answered]:
        yield Text(lang.text("groups.silent", what=", ".join(silent)), note=True)


def _counts(group: Mapping[str, Any]) -> bool:
    """Whether somebody, as far as it may be told, is in a group of those who gave an answer."""
    return bool(group["value"] and group["respondents"] != 0)


def _groups(report: Snapshot, grouping: Mapping[str, Any], lang: Language) -> Table:
    header = [lang.text(name) for name in ("group", "n", "share", "ikm", "grade")]
    total = report["figures"]["respondents"]
    rows = []
    for group in grouping["groups"]:
        if group["suppressed"]:
            rows.append((lang.words(group["label"]), lang.text("withheld"), "", "", ""))
            continue
        share = f"{lang.number(percent(group['respondents'], total))}%" if total else "–"
        figures = lang.number(group["respondents"]), share, lang.number(group["index"]), group["grade"] or "–"
        rows.append((lang.words(group["label"]), *figures))
    caption = grouped_by(grouping, lang)
    return Table(caption, header, rows, (False, True, True, True, False), (6, 3, 2, 2, 2))


def grouped_by(grouping: Mapping[str, Any], lang: Language) -> str:
    """By what respondents are grouped, as a caption."""
    if label := grouping["label"]:
        return lang.text("groups.by", what=lang.words(label).lower())
    return lang.text(f"groups.{grouping['key']}")


def percent(part: int, whole: int) -> str:
    """A share in percent, with one decimal, half up."""
    tenths = (2000 * part + whole) // (2 * whole)
    return f"{tenths // 10}.{tenths % 10}"


def headline(report: Snapshot, lang: Language) -> list[tuple[str, str]]:
    """The index with what belongs to it."""
    figures = report["figures"]
    if figures["suppressed"]:
        return [(lang.text("ikm"), lang.text("withheld"))]
    if figures["index"] is None:
        return [(lang.text("ikm"), lang.text("unanswered"))]
    facts = [(lang.text("ikm"), lang.number(figures["index"]))]
    if figures["grade"]:
        facts.append((lang.text("grade"), figures["grade"]))
        facts.append((lang.text("performance"), lang.words(figures["performance"])))
    return [*facts, (lang.text("respondents"), lang.number(figures["respondents"]))]


def results(report: Snapshot, lang: Language) -> Iterator[Block]:
    """The index and each element of it."""
    figures, method = report["figures"], report["method"]
    if figures["suppressed"] or figures["index"] is None:
        yield Text(lang.text("suppressed.whole" if figures["suppressed"] else "unanswered"))
        return
    facts = headline(report, lang)
    if interval := figures["confidence"]:
        low, high = lang.number(interval["low"]), lang.number(interval["high"])
        facts.append((lang.text("interval"), lang.text("interval.of", low=low, high=high)))
    yield Facts([(lang.text("ikm.long"), facts[0][1]), *facts[1:]])
    header = [
        lang.text(name) for name in ("code", "element", "n", "sum", "mean", "weight", "weighted", "converted", "rank")
    ]
    rows = [_element(one, lang) for one in figures["elements"]]
    numeric = (False, False, True, True, True, True, True, True, True)
    yield Table(lang.text("elements"), header, rows, numeric, (2, 6, 2, 3, 3, 2, 3, 3, 3))
    yield Text(lang.text("elements.note", factor=lang.number(method["factor"])), note=True)
    yield from _drawn(pictures.elements(report | {"elements": figures["elements"]}, lang))


def _drawn(chart: Chart) -> Iterator[Block]:
    if pictures.worth_drawing(chart):
        yield Picture(chart, svg(chart))


def _element(one: Mapping[str, Any], lang: Language) -> tuple[str, ...]:
    head = (one["code"] or "–", lang.words(one["label"]))
    if one["n"] is None:
        return (*head, lang.text("withheld"), *[""] * 6)
    numbers = (lang.number(one[name]) for name in ("n", "sum", "mean"))
    rest = (lang.number(one[name]) for name in ("weighted", "converted", "rank"))
    return (*head, *numbers, one["weight"], *rest)


def trend(report: Snapshot, lang: Language) -> Iterator[Block]:
    """What came out before."""
    if len(report["trend"]) < 2:
        yield Text(lang.text("trend.first"))
        return
    header = [lang.text(name) for name in ("trend.review", "period", "n", "ikm", "grade", "trend.method")]
    rows = []
    for one in report["trend"]:
        n = lang.text("withheld") if one["suppressed"] else lang.number(one["respondents"])
        figures = n, lang.number(one["index"]), one["grade"] or "–"
        rows.append((lang.words(one["title"]), lang.period(one["period"]), *figures, one["method"]))
    yield Table(lang.text("trend"), header, rows, (False, False, True, True, False, False), (6, 5, 2, 2, 2, 3))
    yield from _drawn(pictures.trend(report, lang))
    yield Text(lang.text("trend.note"), note=True)


def conclusion(report: Snapshot, lang: Language) -> Iterator[Block]:
    """In a sentence or two."""
    figures = report["figures"]
    if figures["suppressed"] or figures["index"] is None:
        yield Text(lang.text("conclusion.nothing"))
        return
    told = {
        "title": lang.words(report["title"]), "index": lang.number(figures["index"]),
        "n": lang.number(figures["respondents"]),
    }  # fmt: skip
    if figures["grade"]:
        told |= {"grade": figures["grade"], "performance": lang.words(figures["performance"])}
    yield Text(lang.text("conclusion" if figures["grade"] else "conclusion.ungraded", **told))
    yield Text(lang.text("advice"))


def signature(report: Snapshot, lang: Language) -> Iterator[Block]:
    """Where it is signed, with dots for what nobody said."""
    by = report["stated"]["signatory"] or {}
    place, number = by.get("place"), by.get("id_number")
    above = [
        lang.text("signed.place", place=place) if place else lang.text("signed.nowhere"),
        f"{by['position']}," if by.get("position") else lang.text("signed.position"),
    ]
    below = [by.get("name") or lang.text("signed.name")]
    below.append(lang.text("signed.nip", number=number) if number else lang.text("signed.nip.none"))
    yield Signature(above, below)


def scores(report: Snapshot, lang: Language) -> Iterator[Block]:
    """Each respondent's scores, with sum, mean, weighted mean and index below them."""
    appendix, figures = report["appendix"], report["figures"]
    if appendix is None:
        yield Text(lang.text("appendix.none"))
        return
    by_key = {one["key"]: one for one in figures["elements"]}
    shown = [by_key.get(key) for key in appendix["elements"]]
    header = [one["code"] or one["key"] if one else key for one, key in zip(shown, appendix["elements"], strict=True)]

    def line(name: str, member: str) -> list[str]:
        return [lang.text(name), *(lang.number(one[member] if one else None) for one in shown)]

    total = Fraction(figures["exact"]) / Fraction(report["method"]["factor"])
    places = f"{float(total):.4f}"
    index = lang.text(
        "row.index", factor=lang.number(report["method"]["factor"]), total=lang.number(places),
        index=lang.number(figures["index"]),
    )  # fmt: skip
    totals = [line("row.sum", "sum"), line("row.mean", "mean"), line("row.weighted", "weighted"), [index]]
    yield Text(lang.text("appendix.note"), note=True)
    yield Scores(lang.text("appendix.caption"), ["No", *header], appendix["rows"], totals)


def questionnaire(report: Snapshot, lang: Language) -> Iterator[Block]:
    """What was asked."""
    rows = []
    for one in report["questionnaire"]["questions"]:
        if one["kind"] == "text":
            options = lang.text("answers.text")
        elif one["options_from"]:
            options = lang.text("answers.visit")
        else:
            scored = one["kind"] == "score"
            said = [(each["value"], lang.words(each["label"])) for each in one["options"] or ()]
            options = "; ".join(f"{value} = {label}" if scored else label for value, label in said)
        rows.append((one["code"] or "–", lang.words(one["text"]), options))
    header = [lang.text(name) for name in ("code", "question", "answers")]
    caption = lang.words(report["questionnaire"]["title"])
    yield Table(caption, header, rows, (False, False, False), (1, 6, 6))


def origin(report: Snapshot, lang: Language) -> Iterator[Block]:
    """How the figures were made, and from what."""
    method, review, cursor = report["method"], report["review"], report["cursor"]
    label, version = lang.words(method["label"]), lang.number(method["version"])
    bands = [
        lang.text(
            "band.of", grade=band["grade"], low=lang.number(band["low"]), high=lang.number(band["high"]),
            performance=lang.words(band["performance"]),
        )
        for band in method["bands"]
    ]  # fmt: skip
    read = lang.text(
        "cursor.of", responses=cursor["responses"] or lang.text("unrecorded"),
        registry=cursor["registry"] or lang.text("unrecorded"),
    )  # fmt: skip
    facts = [
        (lang.text("method"), lang.text("method.of", label=label, version=version, id=method["id"])),
        (lang.text("source"), method["source"] or lang.text("unrecorded")),
        (lang.text("rounding"), lang.text("rounding.of")),
        (lang.text("not_applicable"), lang.text("not_applicable.of")),
        (lang.text("bands"), "; ".join(bands) or lang.text("unrecorded")),
        (lang.text("cursor"), read),
        (lang.text("data.digest"), report["data_digest"]),
        (lang.text("review.source"), review["source"] or lang.text("unrecorded")),
    ]
    if review["note"]:
        facts.append((lang.text("review.note"), lang.words(review["note"])))
    yield Facts(facts)

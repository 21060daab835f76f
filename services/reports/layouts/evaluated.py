"""The parts of a report of the ministry's evaluation, each from the snapshot."""

from collections.abc import Iterator
from typing import Any

from services.reports.charts.domain import Chart, Point, svg
from services.reports.layouts.blocks import Block, Facts, Picture, Table, Text
from services.reports.layouts.evaluated_rows import decimal
from services.reports.layouts.language import Language

Snapshot = dict[str, Any]


def year(report: Snapshot, lang: Language) -> str:
    """The year that was evaluated, with the edition."""
    said = report["evaluation"]
    return lang.text("evaluation.year", year=said["year"], edition=lang.number(said["edition"]))


def headline(report: Snapshot, lang: Language) -> list[tuple[str, str]]:
    """The index with what belongs to it."""
    result = report["result"]
    facts = [(lang.text("evaluation.index"), lang.number(result["index"]))]
    facts += [(_within(one, report, lang), _rank(one, lang)) for one in report["ranks"][:1]]
    return [*facts, (lang.text("evaluation.assessors"), lang.number(result["assessors"]))]


def subject(report: Snapshot, lang: Language) -> Iterator[Block]:
    """What was evaluated, and where its scores come from."""
    said = report["evaluation"]
    source = said["source"]
    facts = [
        (lang.text("evaluation.of"), year(report, lang)),
        (lang.text("evaluation.published"), lang.day_of(said["published_at"])),
        (lang.text("evaluation.assessors"), lang.number(report["result"]["assessors"])),
        (lang.text("evaluation.scores"), lang.text("evaluation.recorded" if source else "evaluation.given")),
    ]
    if source:
        facts.append((lang.text("evaluation.source"), _source(source, lang)))
    if said["instrument"]:
        facts.append((lang.text("evaluation.instrument"), lang.words(said["instrument"]["title"])))
    if said["note"]:
        facts.append((lang.text("evaluation.note"), lang.words(said["note"])))
    yield Facts(facts)


def method(report: Snapshot, lang: Language) -> Iterator[Block]:
    """How scores become the index."""
    how = report["method"]
    scale = lang.text("scale.of", low=lang.number(how["scale"]["low"]), high=lang.number(how["scale"]["high"]))
    yield Facts([
        (lang.text("method"), method_name(report, lang)),
        (lang.text("scale.scores"), scale),
        (lang.text("rounding"), lang.text("evaluation.rounding", places=_places(report))),
        *((lang.text("source"), _source(one, lang)) for one in how["sources"]),
    ])  # fmt: skip
    if not how["scale"]["confirmed"]:
        yield Text(lang.words(how["scale"]["note"]), note=True)
    yield Text(lang.words(how["note"]), note=True)


def method_name(report: Snapshot, lang: Language) -> str:
    """Its name, version and id."""
    how = report["method"]
    label, version = lang.words(how["label"]), lang.number(how["version"])
    return lang.text("method.of", label=label, version=version, id=how["id"])


def _places(report: Snapshot) -> str:
    return str(len(report["result"]["index"].partition(".")[2]))


def _source(source: dict[str, Any], lang: Language) -> str:
    told = [source["title"], source["url"] or ""]
    if source["accessed"]:
        told.append(lang.text("evaluation.accessed", day=lang.date(source["accessed"])))
    return ", ".join(filter(None, told))


def weight(exact: str, lang: Language) -> str:
    """A weight as a decimal where it is one, else as the fraction it is."""
    told = decimal(exact)
    return told if "/" in told else lang.number(told)


def dimensions(report: Snapshot, lang: Language) -> Iterator[Block]:
    """Each dimension's score, and the index that they make."""
    result = report["result"]
    header = [lang.text(name) for name in ("dimension", "weight", "score", "score.weighted", "basis")]
    rows = [
        (lang.words(one["label"]), weight(one["weight"], lang), lang.number(one["score"]),
         lang.number(one["weighted"]), lang.text(f"basis.{one['basis']}"))
        for one in result["dimensions"]
    ]  # fmt: skip
    yield Table(lang.text("dimensions"), header, rows, (False, True, True, True, False), (5, 2, 2, 3, 5))
    yield Facts([
        (lang.text("evaluation.index"), lang.number(result["index"])),
        (lang.text("evaluation.exact"), result["exact"]),
        (lang.text("evaluation.plain"), lang.number(result["plain_mean"])),
    ])  # fmt: skip
    chart = _chart(report, lang)
    yield Picture(chart, svg(chart))


def _chart(report: Snapshot, lang: Language) -> Chart:
    scale = report["method"]["scale"]
    points = [
        Point(one["key"], lang.words(one["label"]), one["score"], lang.number(one["score"]))
        for one in report["result"]["dimensions"]
    ]
    return Chart(
        name="dimensions", style="bars", title=lang.text("dimensions"), points=points, bounds=(), low=scale["low"],
        high=scale["high"], axis=lang.text("score"),
        simulated=lang.text("simulated.mark") if report["simulated"] else None,
    )  # fmt: skip


def criteria(report: Snapshot, lang: Language) -> Iterator[Block]:
    """What assessors and the region itself gave, beside what was agreed on."""
    names = ("criterion", "share", "score.agreed", "assessors.n", "assessors.mean", "assessors.spread", "own")
    rows = []
    hidden = False
    for one in report["result"]["dimensions"]:
        for each in one["criteria"]:
            spread = each["assessors"]
            hidden = hidden or bool(spread["n"] and spread["mean"] is None)
            between = f"{lang.number(spread['low'])}–{lang.number(spread['high'])}" if spread["low"] else "–"
            agreed = each["score"] or (one["score"] if len(one["criteria"]) == 1 else None)
            rows.append((
                lang.words(each["label"]), weight(each["share"], lang), lang.number(agreed),
                lang.number(spread["n"]), lang.number(spread["mean"]), between, lang.number(each["own"]),
            ))  # fmt: skip
    header = [lang.text(name) for name in names]
    yield Table(lang.text("criteria"), header, rows, (False, *[True] * 6), (5, 2, 2, 2, 2, 3, 3))
    yield Text(lang.text("criteria.note"), note=True)
    if hidden:
        yield Text(lang.text("assessors.few"), note=True)


def source(report: Snapshot, lang: Language) -> Iterator[Block]:
    """What the source prints, held against what its scores give."""
    printed, checked = report["evaluation"]["printed"], report["result"]["printed"]
    if printed is None:
        return
    verdict = lang.text(f"printed.{checked['index']}")
    facts = [(lang.text("printed.index"), f"{lang.number(printed['index'])} ({verdict})")]
    if printed["before"]:
        before = lang.text("printed.before", year=printed["before"]["year"])
        facts.append((before, lang.number(printed["before"]["index"])))
    if printed["improvement"] is not None:
        said = {True: "printed.adds", False: "printed.adds.not", None: "printed.unchecked"}[checked["improvement"]]
        facts.append((lang.text("printed.improvement"), f"{lang.number(printed['improvement'])} ({lang.text(said)})"))
    facts += [
        (f"{lang.text('printed.rank')}: {_within(one, report, lang)}", lang.number(one["rank"]))
        for one in printed["ranks"]
    ]
    yield Facts(facts)


def before(report: Snapshot, lang: Language) -> Iterator[Block]:
    """The year before."""
    earlier = report["result"]["before"]
    if earlier is None:
        yield Text(lang.text("before.none"))
        return
    yield Facts([
        (lang.text("before.index", year=earlier["year"]), lang.number(earlier["index"])),
        (lang.text("before.change"), lang.number(earlier["change"])),
    ])  # fmt: skip
    yield Text(lang.text("before.same" if earlier["same_method"] else "before.other"), note=True)


def ranks(report: Snapshot, lang: Language) -> Iterator[Block]:
    """Its rank among evaluations of the same year and method."""
    yield Facts([(_within(one, report, lang), _rank(one, lang)) for one in report["ranks"]])
    yield Text(lang.text("rank.note"), note=True)


def _within(one: dict[str, Any], report: Snapshot, lang: Language) -> str:
    if one["within"] is None:
        return lang.text("rank.country")
    own = one["within"] == report["region"]["code"][:2]
    return lang.text("rank.province") if own else lang.text("region.code", code=one["within"])


def _rank(one: dict[str, Any], lang: Language) -> str:
    return lang.text("rank.of", rank=lang.number(one["rank"]), of=lang.number(one["of"]))


def under(report: Snapshot, lang: Language) -> Iterator[Block]:
    """The same scores under every known method."""
    rows = [
        (lang.words(one["label"]), f"{one['method']}.v{one['version']}", lang.number(one["index"]))
        for one in report["result"]["under"]
    ]
    header = [lang.text(name) for name in ("method", "code", "evaluation.index")]
    yield Table(lang.text("under"), header, rows, (False, False, True), (5, 4, 3))


def impact(report: Snapshot, lang: Language) -> Iterator[Block]:
    """The indexes of linked reviews, as everybody sees them."""
    if not report["result"]["impact"]:
        yield Text(lang.text("impact.none"))
        return
    rows = []
    for one in report["result"]["impact"]:
        n = lang.text("withheld") if one["suppressed"] else lang.number(one["respondents"])
        marked = f" ({lang.text('simulated.mark')})" if one["simulated"] else ""
        rows.append((
            lang.words(one["title"]) + marked, n, lang.number(one["index"]), one["grade"] or "–",
            f"{one['method']}.v{one['method_version']}",
        ))  # fmt: skip
    header = [lang.text(name) for name in ("trend.review", "n", "ikm", "grade", "trend.method")]
    yield Table(lang.text("impact"), header, rows, (False, True, True, False, False), (6, 2, 2, 2, 3))


def conclusion(report: Snapshot, lang: Language) -> Iterator[Block]:
    """In a sentence."""
    result = report["result"]
    scores = sorted(result["dimensions"], key=lambda one: float(one["score"]))
    yield Text(lang.text(
        "evaluation.conclusion", title=lang.words(report["title"]), index=lang.number(result["index"]),
        lowest=lang.words(scores[0]["label"]), low=lang.number(scores[0]["score"]),
        highest=lang.words(scores[-1]["label"]), high=lang.number(scores[-1]["score"]),
    ))  # fmt: skip


def origin(report: Snapshot, lang: Language) -> Iterator[Block]:
    """What the figures were made from."""
    facts = [
        (lang.text("evaluation.id"), report["subject"]),
        (lang.text("evaluation.digest"), report["data_digest"]),
        (lang.text("cursor"), _cursors(report["cursor"], lang)),
    ]
    facts += [
        (lang.words(one["title"]), f"{one['digest']}; {_cursors(one['cursor'], lang)}")
        for one in report["result"]["impact"]
    ]
    yield Facts(facts)


def _cursors(cursor: dict[str, Any], lang: Language) -> str:
    unknown = lang.text("unrecorded")
    return lang.text("cursor.of", **{name: cursor[name] or unknown for name in ("responses", "registry")})

"""Progress of a region between two years, from the registry's copy and from recorded recaps, side by side."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal, localcontext
from fractions import Fraction
from typing import Any

from services.kit.auth import Access
from services.kit.database import Reading
from services.kit.problems import FieldError, Invalid
from services.reports.clients import REGISTRY
from services.reports.index.totals import digest
from services.reports.intake import service as intake
from services.reports.progress import repository, rules
from services.reports.progress.domain import (
    HUNDRED,
    Count,
    Figure,
    Programme,
    Rule,
    change,
    counts,
    ordered,
    rounded,
    total,
)  # fmt: skip
from services.reports.progress.schemas import (
    Achieved,
    Basis,
    DimensionStep,
    FigureBody,
    IndicatorStep,
    ProgramStep,
    Progress,
    RuleBody,
    RuleDimension,
    Step,
)  # fmt: skip
from services.reports.recaps import service as recaps
from services.reports.recaps.schemas import Recap
from services.reports.schemas import Words

DIGITS = 60
"""More than any amount of the registry has."""

Years = tuple[int, int]
Named = tuple[str, str | None]


async def progress(
    reading: Reading, access: Access, region: str, before: int | None, after: int, rule_id: str | None
) -> Progress:
    """Two years of a region; without `before` it is the year before `after`. Raises Invalid, UnknownRule."""
    rule = rules.find(rule_id)
    before = after - 1 if before is None else before
    if before >= after:
        fault = FieldError("from", "order", "The earlier year comes first.")
        raise Invalid("`from` lies before `to`.", errors=[fault])
    years = (before, after)
    generation = await intake.generation(reading)
    data = [one for one in await repository.of_region(reading, generation, region, access.scope) if _in_use(one)]
    recorded = await recaps.of_region(reading, region, years, access.scope)
    content = {
        "rule": {"id": rule.id, "version": rule.version},
        "years": years,
        "programs": [_counted(one) for one in data],
        "recaps": [recorded[year].model_dump(mode="json", include={"year", "counts"}) for year in sorted(recorded)],
    }
    return Progress(
        region=region,
        before=before,
        after=after,
        rule=present(rule),
        registry=_registry(data, years, rule),
        recap=_recap(recorded, years, rule) if recorded else None,
        programs=[_program(one, years, rule) for one in data],
        cursor=(await intake.cursors(reading, generation))[REGISTRY],
        digest=digest(content),
    )


def present(rule: Rule) -> RuleBody:
    """A rule as it is answered."""
    return RuleBody.model_validate({
        "id": rule.id, "version": rule.version, "label": rule.label, "note": rule.note, "source": rule.source,
        "since": rule.since, "until": rule.until,
        "indicators": "all" if rule.every_indicator else "any",
        "missing_achievement": "not_reached" if rule.missing_counts else "left_out",
        "rounding": f"half up, once, to {rule.places} decimals",
        "dimensions": [RuleDimension(key=key, label=Words(id=str(label["id"]), en=label["en"]))
                       for key, label in rule.dimensions.items()],
    })  # fmt: skip


def programme(data: Mapping[str, Any]) -> Programme:
    """A programme from its copy, as far as it is counted."""
    years: dict[int, dict[Named, Figure]] = {}
    for one in data["years"]:
        figure = Figure(_amount(one["target"]), _amount(one["achievement"]))
        years.setdefault(one["year"], {})[one["indicator"], one["unit"]] = figure
    return Programme(data["dimension"], years)


def _in_use(data: Mapping[str, Any]) -> bool:
    return not data["archived"]


def _counted(data: Mapping[str, Any]) -> dict[str, Any]:
    return {name: data[name] for name in ("id", "dimension", "years")}


def _amount(text: str | None) -> Fraction | None:
    return None if text is None else Fraction(text)


def _registry(data: Sequence[Mapping[str, Any]], years: Years, rule: Rule) -> Basis:
    programmes = [programme(one) for one in data]
    before, after = (counts(programmes, year, rule) for year in years)
    return _basis("registry", before, after, rule, {}, {})


def _recap(recorded: Mapping[int, Recap], years: Years, rule: Rule) -> Basis:
    before, after = (
        {one.dimension: Count(one.achieved, one.total) for one in recorded[year].counts} if year in recorded else None
        for year in years
    )
    sources = {str(year): recap.source for year, recap in recorded.items()}
    notes = {str(year): recap.note for year, recap in recorded.items() if recap.note}
    return _basis("recap", before, after, rule, sources, notes)


def _basis(
    basis: Any,
    before: Mapping[str, Count] | None,
    after: Mapping[str, Count] | None,
    rule: Rule,
    sources: Any,
    notes: Any,
) -> Basis:
    apart = basis == "registry"
    dimensions = [
        DimensionStep(
            dimension=key,
            label=_label(rule, key),
            **_step(before.get(key) if before else None, after.get(key) if after else None, rule, apart=apart),
        )
        for key in ordered(rule, before or {}, after or {})
    ]
    whole = _step(_total(before), _total(after), rule, apart=apart)
    return Basis(basis=basis, dimensions=dimensions, total=Step(**whole), sources=sources, notes=notes)


def _total(counted: Mapping[str, Count] | None) -> Count | None:
    return None if counted is None else total(counted.values())


def _label(rule: Rule, key: str) -> Words:
    label = rule.dimensions.get(key, {"id": key, "en": key})
    return Words(id=str(label["id"]), en=label["en"])


def _step(before: Count | None, after: Count | None, rule: Rule, *, apart: bool) -> dict[str, Any]:
    moved = change(before.share if before else None, after.share if after else None)
    return {
        "before": _achieved(before, rule, apart=apart),
        "after": _achieved(after, rule, apart=apart),
        "change": rounded(moved, rule.places),
    }


def _achieved(count: Count | None, rule: Rule, *, apart: bool) -> Achieved | None:
    if count is None:
        return None
    return Achieved(
        achieved=count.achieved,
        total=count.total,
        without_target=count.without_target if apart else None,
        share=rounded(count.share, rule.places),
        exact=None if count.share is None else str(count.share),
    )


def _program(data: Mapping[str, Any], years: Years, rule: Rule) -> ProgramStep:
    one = programme(data)
    before, after = years
    said = {name: data[name] for name in (
        "id", "name", "agency", "dimension", "sub_dimension", "quick_win", "status",
    )}  # fmt: skip
    return ProgramStep(
        achieved_before=one.achieved(before, rule),
        achieved_after=one.achieved(after, rule),
        indicators=[_indicator(named, one, years, rule) for named in _indicators(one, years)],
        **said,
    )


def _indicators(one: Programme, years: Years) -> Iterable[Named]:
    return dict.fromkeys(named for year in years for named in one.years.get(year, {}))


def _indicator(named: Named, one: Programme, years: Years, rule: Rule) -> IndicatorStep:
    before, after = (one.years.get(year, {}).get(named) for year in years)
    moved = change(before.achievement if before else None, after.achievement if after else None)
    return IndicatorStep(
        indicator=named[0],
        unit=named[1],
        before=_figure(before, rule),
        after=_figure(after, rule),
        change=None if moved is None else _plain(moved),
    )


def _figure(figure: Figure | None, rule: Rule) -> FigureBody | None:
    if figure is None:
        return None
    return FigureBody(
        target=None if figure.target is None else _plain(figure.target),
        achievement=None if figure.achievement is None else _plain(figure.achievement),
        reached=figure.reached,
        share=rounded(None if figure.share is None else figure.share * HUNDRED, rule.places),
    )


def _plain(amount: Fraction) -> str:
    """An amount of the registry, or a difference of two, in decimal digits: none of them needs more than they have."""
    if amount.denominator == 1:
        return str(amount.numerator)
    with localcontext(prec=DIGITS):
        return f"{(Decimal(amount.numerator) / Decimal(amount.denominator)).normalize():f}"

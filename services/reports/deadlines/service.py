"""The rules about deadlines that this installation carries, read once."""

from functools import cache
from importlib.resources import files

from services.reports.deadlines.domain import Escalation
from services.reports.deadlines.schemas import DeadlineClass, DeadlineRule, Deadlines, EscalationRule

CLASSES, ESCALATION = "sp4n-lapor.v1.json", "escalation.v1.json"


@cache
def rules() -> Deadlines:
    """The rules in force."""
    folder = files("services.reports.deadlines").joinpath("data")
    return Deadlines(
        classes=DeadlineRule.model_validate_json(folder.joinpath(CLASSES).read_text(encoding="utf-8")),
        escalation=EscalationRule.model_validate_json(folder.joinpath(ESCALATION).read_text(encoding="utf-8")),
    )


@cache
def escalation() -> Escalation:
    """Who is told when."""
    rule = rules().escalation
    return Escalation(
        rule.remind_working_days_before, tuple((one.level, one.working_days_overdue) for one in rule.levels)
    )


def of_class(key: str) -> DeadlineClass | None:
    """A class, if there is one of this key."""
    return next((one for one in rules().classes.classes if one.key == key), None)


def name() -> str:
    """The rule in force, as a deadline remembers it."""
    return f"{rules().classes.id}@{rules().classes.version}"

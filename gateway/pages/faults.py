"""What a service refused, put beside the fields of the form that it came from."""

from collections.abc import Iterable, Mapping
from typing import Any

from gateway.pages.forms import Fault, Form
from services.kit.problems import FieldError, Problem

# What services call a fault, by what they share: pydantic's names.
KEYS = {
    "missing": "fault.missing",
    "string_too_short": "fault.short",
    "string_too_long": "fault.long",
    "too_short": "fault.missing",
    "date_parsing": "fault.date",
    "date_from_datetime_parsing": "fault.date",
    "literal_error": "fault.choice",
    "uuid_parsing": "fault.choice",
}
# Refusals of services by their names.
SLUGS = {
    "precondition-failed": "form.changed",
    "wrong-state": "fault.state",
    "cannot-merge": "fault.merge",
    "nothing-to-show": "fault.show",
    "objected-already": "fault.objected",
    "cannot-plan": "fault.plan",
    "payload-too-large": "failure.413.text",
    "unsupported-media-type": "fault.media",
    "forbidden": "failure.403.text",
    "not-found": "fault.gone",
}


def of_problem(problem: Mapping[str, Any]) -> Fault:
    """A service's problem in words of ours where we have them."""
    slug = str(problem.get("type", "")).rpartition("/")[2]
    return Fault(SLUGS[slug]) if slug in SLUGS else Fault(sentence=str(problem.get("detail", slug)))


def refused(form: Form, problem: Problem, fields: Iterable[str]) -> Form:
    """The form, with the faults of its fields beside them and what concerns the whole above it. `fields` are named as
    the service names them."""
    known = set(fields)
    for error in problem.errors:
        name = error.pointer.lstrip("/").partition("/")[0]
        if name in known:
            form.refuse(name, fault(form, name, error))
        else:
            form.general.append(Fault(sentence=f"{name}: {error.detail}" if name else error.detail))
    if not problem.errors:
        form.general.append(of_problem(problem.body()))
    return form


def fault(form: Form, name: str, error: FieldError) -> Fault:
    """One fault in words of ours where we have them; an empty field is missing, whatever it is too short for."""
    if not form.value(name):
        return Fault("fault.missing")
    return Fault(KEYS[error.code]) if error.code in KEYS else Fault(sentence=error.detail)

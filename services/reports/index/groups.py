"""The groups that an index can be asked for: by place, or by a question of the questionnaire."""

from collections.abc import Mapping, Sequence
from typing import Any

from services.kit.problems import FieldError
from services.reports.index.parts import BY_PLACE, NONE, Visit
from services.reports.problems import UnknownGroup

Label = Mapping[str, str | None]

UNANSWERED: Label = {"id": "Tidak dijawab", "en": "Not answered"}
NOWHERE: Mapping[str, Label] = {
    "program": {"id": "Tanpa program", "en": "No programme"},
    "location": {"id": "Tanpa lokasi", "en": "No location"},
}


def check(group_by: str, questionnaire: Mapping[str, Any]) -> None:
    """Raises UnknownGroup unless there are such groups."""
    known = [*BY_PLACE, *(one["key"] for one in questionnaire["questions"] if one.get("group"))]
    if group_by not in known:
        sentence = f"It can be grouped by {', '.join(known)}."
        raise UnknownGroup(sentence, errors=[FieldError("group_by", "unknown_group", sentence)])


def is_nested(group_by: str | None, questionnaire: Mapping[str, Any]) -> bool:
    """Whether each visit has groups of its own, which everybody knows."""
    return any(one["key"] == group_by and one.get("options_from") == "visit" for one in questionnaire["questions"])


def of_question(
    group_by: str, questionnaire: Mapping[str, Any], visits: Sequence[Visit], found: Sequence[str]
) -> dict[str, Label]:
    """The values of a question in the order of its options, or the services of the visits by name, with their labels;
    then any others found in answers, and last, if there are such, those who gave no answer."""
    question = next(one for one in questionnaire["questions"] if one["key"] == group_by)
    options = [*(question.get("options") or ())]
    if question.get("options_from") == "visit":
        offered = [service for one in visits for service in one.services]
        options += sorted(offered, key=lambda service: (service["label"]["id"], service["value"]))
    labels: dict[str, Label] = {}
    for option in options:
        labels.setdefault(option["value"], option["label"])
    for value in found:
        labels.setdefault(value, {"id": value, "en": None} if value else UNANSWERED)
    return labels


def of_place(kind: str, visits: Sequence[Visit], names: Mapping[str, str]) -> dict[str, Label]:
    """The programmes, locations or visits of some visits by name, with their labels. `names` are those of today."""
    labels: dict[str, Label] = {}
    for one in visits:
        id = one.place(kind)
        own = {"program": one.program_name, "location": one.location_name, "visit": one.name}[kind]
        labels.setdefault(id, {"id": names.get(id) or own or id, "en": None} if id else NOWHERE[kind])
    return dict(sorted(labels.items(), key=lambda item: (item[0] == NONE, item[1]["id"] or "", item[0])))

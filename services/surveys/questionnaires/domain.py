"""What makes a questionnaire sound, beyond the shape of its fields."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Fault = tuple[str, str, str]
"""JSON pointer, code, sentence."""


def faults(questions: Sequence[Mapping[str, Any]]) -> list[Fault]:
    """Everything that keeps these questions from being asked; empty when they are sound."""
    return [*_keys(questions), *_roles(questions), *_options(questions), *_places(questions)]


def _keys(questions: Sequence[Mapping[str, Any]]) -> Iterator[Fault]:
    seen: dict[str, int] = {}
    for index, question in enumerate(questions):
        first = seen.setdefault(question["key"], index)
        if first != index:
            yield f"/questions/{index}/key", "duplicate", f"Question {first + 1} has this key already."
    if not any(question["kind"] == "score" for question in questions):
        yield "/questions", "no-score", "A questionnaire needs at least one scored question."


def _roles(questions: Sequence[Mapping[str, Any]]) -> Iterator[Fault]:
    aspirations = [index for index, question in enumerate(questions) if question.get("role") == "aspiration"]
    for index in aspirations[1:]:
        yield f"/questions/{index}/role", "duplicate", "There can be one question for the aspiration."


def _options(questions: Sequence[Mapping[str, Any]]) -> Iterator[Fault]:
    for index, question in enumerate(questions):
        if "options" not in question:
            continue
        values = [option["value"] for option in question["options"]]
        for place, value in enumerate(values):
            if value in values[:place]:
                yield f"/questions/{index}/options/{place}/value", "duplicate", f"Option {value} stands there twice."
        if question["kind"] == "choice" and bool(values) == bool(question.get("options_from")):
            yield f"/questions/{index}/options", "options", "Give options, or say where they come from; not both."


def _places(questions: Sequence[Mapping[str, Any]]) -> Iterator[Fault]:
    for index, question in enumerate(questions):
        if question.get("keep_location") and question["media"] != "image":
            yield f"/questions/{index}/keep_location", "not-an-image", "Only photos have a place written in them."

"""A published questionnaire, compiled once into one check per question.

Pure rules: values in, faults out. A fault is (JSON pointer, code, sentence); the code is also the name of the problem.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from services.surveys.responses.forms import NOT_APPLICABLE, Form

Fault = tuple[str, str, str]
Check = Callable[[Any, frozenset[str]], tuple[str, str] | None]
"""A check of one answer, given the visit's services: None, or the code and the sentence of what is wrong."""

_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z", re.IGNORECASE)


class Instrument:
    """The rules of one published version of a questionnaire."""

    def __init__(self, questions: Sequence[Mapping[str, Any]]) -> None:
        self._checks: dict[str, Check] = {question["key"]: _check(question) for question in questions}
        self._required = [question["key"] for question in questions if question["required"]]
        self.form = Form(questions)
        self.attachments = {question["key"]: question for question in questions if question["kind"] == "attachment"}

    def faults(self, answers: Mapping[str, Any], services: frozenset[str]) -> list[Fault]:
        """Everything that keeps these answers from being a response; empty when they fit. Null is no answer."""
        found: list[Fault] = []
        for key, value in answers.items():
            if value is None:
                continue
            check = self._checks.get(key)
            if check is None:
                found.append((_pointer(key), "unknown-question", "The questionnaire has no such question."))
            elif fault := check(value, services):
                found.append((_pointer(key), *fault))
        found.extend(
            (_pointer(key), "missing-answer", "This question must be answered.")
            for key in self._required
            if answers.get(key) is None
        )
        return found


def _pointer(key: str) -> str:
    return "/answers/" + key.replace("~", "~0").replace("/", "~1")


def _check(question: Mapping[str, Any]) -> Check:
    if question["kind"] == "score":
        return _score(question)
    if question["kind"] == "choice":
        return _choice(question)
    if question["kind"] == "attachment":
        return _attachments(question)
    return _text(question)


def _score(question: Mapping[str, Any]) -> Check:
    values = frozenset(option["value"] for option in question["options"])
    allowed = ", ".join(str(value) for value in sorted(values))
    applicable_only = not question["not_applicable"]

    def check(value: Any, _: frozenset[str]) -> tuple[str, str] | None:
        if type(value) is int:  # a bool is an int to Python, and no score
            return None if value in values else ("not-an-option", f"The score is not one of {allowed}.")
        if value != NOT_APPLICABLE:
            return "wrong-type", f'A score is a whole number, one of {allowed}, or "{NOT_APPLICABLE}".'
        if applicable_only:
            return "not-applicable-refused", "This question always applies; answer it."
        return None

    return check


def _choice(question: Mapping[str, Any]) -> Check:
    fixed = frozenset(option["value"] for option in question["options"])
    of_visit = question["options_from"] == "visit"

    def check(value: Any, services: frozenset[str]) -> tuple[str, str] | None:
        if type(value) is not str:
            return "wrong-type", "A choice is the value of an option, as text."
        if value not in (services if of_visit else fixed):
            where = "the visit's services" if of_visit else "the question's options"
            return "not-an-option", f"The value is not one of {where}."
        return None

    return check


def _text(question: Mapping[str, Any]) -> Check:
    longest = question["max_length"]

    def check(value: Any, _: frozenset[str]) -> tuple[str, str] | None:
        if type(value) is not str:
            return "wrong-type", "This answer is text."
        if len(value) > longest:
            return "wrong-type", f"The text has {len(value)} characters; {longest} are allowed."
        if "\0" in value:
            return "wrong-type", "The text holds a NUL character."
        return None

    return check


def _attachments(question: Mapping[str, Any]) -> Check:
    most = question["max_count"]

    def check(value: Any, _: frozenset[str]) -> tuple[str, str] | None:
        if type(value) is not list or not all(type(one) is str and _ID.match(one) for one in value):
            return "wrong-type", "The answer is a list of the files' ids, each a UUID in its usual form."
        if len(value) > most:
            return "wrong-type", f"The answer names {len(value)} files; {most} are allowed."
        if len({one.lower() for one in value}) < len(value):
            return "wrong-type", "The answer names a file twice."
        return None

    return check

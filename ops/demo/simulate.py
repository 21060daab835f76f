"""Simulated respondents: plausible answers that claim nothing about any real place.

Each visit has its own sequence of chance, seeded by the visit's id, so a visit always has the same respondents. How
well an element does is drawn per visit; how a respondent leans is drawn per respondent; together they make answers
that differ between elements, programmes and people, as answers do. Everything is marked as simulated.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID, uuid5

from ops.demo.source import load

# In Western Indonesian time, the clock of Batang.
OPENS = "08:00:00+07:00"
OPEN_MINUTES = 7 * 60
ANSWERED_GROUP = 0.96
WISHES = 0.2
LEVELS = (2.7, 3.7)
LEANING = 0.55
SPREAD = 0.9

# Marked as simulated in the text as well, since a text may be read apart from its response.
ASPIRATIONS = (
    "[simulasi] Jam layanan sampai sore.",
    "[simulasi] Papan petunjuk di pintu masuk.",
    "[simulasi] Tempat duduk untuk lansia.",
    "[simulasi] Nomor antrean lewat telepon.",
    "[simulasi] Balasan untuk setiap pengaduan.",
)


def respondents(visit: Mapping[str, Any], count: int, free_of_charge: bool) -> list[dict[str, Any]]:
    """So many responses of a visit, ready to be sent. `visit` is the resource as the API answers it."""
    chance = Random(visit["id"])  # noqa: S311 - it must repeat itself, and protects nothing
    questions = load("questionnaire-skm")["questions"]
    levels = {question["key"]: _between(chance, *LEVELS) for question in questions if question["kind"] == "score"}
    services = [service["value"] for service in visit["services"]]
    return [
        {
            "id": str(uuid5(UUID(visit["id"]), f"respondent:{number}")),
            "visit": visit["id"],
            "filled_at": _moment(chance, visit["date"]),
            "answers": _answers(chance, questions, levels, services, free_of_charge),
            "simulated": True,
            "device": "demo",
        }
        for number in range(1, count + 1)
    ]


def _answers(
    chance: Random, questions: Sequence[Mapping[str, Any]], levels: Mapping[str, float],
    services: Sequence[str], free_of_charge: bool,
) -> dict[str, Any]:  # fmt: skip
    leaning = _between(chance, -LEANING, LEANING)
    answers: dict[str, Any] = {}
    for question in questions:
        key, kind = question["key"], question["kind"]
        if kind == "score":
            answers[key] = _score(chance, levels[key] + leaning)
            if free_of_charge and question["not_applicable"]:
                answers[key] = "not_applicable"
        elif kind == "choice":
            given = [option["value"] for option in question.get("options", [])]
            options = services if question.get("options_from") == "visit" else given
            if options and chance.random() < ANSWERED_GROUP:
                answers[key] = _pick(chance, options)
        elif chance.random() < WISHES:
            answers[key] = _pick(chance, ASPIRATIONS)
    return answers


def _score(chance: Random, level: float) -> int:
    return max(1, min(4, round(level + _between(chance, -SPREAD, SPREAD))))


def _between(chance: Random, low: float, high: float) -> float:
    return low + (high - low) * chance.random()


def _pick(chance: Random, options: Sequence[str]) -> str:
    # Heaped towards the middle of the list, because hardly anything is spread evenly over people.
    where = (chance.random() + chance.random()) / 2
    return options[int(where * len(options))]


def _moment(chance: Random, day: str) -> str:
    opens = datetime.fromisoformat(f"{day}T{OPENS}")
    return (opens + timedelta(minutes=int(chance.random() * OPEN_MINUTES))).isoformat()

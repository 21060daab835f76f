"""The main job, end to end, through the public API alone: registry, questionnaire, reviews, answers, index.

Everything carries an id that is the same in every run, so a second run finds what the first one made and doubles
nothing. A comparison that does not hold is a failure of the run.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from ops.api import Api
from ops.demo import answers, cases, evaluations, registry, reviews
from ops.demo.answers import Comparison
from ops.demo.cases import Verdict
from ops.demo.source import load


@dataclass(slots=True)
class Outcome:
    """What the demo found."""

    batang: dict[str, Any]
    kediri: dict[str, Any]
    batang_index: dict[str, Any]
    visit_indexes: list[dict[str, Any]]
    kediri_index: dict[str, Any]
    running: list[Comparison]
    cases: list[Verdict]
    new: dict[str, int] = field(default_factory=dict)
    unlike_published: list[str] = field(default_factory=list)

    @property
    def faults(self) -> list[str]:
        """Every comparison that does not hold, one sentence each."""
        return [*self._running_faults(), *self._end_faults(), *self._case_faults(), *self.unlike_published]

    def _running_faults(self) -> list[str]:
        return [
            f"After respondent {one.respondents} of Kota Kediri the index is {one.index}, published {one.published}."
            for one in self.running
            if not (one.agrees and one.as_source_agrees)
        ]

    def _end_faults(self) -> list[str]:
        published = reviews.published_index()
        found = []
        alone = self.kediri_index["respondents"] == len(_real())
        if alone and Decimal(self.kediri_index["index"]) != Decimal(published):
            found.append(f"The index of Kota Kediri is {self.kediri_index['index']}, published {published}.")
        if not (self.batang_index["simulated"] and not self.kediri_index["simulated"]):
            found.append("Real and simulated reviews are not told apart.")
        return found

    def _case_faults(self) -> list[str]:
        return [
            f"{one.unit} under {one.method} gives {one.index}, expected {one.expected}."
            for one in self.cases
            if not one.agrees
        ]


def run(api: Api, console: Console) -> Outcome:
    """Do the main job; progress goes to `console`. Raises Failure when the API refuses something."""
    columns = (TextColumn("{task.description:<34}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console) as progress:
        new = {"registry": _registry(api, progress)}
        batang, kediri = _reviews(api, progress)
        new["simulated responses"] = _simulated(api, batang, progress)
        running = _kediri(api, kediri, progress)
        new["real responses"] = len(running)
        verdicts = _cases(api, progress)
        new["published records"] = _published(api, progress)
    everyone = answers.PER_VISIT * len(batang["visits"])
    return Outcome(
        batang,
        kediri,
        answers.counted(api, batang["id"], everyone),
        [answers.counted(api, batang["id"], answers.PER_VISIT, visit=visit["id"]) for visit in batang["visits"]],
        answers.counted(api, kediri["id"], len(_real())),
        running,
        verdicts,
        new,
        evaluations.faults(api),
    )


def _registry(api: Api, progress: Progress) -> int:
    task = progress.add_task("Registry of Batang", total=registry.size())
    return registry.enter(api, lambda: progress.advance(task))


def _reviews(api: Api, progress: Progress) -> tuple[dict[str, Any], dict[str, Any]]:
    task = progress.add_task("Questionnaire and reviews", total=3)
    questionnaire = reviews.publish_questionnaire(api)
    progress.advance(task)
    opened = []
    for name in (reviews.BATANG, reviews.KEDIRI):
        opened.append(reviews.open_review(api, name, questionnaire))
        progress.advance(task)
    return opened[0], opened[1]


def _simulated(api: Api, batang: Mapping[str, Any], progress: Progress) -> int:
    task = progress.add_task("Batang, simulated respondents", total=answers.PER_VISIT * len(batang["visits"]))
    return answers.simulate(api, batang, lambda count: progress.advance(task, count))


def _kediri(api: Api, kediri: Mapping[str, Any], progress: Progress) -> list[Comparison]:
    task = progress.add_task("Kota Kediri, real respondents", total=len(_real()))
    return answers.enter_kediri(api, kediri, lambda: progress.advance(task))


def _cases(api: Api, progress: Progress) -> list[Verdict]:
    task = progress.add_task("Published cases, recomputed", total=cases.size())
    return cases.recompute(api, lambda: progress.advance(task))


def _published(api: Api, progress: Progress) -> int:
    task = progress.add_task("Published achievement, evaluation", total=evaluations.size())
    return evaluations.enter(api, lambda: progress.advance(task))


def _real() -> Sequence[Mapping[str, Any]]:
    responses: Sequence[Mapping[str, Any]] = load(reviews.KEDIRI)["visits"][0]["responses"]
    return responses

"""Published figures recomputed by the public calculator: what our methods make of the data behind them."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ops.api import Api
from ops.demo.source import load

REGULATION = "skm-2017"
EQUAL = "equal"

Case = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Verdict:
    """One case under one method."""

    unit: str
    method: str
    respondents: int
    index: str
    grade: str
    expected: str
    expected_grade: str
    published: str
    reproduces: bool

    @property
    def agrees(self) -> bool:
        """Whether the index and the grade are the stated ones."""
        return (self.index, self.grade) == (self.expected, self.expected_grade)

    @property
    def as_printed(self) -> bool:
        """Whether the method is one that practice prints and the regulation does not know."""
        return self.method not in {REGULATION, EQUAL}


def size() -> int:
    """How many recomputations there are."""
    return sum(1 for _ in recomputations())


def recomputations() -> Iterator[tuple[Case, Mapping[str, Any]]]:
    """Every case with each result that is stated for it."""
    for case in load("unit-cases")["cases"]:
        for stated in case["recomputed"]:
            yield case, stated


def recompute(api: Api, step: Callable[[], None]) -> list[Verdict]:
    """Ask the calculator for every case under every method."""
    verdicts = []
    for case, stated in recomputations():
        _, answer = api.post("/indexes/compute", request(case, stated["method"]))
        verdicts.append(verdict(case, stated, answer))
        step()
    return verdicts


def request(case: Case, method: str) -> dict[str, Any]:
    """What the calculator is asked: n and the sum of each element, so that data published as sums is treated alike."""
    return {"method": method_of(case, method), "n": case["data"]["n"], "sums": sums(case)}


def sums(case: Case) -> dict[str, int]:
    """The sum of each element, as given or added up from the rows."""
    data = case["data"]
    if data["kind"] == "sums":
        return dict(data["sums"])
    return {element: sum(row[element] for row in data["rows"]) for element in data["rows"][0]}


def method_of(case: Case, method: str) -> str | dict[str, Any]:
    """The id of a method that Tinjau knows, or the whole of one that only this case uses."""
    elements = list(sums(case))
    for custom in case.get("custom_methods", ()):
        if custom["key"] == method:
            return {"id": method, "weights": dict.fromkeys(custom["elements"], custom["weight"])}
    if method == EQUAL:
        return {"id": method, "weights": dict.fromkeys(elements, f"1/{len(elements)}")}
    return method


def verdict(case: Case, stated: Mapping[str, Any], answer: Mapping[str, Any]) -> Verdict:
    """The calculator's answer beside what is stated and what was published."""
    published = case["published"]
    return Verdict(
        case["unit"],
        stated["method"],
        answer["n"],
        answer["index"],
        answer["grade"],
        stated["index"],
        stated["grade"],
        published["index"],
        stated["method"] == case["reproduced_by"],
    )

"""The answers of the demo: simulated ones in batches for Batang, the real ones one by one for Kota Kediri."""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from ops.api import Api
from ops.demo.reviews import KEDIRI
from ops.demo.simulate import respondents
from ops.demo.source import identity, load
from ops.failures import Failure

COUNT_SECONDS = 30.0
POLL_SECONDS = 0.02
PER_VISIT = 50

Step = Callable[[], None]


@dataclass(frozen=True, slots=True)
class Comparison:
    """The comparison after one respondent: our index and the published one, which has four decimals."""

    respondents: int
    index: Decimal
    published: Decimal
    exact_agrees: bool
    as_source_agrees: bool

    @property
    def agrees(self) -> bool:
        """Whether the indices are equal, an index being a number with two decimals."""
        return self.index == half_up(Fraction(self.published), 2)


def half_up(value: Fraction, places: int) -> Decimal:
    """The value rounded half up, without passing through a float."""
    scaled = value * 10**places
    return Decimal((2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)).scaleb(-places)


def simulate(api: Api, review: Mapping[str, Any], step: Callable[[int], None]) -> int:
    """Send the simulated respondents of every visit; how many of them were new."""
    free = {str(identity("program", one["slug"])): bool(one["free_of_charge"]) for one in load("batang")["programs"]}
    made = 0
    for visit in review["visits"]:
        items = respondents(visit, PER_VISIT, free[visit["program"]])
        _, answer = api.post("/responses/batch", {"items": items})
        refused = [one for one in answer["results"] if one["status"] not in {"created", "duplicate"}]
        if refused:
            raise Failure(f"{len(refused)} simulated responses were refused, the first with {refused[0]['problem']}.")
        made += sum(one["status"] == "created" for one in answer["results"])
        step(len(items))
    return made


def enter_kediri(api: Api, review: Mapping[str, Any], step: Step) -> list[Comparison]:
    """Enter the real respondents one by one and compare the index after each that was new."""
    visit = review["visits"][0]
    compared = []
    for given in load(KEDIRI)["visits"][0]["responses"]:
        number = given["sequence"]
        status, _ = api.post(
            "/responses",
            {
                "id": str(identity("response", review["id"], str(number))),
                "visit": visit["id"],
                "filled_at": None,
                "answers": given["answers"],
                "simulated": False,
            },
        )
        if status == 201:
            compared.append(compare(counted(api, review["id"], number), Decimal(given["running_index"])))
        step()
    return compared


def counted(api: Api, review: str, respondents: int, **further: str) -> dict[str, Any]:
    """The index of a review as soon as so many respondents are in it, or more: others may have sent some since.

    Raises Failure when they never are.
    """
    until = time.monotonic() + COUNT_SECONDS
    for index in _indexes(api, review, further):
        have = index["respondents"] if index else 0
        if index and have >= respondents:
            return index
        if time.monotonic() > until:
            raise Failure(f"The index counts {have} of {respondents} respondents after {COUNT_SECONDS:.0f} seconds.")
    raise AssertionError("the indexes never end")


def _indexes(api: Api, review: str, further: Mapping[str, str]) -> Iterator[dict[str, Any] | None]:
    while True:
        yield api.find("/indexes", review=review, **further)
        time.sleep(POLL_SECONDS)


def compare(index: Mapping[str, Any], published: Decimal) -> Comparison:
    """The source rounds each element's mean to six decimals first, which shows in the fourth decimal of one index."""
    exact = Fraction(index["exact"])
    means = [Fraction(half_up(Fraction(one["sum"], one["n"]), 6)) for one in index["elements"]]
    as_source = sum(means, Fraction()) / len(means) * 25
    return Comparison(
        index["respondents"],
        Decimal(index["index"]),
        published,
        half_up(exact, 4) == published,
        half_up(as_source, 4) == published,
    )

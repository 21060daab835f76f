"""The published figures of the demo: what they say agrees with itself, and goes to the API as the API takes it."""

from fractions import Fraction

from ops.demo import evaluations
from ops.demo.source import load
from services.reports.evaluations import methods
from services.reports.evaluations.domain import index
from services.reports.evaluations.schemas import EvaluationBody
from services.reports.methods.domain import half_up
from services.reports.progress import rules
from services.reports.progress.domain import recap_faults
from services.reports.recaps.schemas import RecapBody

GIVEN = load(evaluations.FILE)
PRINTED = {"governance": "89.7", "branding": "85.7", "economy": "80.0", "living": "83.3", "society": "83.3",
           "environment": "100.0"}  # fmt: skip


def test_every_body_is_one_that_the_api_takes() -> None:
    for recap in GIVEN["recaps"]:
        body = RecapBody.model_validate(evaluations.recap_body(recap))
        assert not recap_faults([(one.dimension, one.achieved, one.total) for one in body.counts], rules.find(None))
    for evaluation in GIVEN["evaluations"]:
        assert EvaluationBody.model_validate(evaluations.evaluation_body(evaluation)).source


def test_one_whole_number_alone_fits_each_printed_share_of_batang() -> None:
    (recap,) = GIVEN["recaps"]
    for count in recap["counts"]:
        fitting = [
            achieved
            for achieved in range(count["total"] + 1)
            if str(half_up(Fraction(achieved * 100, count["total"]), 1)) == PRINTED[count["dimension"]]
        ]
        assert fitting == [count["achieved"]]
    assert sum(count["achieved"] for count in recap["counts"]) == 70
    assert sum(count["total"] for count in recap["counts"]) == 80


def test_the_scores_of_kota_kediri_give_what_the_demo_expects() -> None:
    (kediri,) = GIVEN["evaluations"]
    method = methods.find(kediri["method"])
    exact = index(method, {key: Fraction(score) for key, score in kediri["scores"].items()})
    assert exact == Fraction(kediri["expected"]["index"])
    assert all(one["source"]["url"] and one["note"]["id"] for one in (kediri, *GIVEN["recaps"]))

"""Simulated respondents: the same in every run, within the questionnaire's options, marked, and not all alike."""

from typing import Any

import pytest

from ops.demo.simulate import respondents
from ops.demo.source import load

VISIT: dict[str, Any] = {
    "id": "3f0c8a44-6a5e-5a52-9a55-0a8c2f3e1b11",
    "date": "2020-03-03",
    "services": [{"value": "licensing"}, {"value": "immigration"}],
}
SCORES = [question["key"] for question in load("questionnaire-skm")["questions"] if question["kind"] == "score"]


def test_a_visit_always_has_the_same_respondents() -> None:
    assert respondents(VISIT, 50, free_of_charge=False) == respondents(VISIT, 50, free_of_charge=False)


def test_another_visit_has_others() -> None:
    other = VISIT | {"id": "8d9f4d0e-5c53-5f0e-8a5b-6a1d0b8a7c22"}
    ids = {one["id"] for visit in (VISIT, other) for one in respondents(visit, 50, free_of_charge=False)}
    assert len(ids) == 100
    assert [one["answers"] for one in respondents(VISIT, 50, free_of_charge=False)] != [
        one["answers"] for one in respondents(other, 50, free_of_charge=False)
    ]


@pytest.mark.parametrize("free", [True, False])
def test_answers_fit_the_questionnaire(free: bool) -> None:
    questions = {question["key"]: question for question in load("questionnaire-skm")["questions"]}
    services = [service["value"] for service in VISIT["services"]]
    for one in respondents(VISIT, 50, free_of_charge=free):
        assert set(SCORES) <= set(one["answers"]) <= set(questions)
        for key, value in one["answers"].items():
            if questions[key]["kind"] == "choice":
                assert value in [option["value"] for option in questions[key].get("options", [])] or value in services
            elif key == "fee" and free:
                assert value == "not_applicable"
            elif questions[key]["kind"] == "score":
                assert value in {1, 2, 3, 4}


def test_every_row_says_that_it_is_simulated_even_when_its_text_is_read_apart() -> None:
    sent = respondents(VISIT, 50, free_of_charge=False)
    assert all(one["simulated"] is True for one in sent)
    wishes = [one["answers"]["aspiration"] for one in sent if "aspiration" in one["answers"]]
    assert wishes
    assert all("[simulasi]" in wish for wish in wishes)


def test_elements_differ_in_how_they_are_answered() -> None:
    sent = respondents(VISIT, 50, free_of_charge=False)
    sums = {key: sum(one["answers"][key] for one in sent) for key in SCORES}
    assert len(set(sums.values())) > 4


def test_all_are_filled_on_the_day_of_the_visit_in_local_time() -> None:
    for one in respondents(VISIT, 50, free_of_charge=False):
        assert one["filled_at"].startswith("2020-03-03T")
        assert one["filled_at"].endswith("+07:00")

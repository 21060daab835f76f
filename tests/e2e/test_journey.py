"""A response from the public door to the index, with real processes that are stopped and killed on the way."""

import asyncio
import random
from typing import Any

import httpx2

from tests.support.faults import Phones
from tests.support.stack import RealStack, eventually
from tests.support.survey import Survey, counted, index, open_survey


def send(stack: RealStack, body: dict[str, Any], role: str = "enumerator") -> httpx2.Response:
    with stack.client(role, region="33.25") as client:
        return client.post("/responses", json=body)


def test_a_response_reaches_the_index(stack: RealStack) -> None:
    survey = open_survey(stack, target=50, population=1000)
    for value in (4, 3, 3, 4, 3):
        assert send(stack, survey.response(value)).status_code == 201
    found = eventually(lambda: index(stack, survey), lambda answer: answer.get("respondents") == 5)
    # 17 points of 5 respondents on each of nine elements: 17/5 x 25
    assert (found["index"], found["exact"], found["grade"], found["simulated"]) == ("85.00", "85", "B", False)
    assert {one["sum"] for one in found["elements"]} == {17}
    assert {one["rank"] for one in found["elements"]} == {1}
    assert found["sample"] == {"population": 1000, "required": 278, "reached": 5, "enough": False}
    assert index(stack, survey, None)["index"] == "85.00"


def test_few_respondents_are_not_shown_to_the_public(stack: RealStack) -> None:
    survey = open_survey(stack)
    for _ in range(4):
        send(stack, survey.response())
    eventually(lambda: counted(stack, survey), lambda count: count == 4)
    public = index(stack, survey, None)
    assert (public["suppressed"], public["index"], public["grade"], public["respondents"]) == (True, None, None, None)


def test_reports_stopped_and_started_again_misses_and_doubles_nothing(stack: RealStack) -> None:
    survey = open_survey(stack)
    for _ in range(10):
        send(stack, survey.response())
    eventually(lambda: counted(stack, survey), lambda count: count == 10)
    stack.stop("reports")
    for _ in range(15):
        assert send(stack, survey.response()).status_code == 201
    stack.start("reports")
    eventually(lambda: counted(stack, survey), lambda count: count == 25)
    stack.kill("reports")
    for _ in range(5):
        assert send(stack, survey.response()).status_code == 201
    eventually(lambda: _counted_if_there(stack, survey), lambda count: count == 30)
    last = send(stack, survey.response(1))
    assert last.status_code == 201
    found = eventually(lambda: index(stack, survey), lambda answer: answer["respondents"] == 31)
    assert {one["sum"] for one in found["elements"]} == {91}


async def test_surveys_killed_in_mid_load_loses_no_acknowledged_response(stack: RealStack) -> None:
    survey = open_survey(stack)
    chance = random.Random(11)
    async with stack.async_client("enumerator", region="33.25") as client:
        phones = Phones(survey, client, chance)
        async with phones.sending():
            for _ in range(3):
                await phones.hear_of(chance.randint(50, 150))
                stack.kill("surveys")
            await phones.hear_of(50)
        await phones.send_all_again()
    found = await asyncio.to_thread(
        eventually, lambda: index(stack, survey), lambda answer: answer.get("respondents") == len(phones.sent)
    )
    total = sum(body["answers"]["fee"] for body in phones.sent)
    assert {one["sum"] for one in found["elements"]} == {total}


def _counted_if_there(stack: RealStack, survey: Survey) -> int:
    """The count, or 0 while reports is coming back."""
    with stack.client() as client:
        answer = client.get("/indexes", params={"review": survey.review})
    return int(answer.json()["respondents"]) if answer.status_code == 200 else 0

"""The service against requests made from its own OpenAPI document."""

import asyncio
from pathlib import Path

from services.kit.testing import Signer, running
from services.surveys.app import create_app
from services.surveys.settings import Settings
from tests.support.fuzz import fuzz
from tests.support.served import served_apart
from tests.unit.surveys import bodies, files
from tests.unit.surveys.conftest import Registry, Surveys


async def stored(surveys: Surveys) -> dict[str, str]:
    """One thing of each kind; their ids."""
    form = await surveys.questionnaire(questions=[*bodies.questions(), bodies.photo_question(max_count=20)])
    visit = await surveys.visit(questionnaire=form["id"])
    draft = await surveys.made("/questionnaires", bodies.questionnaire())
    said = files.described(bodies.response(visit["id"]))
    headers = files.announcing(said, 1000)
    assert (await surveys.call("POST", "/attachments", headers=headers)).status_code == 201
    body = bodies.response(visit["id"])
    await surveys.made("/responses", body)
    await surveys.call("POST", "/responses", json=body | {"device": "other"})
    aside = (await surveys.call("GET", "/quarantine")).json()["items"][0]
    review = (await surveys.call("GET", f"/reviews/{visit['review']}")).json()
    return {
        "visit": visit["id"], "review": review["id"], "questionnaire": review["questionnaire"], "draft": draft["id"],
        "response": body["id"], "aside": aside["id"],
        "upload": said["id"], "metadata": headers["Upload-Metadata"],
    }  # fmt: skip


def test_no_request_breaks_the_service_and_every_answer_is_as_documented(
    url: str, signer: Signer, tmp_path: Path
) -> None:
    registry = Registry()
    with served_apart(registry.app()) as origin:
        settings = Settings(
            database_url=url, public_key_file=signer.public_key_file, log_level="CRITICAL", programs_url=origin,
            attachments_folder=tmp_path / "attachments",
        )  # fmt: skip

        async def ids() -> dict[str, str]:
            async with running(create_app(settings), signer) as cast:
                return await stored(Surveys(cast, registry))

        there = asyncio.run(ids())
        outcome = fuzz(
            create_app(settings), signer, fixed={"wait": 0},
            without=["stream_responses"], itemwise=["create_responses"],
            known={
                "questionnaires id": [there["draft"], there["questionnaire"]], "reviews id": [there["review"]],
                "visits id": [there["visit"]], "responses id": [there["response"]], "quarantine id": [there["aside"]],
                "attachments id": [there["upload"]], "Tus-Resumable": ["1.0.0"], "Upload-Length": ["1000"],
                "Upload-Offset": ["0"], "Upload-Metadata": [there["metadata"]],
                "visit": [there["visit"]], "review": [there["review"]], "questionnaire": [there["questionnaire"]],
                "program": [None, "3b1f6c1e-0000-4000-8000-0000000000b1"], "location": [None], "region": ["33.25"],
                "If-Match": ['"1"'], "answers": [bodies.answers()], "simulated": [False],
                "filled_at": [None, "2020-03-03T09:30:00+07:00"], "questions": [bodies.questions()],
                "period": [{"start": "2020-03-02", "end": "2020-03-06"}], "date": [None, "2020-03-03"],
                "services": [[]],
            },
        )  # fmt: skip
    # The rest was hardly tried if these never got past the door.
    assert outcome.accepted() >= {
        "GET /api/v1/questionnaires/{id}", "GET /api/v1/reviews/{id}", "GET /api/v1/visits/{id}",
        "GET /api/v1/responses", "GET /api/v1/quarantine/{id}", "GET /api/v1/changes/responses",
        "GET /api/v1/attachments", "POST /api/v1/attachments", "HEAD /api/v1/attachments/{id}",
        "POST /api/v1/questionnaires", "POST /api/v1/reviews", "POST /api/v1/visits", "POST /api/v1/responses/batch",
    }  # fmt: skip
    refused = {operation for operation, _ in outcome.poisoned}
    assert refused >= {"POST /api/v1/reviews", "PUT /api/v1/visits/{id}", "POST /api/v1/responses"}

"""The service against requests made from its own OpenAPI document."""

import asyncio
from pathlib import Path
from uuid import uuid4

from services.kit.testing import Signer, running
from services.reports.app import create_app
from services.reports.settings import Settings
from tests.support.fuzz import fuzz
from tests.support.served import served_apart
from tests.unit.reports import feeds as played
from tests.unit.reports.conftest import eventually


def test_no_request_breaks_the_service_and_every_answer_is_as_documented(
    url: str, signer: Signer, tmp_path: Path
) -> None:
    credential = tmp_path / "token"
    credential.write_text(played.TOKEN)
    form = played.questionnaire()
    review = played.review(form)
    visit = played.visit(review)
    feeds = played.Feeds()
    feeds.add(*played.created(("questionnaire", form), ("review", review), ("visit", visit)))
    feeds.add(*played.responded(visit, *played.same(6, sex="f", requirements=2, aspiration="Lampu jalan")))
    agency = played.registered("agency", str(uuid4()), "Dinas")
    feeds.add(*played.created(("agency", agency)), feed="registry")
    changes = len(feeds.items["responses"])
    with served_apart(feeds.app()) as origin:
        settings = Settings(
            database_url=url, public_key_file=signer.public_key_file, feeds_url=origin, credential_file=credential,
            feed_wait=0.5, log_level="CRITICAL",
        )  # fmt: skip

        async def taken_in() -> tuple[str, str, str]:
            async with running(create_app(settings), signer) as cast:

                async def seen() -> int:
                    answer = await cast.call("GET", "/api/v1/indexes/freshness")
                    return sum(int(feed["changes"]) for feed in answer.json().values())

                await eventually(seen, lambda count: count == changes + 1)
                rebuild = await cast.call("POST", "/api/v1/rebuilds")
                wishes = await cast.call("GET", "/api/v1/aspirations")
                plan = {
                    "agency": agency["id"], "title": "Lampu", "action": "Memasang", "class": "light",
                    "origin": {"review": review["id"], "element": "requirements"},
                }  # fmt: skip
                followup = await cast.call("POST", "/api/v1/followups", json=plan)
                return rebuild.json()["id"], wishes.json()["items"][0]["id"], followup.json()["id"]

        rebuild, wish, followup = asyncio.run(taken_in())
        outcome = fuzz(
            create_app(settings), signer,
            known={
                "review": [review["id"]], "visit": [visit["id"]], "program": [None], "location": [None],
                "group_by": ["sex", "visit", None], "method": ["skm-2017", "equal"], "id": [rebuild],
                "region": ["33.25"], "aspirations id": [wish], "aspirations": [[wish]], "followups id": [followup],
                "agency": [agency["id"]], "class": ["light"], "element": ["requirements"], "If-Match": ['"1"'],
            },
        )  # fmt: skip
    # The rest was hardly tried if these never got past the door.
    assert outcome.accepted() >= {
        "GET /api/v1/indexes", "GET /api/v1/indexes/reviews", "GET /api/v1/methods/{method}",
        "GET /api/v1/rebuilds/{id}", "GET /api/v1/aspirations", "GET /api/v1/aspirations/{id}/similar",
        "GET /api/v1/followups", "GET /api/v1/followups/{id}", "GET /api/v1/followups/weak-elements",
        "POST /api/v1/followups/{id}/comments", "GET /api/v1/holidays", "PUT /api/v1/holidays/{date}",
    }  # fmt: skip
    refused = {operation for operation, _ in outcome.poisoned}
    assert refused >= {"GET /api/v1/indexes", "POST /api/v1/indexes/compute"}

"""The service against requests made from its own OpenAPI document."""

import asyncio
from pathlib import Path

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
    feeds.add(*played.responded(visit, *played.same(6, sex="f")))
    changes = len(feeds.items["responses"])
    with served_apart(feeds.app()) as origin:
        settings = Settings(
            database_url=url, public_key_file=signer.public_key_file, feeds_url=origin, credential_file=credential,
            feed_wait=0.5, log_level="CRITICAL",
        )  # fmt: skip

        async def taken_in() -> str:
            async with running(create_app(settings), signer) as cast:

                async def seen() -> int:
                    answer = await cast.call("GET", "/api/v1/indexes/freshness")
                    return int(answer.json()["responses"]["changes"])

                await eventually(seen, lambda count: count == changes)
                rebuild = await cast.call("POST", "/api/v1/rebuilds")
                return str(rebuild.json()["id"])

        rebuild = asyncio.run(taken_in())
        outcome = fuzz(
            create_app(settings), signer,
            known={
                "review": [review["id"]], "visit": [visit["id"]], "program": [None], "location": [None],
                "group_by": ["sex", "visit", None], "method": ["skm-2017", "equal"], "id": [rebuild],
                "region": ["33.25"],
            },
        )  # fmt: skip
    # The rest was hardly tried if these never got past the door.
    assert outcome.accepted() >= {
        "GET /api/v1/indexes", "GET /api/v1/indexes/reviews", "GET /api/v1/methods/{method}",
        "GET /api/v1/rebuilds/{id}",
    }  # fmt: skip
    refused = {operation for operation, _ in outcome.poisoned}
    assert refused >= {"GET /api/v1/indexes", "POST /api/v1/indexes/compute"}

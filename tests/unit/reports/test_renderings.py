"""The files of reports: made once, by one, and made anew when whoever made them was killed."""

import asyncio
import hashlib
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from services.kit.scope import EVERYTHING
from services.reports.layouts.codes import qr
from services.reports.renderings import maker, repository
from services.reports.renderings.domain import Key
from services.reports.renderings.maker import DEAD, Maker
from tests.unit.reports.conftest import Reports, eventually
from tests.unit.reports.frozen import WAIT, document, frozen, step

BOUND: dict[str, str | None] = {"region_code": "33.25", "agency_id": None}
ROWS = text("SELECT state, owner, detail, digest FROM report_files")


async def rows(reports: Reports) -> list[Any]:
    async with reports.database.reading() as reading:
        return list(await reading.all(ROWS, EVERYTHING))


async def test_a_document_is_made_once_however_many_ask_and_is_the_same_for_all(reports: Reports) -> None:
    async with frozen(reports) as (cast, report), reports.process() as other:
        path = f"/api/v1/reports/{report['id']}/documents/pdf"
        answers = await asyncio.gather(*(one.call("GET", path, params=WAIT) for one in (cast, other, cast, other)))
        listed = (await cast.call("GET", f"/api/v1/reports/{report['id']}/documents")).json()["items"]
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.content for answer in answers}) == 1
    assert answers[0].headers["content-type"] == "application/pdf"
    assert answers[0].headers["content-disposition"].endswith(f'filename="{report["number"]}-id.pdf"')
    (row,) = await rows(reports)
    digest = f"sha256:{hashlib.sha256(answers[0].content).hexdigest()}"
    assert (row.state, row.digest) == ("made", digest)
    made = {(one["format"], one["language"]): one for one in listed}
    assert (made["pdf", "id"]["state"], made["pdf", "id"]["digest"]) == ("made", digest)
    assert (made["pdf", "en"]["state"], made["json", None]["state"]) == ("unmade", "made")


async def test_until_it_is_there_the_answer_says_how_far_it_is(reports: Reports) -> None:
    async with frozen(reports) as (cast, report):
        path = f"/api/v1/reports/{report['id']}/documents/pdf"
        first = await cast.call("GET", path)
        later = await eventually(lambda: cast.call("GET", path), lambda answer: answer.status_code == 200)
    assert first.status_code == 202
    assert first.headers["retry-after"] == "1"
    assert first.json() == {
        "state": "making", "format": "pdf", "language": "id", "stage": "waiting", "done": 0, "total": 0,
    }  # fmt: skip
    assert later.content.startswith(b"%PDF")


async def test_equal_snapshots_are_equal_bytes(reports: Reports) -> None:
    async with frozen(reports) as (cast, report):
        first = await document(cast, report, "pdf")
        async with reports.database.transaction() as write:
            await write.run(text("DELETE FROM report_files"), EVERYTHING)
        assert await document(cast, report, "pdf") == first


async def test_what_was_being_made_when_its_process_was_killed_is_made_by_the_next_one(reports: Reports) -> None:
    """Of a killed process nothing is left but its row."""
    async with frozen(reports) as (cast, report):
        key, killed = Key(UUID(report["id"]), "pdf", "id"), uuid4()
        async with reports.database.transaction() as write:
            assert await repository.claim(write, key, killed, BOUND, dead=DEAD, again=DEAD)
            assert not await repository.claim(write, key, uuid4(), BOUND, dead=DEAD, again=DEAD)
        path = f"/api/v1/reports/{report['id']}/documents/pdf"
        assert (await cast.call("GET", path, params={"wait": "0.3"})).status_code == 202
        async with reports.database.transaction() as write:
            await write.run(text("UPDATE report_files SET beat_at = now() - interval '1 minute'"), EVERYTHING)
        assert (await document(cast, report, "pdf")).startswith(b"%PDF")
        async with reports.database.transaction() as write:
            assert not await repository.change(write, key, killed, {"stage": "late"})
            assert not await repository.claim(write, key, killed, BOUND, dead=timedelta(0), again=timedelta(0))


async def test_a_process_that_stops_leaves_its_files_to_the_next_one(reports: Reports) -> None:
    async with frozen(reports) as (cast, report):
        path = f"/api/v1/reports/{report['id']}/documents/pdf"
        assert (await cast.call("GET", path)).status_code == 202
    async with reports.process() as other:
        assert (await document(other, report, "pdf")).startswith(b"%PDF")


async def test_a_file_that_cannot_be_made_says_why_and_is_tried_again(
    reports: Reports, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with frozen(reports) as (cast, report):
        key = Key(UUID(report["id"]), "pdf", "id")
        own = Maker(reports.database, 1)
        monkeypatch.setattr(maker, "LONGEST_SECONDS", 0.001)
        await own.start(key, BOUND, {})
        await own.wait(key, 10)
        path = f"/api/v1/reports/{report['id']}/documents/pdf"
        failed = await cast.call("GET", path, params=WAIT)
        assert (failed.status_code, failed.json()["type"]) == (500, "/problems/rendering-failed")
        assert failed.json()["detail"] == "The pdf file could not be made: TimeoutError"
        monkeypatch.undo()
        async with reports.database.transaction() as write:
            await write.run(text("UPDATE report_files SET beat_at = now() - interval '1 minute'"), EVERYTHING)
        assert (await document(cast, report, "pdf")).startswith(b"%PDF")
        again = Key(UUID(report["id"]), "pdf", "en")
        await own.start(again, BOUND, {"report": {}})
        await own.wait(again, 10)
    assert "TypeError" in next(row.detail for row in await rows(reports) if row.state == "failed")


async def test_documents_of_drafts_and_withdrawn_reports_are_not_for_everybody(reports: Reports) -> None:
    async with frozen(reports) as (cast, report):
        path = f"/api/v1/reports/{report['id']}/documents"
        for address in (path, f"{path}/json", f"{path}/pdf"):
            assert (await cast.call("GET", address, "public")).status_code == 404
        published = await step(cast, report, "publish")
        assert (await cast.call("GET", f"{path}/json", "public")).status_code == 200
        await step(cast, published, "withdraw", reason="x")
        for address in (path, f"{path}/json", f"{path}/pdf"):
            assert (await cast.call("GET", address, "public")).status_code == 410
        assert (await cast.call("GET", f"{path}/word")).status_code == 422


def test_a_code_for_phones_is_a_picture_without_a_border() -> None:
    assert qr("https://example.org/verify/TJ-2026-000001").startswith(b"<?xml")

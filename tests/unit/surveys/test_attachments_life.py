"""How attachments end: deleted, given up, thrown away; and how many there may be."""

import asyncio
import os
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from services.kit.scope import EVERYTHING
from services.surveys.attachments.sweep import sweep
from tests.unit.surveys import bodies, files
from tests.unit.surveys.conftest import Surveys, golden
from tests.unit.surveys.uploads import begin, known, offset, place, send, uploaded

WHY = {"reason": "Asked for by the respondent"}


@pytest.fixture
def further() -> dict[str, Any]:
    return {"attachments_per_response": 4, "attachments_region_bytes": 200_000, "attachments_pixels": 10_000}


def objects(surveys: Surveys) -> list[Path]:
    """What lies where content is kept."""
    folder: Path = surveys.cast.app.state.settings.attachments_folder / "kept"
    return [path for path in folder.rglob("*") if path.is_file()]


def partials(surveys: Surveys) -> list[str]:
    folder: Path = surveys.cast.app.state.settings.attachments_folder / "uploads"
    return sorted(path.name for path in folder.glob("*"))


async def swept(surveys: Surveys, **later: float) -> None:
    await sweep(surveys.cast.app.state.attachments, datetime.now(UTC) + timedelta(**later))


async def delete(surveys: Surveys, id: str, role: str = "admin", **request: Any) -> int:
    return (await surveys.call("DELETE", f"/attachments/{id}", role, **request)).status_code


async def test_the_same_content_is_kept_once_until_the_last_that_has_it_is_deleted(surveys: Surveys) -> None:
    visit = await place(surveys)
    response, content = bodies.response(visit["id"]), files.photo()
    first, second = [await uploaded(surveys, response, content) for _ in range(2)]
    assert len(objects(surveys)) == 1
    assert partials(surveys) == []
    assert await delete(surveys, first, params=WHY) == 204
    assert (await surveys.call("GET", f"/attachments/{second}/content")).status_code == 200
    assert await delete(surveys, second, params=WHY) == 204
    assert objects(surveys) == []
    for id in (first, second):
        for method, path in (("GET", ""), ("GET", "/content"), ("GET", "/original"), ("DELETE", "")):
            gone = await surveys.call(method, f"/attachments/{id}{path}")
            assert (gone.status_code, gone.json()["type"]) == (410, "/problems/attachment-gone")
    told = [(one["action"], one["version"]) for one in await surveys.changes() if one["id"] == first]
    assert told == [("created", 2), ("deleted", 3)]
    assert (await begin(surveys, files.described(response, id=first), len(content))).status_code == 410


async def test_only_who_may_correct_deletes_what_is_stored_and_says_why(surveys: Surveys) -> None:
    visit = await place(surveys)
    id = await uploaded(surveys, bodies.response(visit["id"]), files.photo())
    assert await delete(surveys, id) == 422
    assert await delete(surveys, id, "enumerator", claims={"region": "33.25"}, params=WHY) == 403
    assert await delete(surveys, id, "team", claims={"region": "34"}, params=WHY) == 404
    assert await delete(surveys, id, "team", claims={"region": "33.25"}, params=WHY) == 204
    refused = files.described(bodies.response(visit["id"]))
    await begin(surveys, refused, 200, content=files.noise(200)[:200], headers={"Content-Type": files.CHUNK})
    assert (await known(surveys, refused["id"]))["state"] == "refused"
    assert len(objects(surveys)) == 1
    assert await delete(surveys, refused["id"], params=WHY) == 204
    assert objects(surveys) == []


async def test_an_upload_that_was_given_up_can_be_begun_anew(surveys: Surveys) -> None:
    visit = await place(surveys)
    content = files.photo()
    said = files.described(bodies.response(visit["id"]))
    await begin(surveys, said, len(content))
    await send(surveys, said["id"], 0, content[:100])
    assert await delete(surveys, said["id"], "enumerator", claims={"region": "33.25"}) == 204
    assert partials(surveys) == []
    answer = await surveys.call("HEAD", f"/attachments/{said['id']}", headers=files.TUS)
    assert answer.status_code == 410
    assert (await send(surveys, said["id"], 0, content)).status_code == 410
    assert partials(surveys) == []
    again = await begin(surveys, said, len(content))
    assert (again.status_code, again.headers["upload-offset"]) == (201, "0")
    assert (await send(surveys, said["id"], 0, content)).status_code == 204
    assert (await known(surveys, said["id"]))["state"] == "stored"


async def test_every_step_is_written_down_with_who_and_why(surveys: Surveys) -> None:
    visit = await place(surveys)
    content = files.photo()
    said = files.described(bodies.response(visit["id"]))
    await begin(surveys, said, len(content))
    await delete(surveys, said["id"], "enumerator", claims={"region": "33.25"})
    await begin(surveys, said, len(content))
    await send(surveys, said["id"], 0, content)
    await delete(surveys, said["id"], "team", claims={"region": "33.25"}, params=WHY)
    path, found, cursor = f"/attachments/{said['id']}/history", list[dict[str, Any]](), dict[str, str]()
    while True:
        page = (await surveys.call("GET", path, params={"limit": "2", **cursor})).json()
        found += page["items"]
        if page["next"] is None:
            break
        cursor = {"cursor": page["next"]}
    assert [(one["version"], one["state"], one["by"], one["reason"]) for one in found] == [
        (1, "uploading", "test:admin", None), (2, "expired", "test:enumerator", "given up by its sender"),
        (3, "uploading", "test:admin", None), (4, "stored", "service", None),
        (5, "deleted", "test:team", WHY["reason"]),
    ]  # fmt: skip
    assert (await surveys.call("GET", path, "agency", claims={"region": "33.25", "agency": "x"})).status_code == 403
    assert (await surveys.call("GET", f"/attachments/{uuid4()}/history")).status_code == 404


async def test_files_are_counted_by_question_by_response_and_by_region(surveys: Surveys) -> None:
    questions = [bodies.photo_question(max_count=3), bodies.photo_question(key="more", max_count=3)]
    visit = await place(surveys, *questions)
    response = bodies.response(visit["id"])
    begun = await asyncio.gather(*(begin(surveys, files.described(response), 100) for _ in range(6)))
    assert sorted(one.status_code for one in begun) == [201] * 3 + [409] * 3
    assert (await begin(surveys, files.described(response, question="more"), 100)).status_code == 201
    one_more = await begin(surveys, files.described(response, question="more"), 100)
    assert (one_more.status_code, one_more.json()["type"]) == (409, "/problems/too-many-attachments")
    other = bodies.response(visit["id"])
    full = await begin(surveys, files.described(other), 199_999)
    assert (full.status_code, full.json()["type"]) == (507, "/problems/storage-full")
    assert full.headers["tus-resumable"] == "1.0.0"
    said = files.described(other)
    assert (await begin(surveys, said, 150_000)).status_code == 201
    assert (await begin(surveys, files.described(other), 60_000)).status_code == 507
    assert await delete(surveys, said["id"]) == 204
    assert (await begin(surveys, files.described(other), 60_000)).status_code == 201


async def test_an_id_of_somebody_elses_is_taken(surveys: Surveys) -> None:
    here = await place(surveys)
    surveys.registry.answers["/api/v1/regions/34.71"] = golden("region") | {"code": "34.71"}
    there = await place(surveys, region="34.71")
    said = files.described(bodies.response(here["id"]))
    await begin(surveys, said, 100)
    other = files.described(bodies.response(there["id"]), id=said["id"])
    answer = await begin(surveys, other, 100)
    assert answer.status_code == 409
    headers = files.announcing(other, 100)
    answer = await surveys.call("POST", "/attachments", "team", claims={"region": "34"}, headers=headers)
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/attachment-conflict")


async def test_a_photo_with_too_many_pixels_is_not_decoded(surveys: Surveys) -> None:
    visit = await place(surveys)
    said, content = files.described(bodies.response(visit["id"])), files.photo("PNG", (200, 51))
    await begin(surveys, said, len(content))
    answer = await send(surveys, said["id"], 0, content)
    assert answer.status_code == 422
    assert "200 × 51 pixels; 10000 are allowed" in answer.json()["detail"]


async def test_what_nobody_goes_on_with_is_given_up_in_the_end(surveys: Surveys) -> None:
    visit = await place(surveys)
    waiting, going_on = (files.described(bodies.response(visit["id"])) for _ in range(2))
    for said in (waiting, going_on):
        await begin(surveys, said, 1000)
        await send(surveys, said["id"], 0, b"x" * 10)
    await aged(surveys, waiting["id"], days=20)
    await swept(surveys, days=13)
    assert await offset(surveys, waiting["id"]) == 10
    await swept(surveys, days=13, hours=23, minutes=59)
    await due_now(surveys)
    await swept(surveys)
    assert (await known(surveys, waiting["id"]))["status"] == 410
    assert partials(surveys) == [f"{going_on['id']}.part"]
    assert await offset(surveys, going_on["id"]) == 10
    assert (await begin(surveys, waiting, 1000)).status_code == 201


async def aged(surveys: Surveys, id: str, **ago: float) -> None:
    """Let the file of an upload look as if nothing had come for so long."""
    path = surveys.cast.app.state.attachments.partials.folder / f"{id}.part"
    moment = time.time() - timedelta(**ago).total_seconds()
    os.utime(path, (moment, moment))


async def due_now(surveys: Surveys) -> None:
    """Let the time of everything be up that somebody waits for."""
    async with surveys.cast.app.state.database.transaction() as write:
        await write.run(text("UPDATE attachments SET expires_at = now() - interval '1 s' WHERE expires_at IS NOT NULL"),
                        EVERYTHING)  # fmt: skip


async def test_a_file_whose_response_never_comes_is_given_up_and_its_content_with_it(surveys: Surveys) -> None:
    visit = await place(surveys)
    comes, never = bodies.response(visit["id"]), bodies.response(visit["id"])
    kept = await uploaded(surveys, comes, files.photo())
    lost = await uploaded(surveys, never, files.photo(size=(10, 10)))
    await surveys.call("POST", "/responses", json=comes)
    await swept(surveys, days=13)
    assert (await known(surveys, kept))["expires_at"] is None
    assert (await known(surveys, lost))["expires_at"] is not None
    await swept(surveys, days=15)
    assert (await known(surveys, kept))["state"] == "stored"
    assert (await known(surveys, lost))["status"] == 410
    assert len(objects(surveys)) == 1
    assert [one["action"] for one in await surveys.changes() if one["id"] == lost] == ["created", "deleted"]
    await swept(surveys, days=15)
    said = files.described(never, id=lost)
    content = files.photo(size=(10, 10))
    assert (await begin(surveys, said, len(content))).status_code == 201
    assert (await send(surveys, lost, 0, content)).status_code == 204
    assert len(objects(surveys)) == 2


async def test_a_whole_upload_that_a_dead_process_left_is_settled_by_who_asks_or_by_the_sweep(surveys: Surveys) -> None:
    visit = await place(surveys)
    desk, content = surveys.cast.app.state.attachments, files.photo()
    asked, swept_up, broken = (files.described(bodies.response(visit["id"])) for _ in range(3))
    for said in (asked, swept_up, broken):
        await begin(surveys, said, len(content))
        with desk.partials.open(UUID(said["id"])) as partial:
            partial.append(content if said is not broken else files.noise(2000)[: len(content)])
        await aged(surveys, said["id"], minutes=11)
    stray = uuid4()
    with desk.partials.open(stray) as partial:
        partial.append(b"left behind")
    await aged(surveys, str(stray), minutes=11)
    assert await offset(surveys, asked["id"]) == len(content)
    assert (await known(surveys, asked["id"]))["state"] == "stored"
    assert (await known(surveys, swept_up["id"]))["state"] == "uploading"
    await swept(surveys)
    assert (await known(surveys, swept_up["id"]))["state"] == "stored"
    assert (await known(surveys, broken["id"]))["state"] == "refused"
    assert partials(surveys) == []


async def test_the_sweep_leaves_alone_what_somebody_has_in_hand(surveys: Surveys) -> None:
    visit = await place(surveys)
    said = files.described(bodies.response(visit["id"]))
    await begin(surveys, said, 1000)
    desk = surveys.cast.app.state.attachments
    with desk.partials.open(UUID(said["id"])) as partial:
        partial.append(b"x")
        await aged(surveys, said["id"], days=20)
        await due_now(surveys)
        await swept(surveys)
    assert (await known(surveys, said["id"]))["state"] == "uploading"


def obstructed(surveys: Surveys) -> Path:
    """A file that stands where a folder for content should be."""
    path: Path = surveys.cast.app.state.settings.attachments_folder / "kept" / "sha256"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("in the way")
    return path


async def test_content_that_cannot_be_kept_now_is_kept_when_it_can(surveys: Surveys) -> None:
    visit = await place(surveys)
    content = files.photo()
    in_the_way = obstructed(surveys)
    said = files.described(bodies.response(visit["id"]))
    await begin(surveys, said, len(content))
    away = await send(surveys, said["id"], 0, content)
    assert (away.status_code, away.headers["retry-after"]) == (503, "5")
    assert (await known(surveys, said["id"]))["offset"] == len(content)
    await asyncio.to_thread(in_the_way.unlink)
    assert await offset(surveys, said["id"]) == len(content)
    assert (await known(surveys, said["id"]))["state"] == "stored"

"""Uploads piece by piece, and what becomes of them."""

import asyncio
import base64
import hashlib
import io
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import pytest
from PIL import Image

from tests.unit.surveys import bodies, files
from tests.unit.surveys.conftest import Surveys
from tests.unit.surveys.uploads import begin, known, offset, place, send, uploaded


async def test_a_photo_in_two_pieces_is_kept_without_what_it_tells_of_its_maker_and_place(surveys: Surveys) -> None:
    visit = await place(surveys)
    response, content = bodies.response(visit["id"]), files.photo(turned=True)
    said = files.described(response, filename="rumah/Foto é.jpg")
    answer = await begin(surveys, said, len(content))
    assert (answer.status_code, answer.headers["location"]) == (201, f"/api/v1/attachments/{said['id']}")
    assert (answer.headers["tus-resumable"], answer.headers["upload-offset"]) == ("1.0.0", "0")
    assert "GMT" in answer.headers["upload-expires"]
    first = await send(surveys, said["id"], 0, content[:500])
    assert (first.status_code, first.headers["upload-offset"]) == (204, "500")
    assert await offset(surveys, said["id"]) == 500
    assert (await known(surveys, said["id"]))["state"] == "uploading"
    last = await send(surveys, said["id"], 500, content[500:])
    assert (last.status_code, last.headers["upload-offset"]) == (204, str(len(content)))
    assert await offset(surveys, said["id"]) == len(content)
    file = await known(surveys, said["id"])
    assert (file["state"], file["media_type"], file["name"]) == ("stored", "image/jpeg", "Foto é.jpg")
    assert (file["width"], file["height"], file["position"]) == (48, 64, None)
    got = await surveys.call("GET", f"/attachments/{said['id']}/content")
    assert (got.status_code, got.headers["content-type"]) == (200, "image/jpeg")
    assert hashlib.sha256(got.content).hexdigest() == file["digest"]
    picture = Image.open(io.BytesIO(got.content))
    assert (picture.size, dict(picture.getexif()), picture.info.get("comment")) == ((48, 64), {}, None)
    assert b"Maker" not in got.content
    red, _, blue = picture.convert("RGB").getpixel((40, 5))  # type: ignore[misc]
    assert blue > red  # the upper left corner is the upper right one now


async def test_where_the_question_asks_for_it_the_place_is_kept_beside_the_photo(surveys: Surveys) -> None:
    visit = await place(surveys, bodies.photo_question(keep_location=True))
    id = await uploaded(surveys, bodies.response(visit["id"]), files.photo("WEBP"))
    file = await known(surveys, id)
    assert file["media_type"] == "image/webp"
    assert file["position"] == {"longitude": files.BATANG[0], "latitude": files.BATANG[1]}
    got = (await surveys.call("GET", f"/attachments/{id}/content")).content
    assert not Image.open(io.BytesIO(got)).getexif()
    told = [one for one in await surveys.changes() if one["id"] == id]
    assert [one["action"] for one in told] == ["created"]
    assert "position" not in told[0]["data"]
    assert "name" not in told[0]["data"]


async def test_the_same_announced_again_is_where_it_is_and_another_is_refused(surveys: Surveys) -> None:
    visit = await place(surveys)
    response, content = bodies.response(visit["id"]), files.photo()
    said = files.described(response)
    assert (await begin(surveys, said, len(content))).status_code == 201
    await send(surveys, said["id"], 0, content[:100])
    again = await begin(surveys, said, len(content))
    assert (again.status_code, again.headers["upload-offset"]) == (200, "100")
    body = {"content": content[:50], "headers": {"Content-Type": files.CHUNK}}
    again = await begin(surveys, said, len(content), **body)
    assert (again.status_code, again.headers["upload-offset"]) == (200, "100")
    other = await begin(surveys, said, len(content) + 1)
    assert (other.status_code, other.json()["type"]) == (409, "/problems/attachment-conflict")
    await send(surveys, said["id"], 100, content[100:])
    assert (await begin(surveys, said, len(content))).headers["upload-offset"] == str(len(content))


async def test_what_has_arrived_of_a_piece_that_was_cut_stays(surveys: Surveys) -> None:
    visit = await place(surveys)
    content = files.photo(size=(900, 900))
    said = files.described(bodies.response(visit["id"]))
    await begin(surveys, said, len(content))
    assert await cut_off(surveys, said["id"], 0, content[:3000]) is None
    assert await offset(surveys, said["id"]) == 3000
    proof = {"Upload-Checksum": "sha256 " + base64.b64encode(hashlib.sha256(content[3000:]).digest()).decode()}
    assert await cut_off(surveys, said["id"], 3000, content[3000:6000], **proof) is None
    assert await offset(surveys, said["id"]) == 3000  # nothing proves the half of a piece that has a sum
    assert (await send(surveys, said["id"], 3000, content[3000:], **proof)).status_code == 204
    assert (await known(surveys, said["id"]))["state"] == "stored"


async def cut_off(surveys: Surveys, id: str, start: int, content: bytes, **headers: str) -> int | None:
    """Send a piece whose connection breaks before its end; the status, if there was any."""
    app, sent = surveys.cast.app, list[int]()
    token = surveys.cast.signer.token("admin")
    given = files.at(start, Authorization=f"Bearer {token}", **headers)
    messages = [{"type": "http.request", "body": content, "more_body": True}, {"type": "http.disconnect"}]
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "PATCH", "scheme": "http",
        "path": f"/api/v1/attachments/{id}", "raw_path": b"", "query_string": b"", "root_path": "",
        "headers": [(name.lower().encode(), value.encode()) for name, value in given.items()],
        "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 1),
    }  # fmt: skip

    async def receive() -> dict[str, Any]:
        return messages.pop(0) if messages else {"type": "http.disconnect"}

    async def tell(message: Any) -> None:
        if message["type"] == "http.response.start":
            sent.append(message["status"])

    await app(scope, receive, tell)
    return sent[0] if sent else None


async def test_a_piece_at_another_offset_is_refused_and_changes_nothing(surveys: Surveys) -> None:
    visit = await place(surveys)
    said = files.described(bodies.response(visit["id"]))
    await begin(surveys, said, 1000)
    await send(surveys, said["id"], 0, b"x" * 10)
    for wrong in (0, 11):
        answer = await send(surveys, said["id"], wrong, b"y" * 10)
        assert (answer.status_code, answer.json()["offset"]) == (409, 10)
        assert answer.headers["tus-resumable"] == "1.0.0"
    assert (await send(surveys, said["id"], 10, b"y" * 991)).status_code == 413
    assert (await send(surveys, said["id"], 10, pieces(b"y" * 500, b"y" * 500))).status_code == 413
    assert await offset(surveys, said["id"]) == 10


async def pieces(*parts: bytes) -> AsyncIterator[bytes]:
    for part in parts:
        yield part


async def test_a_piece_that_is_not_what_its_checksum_says_leaves_nothing(surveys: Surveys) -> None:
    visit = await place(surveys)
    said = files.described(bodies.response(visit["id"]))
    await begin(surveys, said, 1000)
    for algorithm in ("sha1", "sha256"):
        right = base64.b64encode(hashlib.new(algorithm, b"a piece").digest()).decode()
        proof = {"Upload-Checksum": f"{algorithm} {right}"}
        wrong = await send(surveys, said["id"], 0, b"another", **proof)
        assert (wrong.status_code, wrong.json()["type"]) == (460, "/problems/checksum-mismatch")
        assert await offset(surveys, said["id"]) == 0
    assert (await send(surveys, said["id"], 0, b"a piece", **proof)).headers["upload-offset"] == "7"
    for nonsense in ("md5 AAAA", "sha256", "sha256 ====", "sha256 AAAA"):
        assert (await send(surveys, said["id"], 7, b"x", **{"Upload-Checksum": nonsense})).status_code == 400


async def test_of_two_who_send_at_once_one_is_told_to_wait(surveys: Surveys) -> None:
    visit = await place(surveys)
    said = files.described(bodies.response(visit["id"]))
    await begin(surveys, said, 1000)
    held, go_on = asyncio.Event(), asyncio.Event()

    async def slow() -> AsyncIterator[bytes]:
        yield b"first"
        held.set()
        await go_on.wait()
        yield b"last"

    one = asyncio.create_task(send(surveys, said["id"], 0, slow()))
    await held.wait()
    other = await send(surveys, said["id"], 0, b"x")
    assert (other.status_code, other.json()["type"]) == (423, "/problems/upload-busy")
    assert (await surveys.call("DELETE", f"/attachments/{said['id']}")).status_code == 423
    go_on.set()
    assert (await one).headers["upload-offset"] == "9"


@pytest.mark.parametrize(
    ("question", "content", "why"),
    [
        ({}, files.noise(2000), "none of these: image/jpeg"),
        ({}, files.wav(), "none of these: image/jpeg"),
        ({}, files.photo(size=(300, 300))[:1500], "cannot be decoded"),
        ({"media": "audio"}, files.photo(), "none of these: audio/mp4"),
        ({"media": "audio"}, files.m4a(b"vide"), "something else than sound"),
        ({"media": "audio"}, files.m4a()[:-30], "damaged"),
    ],
)  # fmt: skip
async def test_what_is_no_such_file_is_refused_and_kept_aside(
    surveys: Surveys, question: dict[str, Any], content: bytes, why: str
) -> None:
    visit = await place(surveys, bodies.photo_question(**question))
    said = files.described(bodies.response(visit["id"]))
    await begin(surveys, said, len(content))
    answer = await send(surveys, said["id"], 0, content)
    assert (answer.status_code, answer.json()["type"]) == (422, "/problems/attachment-refused")
    assert why in answer.json()["detail"]
    file = await known(surveys, said["id"])
    assert (file["state"], file["media_type"]) == ("refused", None)
    assert why in file["refusal"]
    kept = await surveys.call("GET", "/attachments", params={"state": "refused", "visit": visit["id"]})
    assert [one["id"] for one in kept.json()["items"]] == [said["id"]]
    for again in (
        await begin(surveys, said, len(content)), await send(surveys, said["id"], len(content), b""),
        await surveys.call("HEAD", f"/attachments/{said['id']}", headers=files.TUS),
    ):  # fmt: skip
        assert again.status_code == 422
    assert (await surveys.call("GET", f"/attachments/{said['id']}/content")).status_code == 409
    original = await surveys.call("GET", f"/attachments/{said['id']}/original")
    assert (original.content, original.headers["content-type"]) == (content, "application/octet-stream")
    assert original.headers["content-disposition"].startswith("attachment")
    assert (await surveys.call("GET", f"/attachments/{said['id']}/original", "ministry")).status_code == 403


async def test_sound_keeps_every_sample_and_loses_its_words(surveys: Surveys) -> None:
    visit = await place(surveys, bodies.photo_question(media="audio", max_count=2))
    response = bodies.response(visit["id"])
    for content, media_type, word in (
        (files.wav(words=b"INFOIART\x05\0\0\0Budi\0\0"), "audio/wav", b"Budi"), (files.m4a(), "audio/mp4", b"109.73"),
    ):  # fmt: skip
        assert word in content
        id = await uploaded(surveys, response, content)
        assert (await known(surveys, id))["media_type"] == media_type
        got = await surveys.call("GET", f"/attachments/{id}/content")
        assert got.headers["content-type"] == media_type
        assert len(got.content) == len(content)
        assert word not in got.content
        tail = content.index(b"data" if media_type == "audio/wav" else b"mdat")
        assert got.content[tail:] == content[tail:]


async def test_a_file_comes_before_its_response_or_after_it_if_the_response_names_it(surveys: Surveys) -> None:
    visit = await place(surveys)
    before, after, unnamed = (str(uuid4()) for _ in range(3))
    response = bodies.response(visit["id"], answers=bodies.answers(photo=[before.upper(), after]))
    await uploaded(surveys, response, files.photo(), id=before)
    assert (await known(surveys, before))["expires_at"] is not None
    assert (await surveys.call("POST", "/responses", json=response)).status_code == 201
    review = (await surveys.call("GET", f"/reviews/{visit['review']}")).json()
    await surveys.made(f"/reviews/{review['id']}/close", headers={"If-Match": f'"{review["version"]}"'})
    await uploaded(surveys, response, files.photo(size=(20, 20)), id=after)
    assert (await known(surveys, after))["expires_at"] is None
    refused = await begin(surveys, files.described(response, id=unnamed), 1000)
    assert (refused.status_code, refused.json()["type"]) == (422, "/problems/attachment-unasked")
    late = await begin(surveys, files.described(bodies.response(visit["id"])), 1000)
    assert (late.status_code, late.json()["type"]) == (409, "/problems/review-closed")
    listed = await surveys.call("GET", "/attachments", params={"response": response["id"]})
    assert {one["id"] for one in listed.json()["items"]} == {before, after}


async def test_what_an_upload_has_to_say(surveys: Surveys) -> None:
    visit = await place(surveys, bodies.photo_question(max_bytes=5000))
    response = bodies.response(visit["id"])
    said = files.described(response)
    cases: list[tuple[dict[str, str], int | None, int, str]] = [
        (said, None, 400, "Upload-Length"), (said, 0, 400, "Upload-Length"),
        (said | {"id": "x"}, 10, 400, "Upload-Metadata/id"), (said | {"question": ""}, 10, 400, "question"),
        (said | {"visit": str(uuid4())}, 10, 404, "Upload-Metadata/visit"),
        (said | {"question": "sex"}, 10, 422, "Upload-Metadata/question"),
        (said, 5001, 413, "Upload-Length"),
    ]  # fmt: skip
    for about, length, status, field in cases:
        answer = await begin(surveys, about, length)
        assert (answer.status_code, field in answer.json()["errors"][0]["pointer"]) == (status, True), answer.text
    without = await surveys.call("POST", "/attachments", headers=files.announcing(said, 10) | {"Tus-Resumable": "0.2"})
    assert (without.status_code, without.headers["tus-version"]) == (412, "1.0.0")
    for pairs in ("id !!", f"id {base64.b64encode(b'a').decode()},id {base64.b64encode(b'b').decode()}", "id /w=="):
        answer = await begin(surveys, said, 10, headers={"Upload-Metadata": pairs})
        assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, "Upload-Metadata")
    await begin(surveys, said, 10)
    for headers, status in (
        ({"Upload-Offset": "x"}, 400), ({"Content-Type": "text/plain"}, 415), ({"Tus-Resumable": "2"}, 412),
    ):  # fmt: skip
        path = f"/attachments/{said['id']}"
        assert (await surveys.call("PATCH", path, headers=files.at(0) | headers, content=b"x")).status_code == status


async def test_a_client_can_ask_what_there_is(surveys: Surveys) -> None:
    answer = await surveys.call("OPTIONS", "/attachments", "public")
    assert answer.status_code == 204
    assert answer.headers["tus-version"] == "1.0.0"
    assert answer.headers["tus-extension"] == "creation,creation-with-upload,checksum,termination,expiration"
    assert answer.headers["tus-checksum-algorithm"] == "sha1,sha256"
    assert int(answer.headers["tus-max-size"]) == 50_000_000


async def test_part_of_a_file_and_a_file_that_is_known_already(surveys: Surveys) -> None:
    visit = await place(surveys)
    id = await uploaded(surveys, bodies.response(visit["id"]), files.photo("PNG"), filename="ünlü.png")
    path = f"/attachments/{id}/content"
    whole = await surveys.call("GET", path)
    etag, size = whole.headers["etag"], len(whole.content)
    assert whole.headers["x-content-type-options"] == "nosniff"
    assert whole.headers["content-disposition"] == f"inline; filename=\"{id}.png\"; filename*=UTF-8''%C3%BCnl%C3%BC.png"
    for asked, first, last in (("bytes=0-9", 0, 9), ("bytes=5-", 5, size - 1), ("bytes=-7", size - 7, size - 1)):
        part = await surveys.call("GET", path, headers={"Range": asked})
        assert (part.status_code, part.content) == (206, whole.content[first : last + 1])
        assert part.headers["content-range"] == f"bytes {first}-{last}/{size}"
        assert (await surveys.call("GET", path, headers={"Range": asked, "If-Range": etag})).status_code == 206
        assert (await surveys.call("GET", path, headers={"Range": asked, "If-Range": '"x"'})).status_code == 200
    for asked in ("bytes=0-1,3-4", "pages=1-2", "bytes=9-1"):
        assert (await surveys.call("GET", path, headers={"Range": asked})).content == whole.content
    outside = await surveys.call("GET", path, headers={"Range": f"bytes={size}-"})
    assert (outside.status_code, outside.headers["content-range"]) == (416, f"bytes */{size}")
    assert (await surveys.call("GET", path, headers={"If-None-Match": etag})).status_code == 304
    for other in ("enumerator", "mentor", "public"):
        answer = await surveys.call("GET", path, other, claims={"region": "33.25"})
        assert answer.status_code in {401, 403}
    assert (await surveys.call("GET", path, "team", claims={"region": "34"})).status_code == 404


async def test_the_files_of_a_deleted_response_are_gone_until_it_is_restored(surveys: Surveys) -> None:
    visit = await place(surveys)
    id = str(uuid4())
    response = bodies.response(visit["id"], answers=bodies.answers(photo=[id]))
    await surveys.call("POST", "/responses", json=response)
    await uploaded(surveys, response, files.photo(), id=id)
    path = f"/responses/{response['id']}"
    await surveys.call("DELETE", path, params={"reason": "A test"}, headers={"If-Match": '"1"'})
    for what in (f"/attachments/{id}", f"/attachments/{id}/content"):
        gone = await surveys.call("GET", what)
        assert (gone.status_code, gone.json()["type"]) == (410, "/problems/gone")
    assert (await surveys.call("GET", "/attachments", params={"visit": visit["id"]})).json()["items"] == []
    assert (await begin(surveys, files.described(response), 10)).status_code == 410
    await surveys.made(f"{path}/restore", {"reason": "A test"}, headers={"If-Match": '"2"'})
    assert (await surveys.call("GET", f"/attachments/{id}/content")).status_code == 200

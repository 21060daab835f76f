"""Short cuts to uploads, for tests of what becomes of them."""

from typing import Any

import httpx2

from tests.unit.surveys import bodies, files
from tests.unit.surveys.conftest import Surveys


async def place(surveys: Surveys, *questions: dict[str, Any], **of_visit: Any) -> dict[str, Any]:
    """A visit whose questionnaire asks for files."""
    asked = [*bodies.questions(), *(questions or [bodies.photo_question(max_count=3)])]
    form = await surveys.questionnaire(questions=asked)
    return await surveys.visit(questionnaire=form["id"], **of_visit)


async def begin(surveys: Surveys, said: dict[str, str], length: int | None, **request: Any) -> httpx2.Response:
    headers = files.announcing(said, length) | request.pop("headers", {})
    return await surveys.call("POST", "/attachments", headers=headers, **request)


async def send(surveys: Surveys, id: str, offset: int, content: Any, **headers: str) -> httpx2.Response:
    return await surveys.call("PATCH", f"/attachments/{id}", headers=files.at(offset, **headers), content=content)


async def offset(surveys: Surveys, id: str) -> int:
    answer = await surveys.call("HEAD", f"/attachments/{id}", headers=files.TUS)
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    return int(answer.headers["upload-offset"])


async def uploaded(surveys: Surveys, response: dict[str, Any], content: bytes, **said: str) -> str:
    """The id of a file that was sent whole."""
    about = files.described(response, **said)
    answer = await begin(surveys, about, len(content), content=content, headers={"Content-Type": files.CHUNK})
    assert (answer.status_code, answer.headers["upload-offset"]) == (201, str(len(content))), answer.text
    return about["id"]


async def known(surveys: Surveys, id: str) -> dict[str, Any]:
    found: dict[str, Any] = (await surveys.call("GET", f"/attachments/{id}")).json()
    return found

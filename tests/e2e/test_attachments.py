"""Photos and sound through the public door with a client that others wrote, and processes that are killed under it."""

import http.client
import io
import re
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from tusclient.client import TusClient

from services.kit.testing import Cluster
from tests.support.faults import kill
from tests.support.stack import RealStack, eventually, running
from tests.support.survey import open_survey, words
from tests.unit.surveys import files

CHUNK_BYTES = 256 * 1024
SOUND_SECONDS = 250.0
MEGABYTE = 1_000_000
SOUND = {"kind": "attachment", "key": "sound", "text": words("Sound"), "media": "audio", "max_bytes": 200_000_000}


@pytest.fixture(scope="module")
def stack(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealStack]:
    """A stack whose door is short of patience, and that takes large files."""
    extra = {"TINJAU_GATEWAY_CLIENT_SECONDS": "1", "TINJAU_SURVEYS_ATTACHMENTS_BYTES": "200000000"}
    with running(cluster, tmp_path_factory.mktemp("home"), extra) as real:
        yield real


@pytest.fixture(scope="module")
def sound() -> bytes:
    """Four megabytes of sound without words, which are kept as they are sent."""
    return files.wav(SOUND_SECONDS)


@pytest.fixture
def said(stack: RealStack) -> dict[str, str]:
    """What an upload to a response that is there says of itself."""
    survey, id = open_survey(stack, [SOUND]), str(uuid4())
    response = survey.response()
    response["answers"] |= {"sound": [id]}
    with stack.client("enumerator", region="33.25") as client:
        assert client.post("/responses", json=response).status_code == 201
    return files.described(response, id=id, question="sound", filename="suara.wav")


def begun(stack: RealStack, said: dict[str, str], length: int) -> str:
    """The path of an upload that was announced."""
    with stack.client("enumerator", region="33.25") as client:
        answer = client.post("/attachments", headers=files.announcing(said, length))
    assert answer.status_code == 201, answer.text
    return str(answer.headers["location"])


def offset(stack: RealStack, said: dict[str, str]) -> int | None:
    """How far an upload is; None while nobody answers."""
    with stack.client("enumerator", region="33.25") as client:
        answer = client.head(f"/attachments/{said['id']}", headers=files.TUS)
    assert answer.status_code in {200, 502, 503}
    return int(answer.headers["upload-offset"]) if answer.status_code == 200 else None


def content(stack: RealStack, said: dict[str, str]) -> bytes:
    with stack.client("team", region="33.25") as client:
        answer = client.get(f"/attachments/{said['id']}/content")
    assert answer.status_code == 200, answer.text
    return answer.content


class Stumbling(io.BytesIO):
    """A file at whose reading, in some places, the service is killed."""

    def __init__(self, content: bytes, stack: RealStack, places: set[int]) -> None:
        super().__init__(content)
        self._stack, self._places = stack, places

    def read(self, size: int | None = -1) -> bytes:
        here = self.tell()
        for place in sorted(place for place in self._places if place <= here and size and size > 0):
            self._places.remove(place)
            kill(self._stack, "surveys")
        return super().read(size)


def test_a_client_from_elsewhere_goes_on_when_the_service_is_killed(
    stack: RealStack, said: dict[str, str], sound: bytes
) -> None:
    bearer = {"Authorization": f"Bearer {stack.token('enumerator', region='33.25')}"}
    places = {CHUNK_BYTES, 8 * CHUNK_BYTES}
    uploader = TusClient(f"{stack.origin}/api/v1/attachments", bearer).uploader(
        file_stream=Stumbling(sound, stack, places), chunk_size=CHUNK_BYTES, metadata=said, retries=200,
        retry_delay=0.05, upload_checksum=True,
    )  # fmt: skip
    uploader.upload()
    assert not places
    assert (uploader.offset, offset(stack, said)) == (len(sound), len(sound))
    assert content(stack, said) == sound


def half_sent(stack: RealStack, path: str, sent: bytes, length: int, **headers: str) -> socket.socket:
    """The connection of a piece of which no more comes than `sent`."""
    parts = urlsplit(stack.origin)
    told = files.at(0) | {
        "Host": parts.netloc, "Content-Length": str(length),
        "Authorization": f"Bearer {stack.token('enumerator', region='33.25')}",
    } | headers  # fmt: skip
    lines = [f"PATCH {path} HTTP/1.1", *(f"{name}: {value}" for name, value in told.items()), "", ""]
    connection = socket.create_connection((str(parts.hostname), parts.port))
    connection.sendall("\r\n".join(lines).encode() + sent)
    return connection


def test_what_had_arrived_of_a_piece_is_there_when_the_service_was_killed_under_it(
    stack: RealStack, said: dict[str, str], sound: bytes
) -> None:
    path = begun(stack, said, len(sound))
    with half_sent(stack, path, sound[: 5 * CHUNK_BYTES], len(sound)):
        eventually(lambda: offset(stack, said), bool)
        kill(stack, "surveys")
    here = eventually(lambda: offset(stack, said), lambda here: here is not None)
    assert here
    assert 0 < here <= 5 * CHUNK_BYTES
    rest_sent(stack, said, sound, here)


def rest_sent(stack: RealStack, said: dict[str, str], sound: bytes, here: int) -> None:
    """Send the rest in one piece; then the content is the whole."""
    with stack.client("enumerator", region="33.25") as client:
        answer = client.patch(f"/attachments/{said['id']}", headers=files.at(here), content=sound[here:])
    assert (answer.status_code, answer.headers["upload-offset"]) == (204, str(len(sound)))
    assert content(stack, said) == sound


def test_of_a_piece_that_stalls_the_door_tells_and_what_has_arrived_stays(
    stack: RealStack, said: dict[str, str], sound: bytes
) -> None:
    path = begun(stack, said, len(sound))
    with half_sent(stack, path, sound[:10_000], len(sound)) as connection:
        answer = http.client.HTTPResponse(connection, method="PATCH")
        answer.begin()
        assert answer.status == 408
    eventually(lambda: offset(stack, said), lambda here: here == 10_000)
    rest_sent(stack, said, sound, 10_000)


def test_a_large_piece_that_is_refused_at_once_is_answered_and_not_cut(
    stack: RealStack, said: dict[str, str], sound: bytes
) -> None:
    begun(stack, said, len(sound))
    with stack.client("enumerator", region="33.25") as client:
        for _ in range(3):
            answer = client.patch(f"/attachments/{said['id']}", headers=files.at(7), content=sound[7:])
            assert (answer.status_code, answer.json()["offset"]) == (409, 0)
        assert client.options("/attachments").headers["tus-version"] == "1.0.0"
        assert client.head("/reviews").status_code == 200  # any other HEAD is still a GET without a body


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is read from /proc")
def test_memory_does_not_grow_with_a_file(stack: RealStack, said: dict[str, str]) -> None:
    large = files.wav(60 * MEGABYTE / 16_000)
    path = begun(stack, said, len(large))
    names = [process.name for part in ("surveys", "gateway") for process in stack.stack.processes(part)]
    peaks = {name: forget_peak(stack, name) for name in names}
    with stack.client("enumerator", region="33.25") as client:
        assert client.patch(path.removeprefix("/api/v1"), headers=files.at(0), content=large).status_code == 204
    with stack.client("team", region="33.25") as client, client.stream("GET", f"{path[7:]}/content") as answer:
        received = sum(len(piece) for piece in answer.iter_raw())
    assert received == len(large)
    for name, before in peaks.items():
        assert memory(stack, name, "VmHWM") - before < 32 * MEGABYTE, name  # some buffers, whatever the size


def memory(stack: RealStack, part: str, what: str) -> int:
    """Bytes that a process has or had at most."""
    found = re.search(rf"{what}:\s+(\d+) kB", status_file(stack, part, "status").read_text())
    assert found
    return int(found.group(1)) * 1024


def forget_peak(stack: RealStack, part: str) -> int:
    """What a process has now, from which its peak is counted from now on."""
    status_file(stack, part, "clear_refs").write_text("5")
    return memory(stack, part, "VmRSS")


def status_file(stack: RealStack, part: str, name: str) -> Path:
    pid: Any = stack.stack.part(part).pid
    return Path(f"/proc/{pid}/{name}")

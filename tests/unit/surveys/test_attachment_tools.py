"""The tools of attachments by themselves: photos encoded anew, uploads on disk, content in a folder and in a bucket."""

import asyncio
import io
import re
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from PIL import Image, ImageCms
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from services.kit.problems import Unavailable
from services.surveys.attachments import pictures, reencode
from services.surveys.attachments.partials import Partials
from services.surveys.attachments.pictures import BROKEN, Picture, Pictures
from services.surveys.attachments.vault import PART, StorageAway, Vault, by_content
from services.surveys.problems import UploadBusy
from tests.support.served import served
from tests.unit.surveys import files

HEIC = Path(__file__).with_name("photo.heic")


def rewritten(tmp_path: Path, content: bytes, media_type: str) -> tuple[dict[str, Any], Image.Image]:
    """What the program says of a photo, and the photo that it wrote."""
    source, target = tmp_path / "source", tmp_path / "target"
    source.write_bytes(content)
    said = reencode.main(str(source), str(target), media_type, 10_000)
    with Image.open(target) as picture:
        picture.load()
        return said, picture


def written(picture: Image.Image, kind: str, **more: Any) -> bytes:
    file = io.BytesIO()
    picture.save(file, kind, **more)
    return file.getvalue()


@pytest.mark.parametrize(("kind", "media_type"), [("JPEG", "image/jpeg"), ("PNG", "image/png"), ("WEBP", "image/webp")])
def test_a_photo_is_its_pixels_and_nothing_else(tmp_path: Path, kind: str, media_type: str) -> None:
    said, picture = rewritten(tmp_path, files.photo(kind, turned=True), media_type)
    assert said == {"media_type": media_type, "width": 48, "height": 64, "position": list(files.BATANG)}
    assert (picture.format, picture.size) == (kind, (48, 64))
    assert not picture.getexif()
    assert not {"exif", "comment", "icc_profile", "xmp"} & picture.info.keys()
    assert b"Maker" not in (tmp_path / "target").read_bytes()


def test_a_photo_of_an_apple_phone_becomes_one_that_everything_reads(tmp_path: Path) -> None:
    said, picture = rewritten(tmp_path, HEIC.read_bytes(), "image/heic")
    assert said == {"media_type": "image/jpeg", "width": 64, "height": 48, "position": list(files.BATANG)}
    assert (picture.format, bool(picture.getexif())) == ("JPEG", False)


@pytest.mark.parametrize("mode", ["L", "CMYK", "RGB"])
def test_colours_of_any_kind_become_those_of_every_screen(tmp_path: Path, mode: str) -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    content = written(Image.new(mode, (8, 8), 100 if mode == "L" else None), "JPEG", icc_profile=profile)
    _, picture = rewritten(tmp_path, content, "image/jpeg")
    assert picture.mode == ("L" if mode == "L" else "RGB")
    assert "icc_profile" not in picture.info


def test_a_profile_that_is_nonsense_is_left_out(tmp_path: Path) -> None:
    content = written(Image.new("RGB", (8, 8), (9, 200, 9)), "JPEG", icc_profile=b"nonsense")
    _, picture = rewritten(tmp_path, content, "image/jpeg")
    assert "icc_profile" not in picture.info


def test_what_can_be_seen_through_stays_so(tmp_path: Path) -> None:
    content = written(Image.new("RGB", (8, 8), (9, 9, 200)).quantize(4), "PNG", transparency=0)
    _, picture = rewritten(tmp_path, content, "image/png")
    assert picture.convert("RGBA").getpixel((1, 1))[3] == 0  # type: ignore[index]
    content = written(Image.new("I;16", (8, 8), 3000), "PNG")
    assert rewritten(tmp_path, content, "image/png")[1].mode == "I;16"


@pytest.mark.parametrize(
    "told",
    [
        {}, {2: (6.0, 54.0, 30.0), 1: "S"}, {1: "S", 2: (1, 2), 3: "E", 4: (3, 4, 5)},
        {1: "N", 2: (95.0, 0.0, 0.0), 3: "E", 4: (10.0, 0.0, 0.0)},
    ],
)  # fmt: skip
def test_half_a_place_is_none(told: dict[int, Any]) -> None:
    exif = Image.Exif()
    exif.get_ifd(0x8825).update(told)
    assert reencode.place(exif) is None


async def test_a_photo_is_looked_at_in_a_process_of_its_own(tmp_path: Path) -> None:
    source, target = tmp_path / "source", tmp_path / "target"
    source.write_bytes(files.photo())
    looking = Pictures(10_000)
    found = await looking.rewrite(source, target, "image/jpeg")
    assert isinstance(found, Picture)
    assert found.position == files.BATANG
    source.write_bytes(files.photo()[:700])
    assert await looking.rewrite(source, target, "image/jpeg") == BROKEN
    assert await looking.rewrite(source, target, "image/png") == BROKEN


async def test_when_there_is_no_time_to_look_nothing_is_decided(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pictures, "SECONDS", 0.0)
    source = tmp_path / "source"
    source.write_bytes(files.photo())
    with pytest.raises(Unavailable):
        await Pictures(10_000).rewrite(source, tmp_path / "target", "image/jpeg")


def test_what_nothing_proves_is_gone_when_the_next_one_opens_it(tmp_path: Path) -> None:
    """As after a process that was killed between a piece and its checksum."""
    uploads, id = Partials(tmp_path / "uploads"), uuid4()
    assert (uploads.offset(id), uploads.touched(id)) == (0, None)
    with uploads.open(id) as partial:
        partial.append(b"proven")
        partial.doubt()
        partial.append(b"not proven")
        assert uploads.offset(id) == 6
        with pytest.raises(UploadBusy):
            uploads.open(id)
    assert uploads.offset(id) == 6
    with uploads.open(id) as partial:
        assert partial.size == 6
        partial.doubt()
        partial.append(b" too")
        partial.trust()
        partial.sync()
    assert uploads.offset(id) == 10
    (tmp_path / "uploads" / f"{id}.from").touch()  # killed while it was written
    assert uploads.offset(id) == 10
    with uploads.open(id) as partial:
        partial.remove()
    assert list((tmp_path / "uploads").iterdir()) == []


class Bucket:
    """Plays S3 at its border: objects by path, whole or in parts."""

    def __init__(self) -> None:
        self.objects: dict[str, bytes] = {}
        self.parts: dict[int, bytes] = {}
        self.away = False

    async def answer(self, request: Request) -> Response:
        name, body = request.url.path, await request.body()
        if self.away:
            return Response(status_code=403)
        if request.method == "POST":
            return Response(self._asked(name, request.query_params, body), media_type="application/xml")
        if request.method != "PUT":
            return self._read(request, name)
        if "partNumber" in request.query_params:
            self.parts[int(request.query_params["partNumber"])] = body
        else:
            self.objects[name] = body
        return Response(headers={"ETag": '"x"'})

    def _asked(self, name: str, params: Mapping[str, str], body: bytes) -> str:
        if "uploads" in params:
            return "<InitiateMultipartUploadResult><UploadId>1</UploadId></InitiateMultipartUploadResult>"
        if "delete" in params:
            keys = re.findall(r"<Key>([^<]+)</Key>", body.decode())
            for key in keys:
                self.objects.pop(f"{name.rstrip('/')}/{key}", None)
            return f"<DeleteResult>{''.join(f'<Deleted><Key>{key}</Key></Deleted>' for key in keys)}</DeleteResult>"
        self.objects[name] = b"".join(self.parts[number] for number in sorted(self.parts))
        return "<CompleteMultipartUploadResult><ETag>x</ETag></CompleteMultipartUploadResult>"

    def _read(self, request: Request, name: str) -> Response:
        if name not in self.objects:
            return Response(status_code=404)
        content, headers = self.objects[name], {"ETag": '"x"', "Last-Modified": "Tue, 03 Mar 2020 00:00:00 GMT"}
        asked = request.headers.get("range")
        if request.method == "HEAD" or not asked:
            return Response(content, headers=headers)
        first, _, last = asked.removeprefix("bytes=").partition("-")
        headers["Content-Range"] = f"bytes {first}-{last}/{len(content)}"
        return Response(content[int(first) : int(last) + 1], 206, headers)

    def app(self) -> Starlette:
        methods = ["GET", "PUT", "POST", "HEAD"]
        return Starlette(routes=[Route("/{path:path}", self.answer, methods=methods)])


@pytest.fixture
async def bucket(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Bucket]:
    """A bucket at an address that the environment names."""
    played = Bucket()
    async with served(played.app()) as origin:
        for name, value in {
            "AWS_ENDPOINT": origin, "AWS_ALLOW_HTTP": "true", "AWS_REGION": "x", "AWS_ACCESS_KEY_ID": "key",
            "AWS_SECRET_ACCESS_KEY": "secret",
        }.items():  # fmt: skip
            monkeypatch.setenv(name, value)
        yield played


async def kept_and_read(vault: Vault, folder: Path, size: int) -> None:
    """One object from its first byte to its end."""
    content = (bytes(range(256)) * (size // 256 + 1))[:size]
    file, name = folder / "file", by_content(b"\xab" * 32)
    await asyncio.to_thread(file.write_bytes, content)
    assert await vault.size(name) is None
    for _ in range(2):
        await vault.keep(name, file, size)
        assert await vault.size(name) == size
    for first, end in ((0, size), (3, 10), (size - 1, size)):
        assert b"".join([piece async for piece in await vault.pieces(name, first, end)]) == content[first:end]
    for _ in range(2):
        await vault.drop(name)
        assert await vault.size(name) is None
    with pytest.raises(StorageAway):
        await vault.pieces(name, 0, 1)


@pytest.mark.parametrize("size", [1000, PART + 1000])
async def test_content_in_a_folder(tmp_path: Path, size: int) -> None:
    await kept_and_read(Vault((tmp_path / "with space" / "kept").as_uri()), tmp_path, size)


@pytest.mark.parametrize("size", [1000, PART + 1000])
async def test_content_in_a_bucket(bucket: Bucket, tmp_path: Path, size: int) -> None:
    await kept_and_read(Vault("s3://bucket/photos"), tmp_path, size)
    assert bucket.objects == {}


async def test_a_bucket_that_lets_nobody_in_is_away(bucket: Bucket, tmp_path: Path) -> None:
    bucket.away = True
    vault = Vault("s3://bucket/photos")
    for asked in (vault.size("x"), vault.drop("x"), vault.keep("x", tmp_path, 1), vault.pieces("x", 0, 1)):
        with pytest.raises(StorageAway):
            await asked

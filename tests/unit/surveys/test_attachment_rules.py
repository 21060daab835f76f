"""Pure rules of attachments: what headers mean, what bytes are, what is blanked."""

import base64
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.surveys.attachments import domain, sounds
from services.surveys.attachments.kinds import MEDIA, SUFFIXES, sniffed
from services.surveys.questionnaires.domain import faults
from services.surveys.responses.instrument import Instrument
from tests.unit.surveys import bodies, files

KEYS = st.text("abcdefghij", min_size=1, max_size=8)


@given(st.dictionaries(KEYS, st.text(max_size=20), max_size=5))
def test_metadata_come_back_as_they_were_written(pairs: dict[str, str]) -> None:
    header = ", ".join(f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in pairs.items())
    assert domain.metadata(header) == pairs


@given(st.text(max_size=60))
def test_any_header_is_read_or_refused(text: str) -> None:
    domain.metadata(text)
    domain.checksum(text)
    domain.number(text)
    name = domain.plain_name(text)
    assert name is None or (name.isprintable() and "/" not in name and 0 < len(name) <= domain.LONGEST_NAME)


@pytest.mark.parametrize(
    ("given_name", "expected"),
    [("a/b\\c.jpg", "c.jpg"), ("..\\..\\x", "x"), ("  \n ", None), (None, None), ("x" * 300, "x" * 200)],
)
def test_a_name_has_no_folders(given_name: str | None, expected: str | None) -> None:
    assert domain.plain_name(given_name) == expected


@given(st.integers(1, 2000), st.integers(0, 2500), st.integers(0, 2500))
def test_a_stretch_lies_within_the_file(size: int, first: int, last: int) -> None:
    content = bytes(n % 251 for n in range(size))
    for header, expected in (
        (f"bytes={first}-{last}", content[first : last + 1]), (f"bytes={first}-", content[first:]),
        (f"bytes=-{last}", content[max(0, size - last) :] if last else b""),
    ):  # fmt: skip
        found = domain.stretch(header, size)
        if isinstance(found, tuple):
            assert content[found[0] : found[1]] == expected
            assert expected
        else:
            assert found is None or not expected


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        (files.photo(), "image/jpeg"), (files.photo("PNG"), "image/png"), (files.photo("WEBP"), "image/webp"),
        (b"\0\0\0\x18ftypheic", "image/heic"), (files.m4a(), "audio/mp4"), (files.wav(), "audio/wav"),
        (b"OggS" + bytes(24) + b"OpusHead", "audio/ogg"), (b"ID3\x04", "audio/mpeg"), (b"\xff\xfb\x90", "audio/mpeg"),
        (b"\xff\xf1\x50", "audio/aac"), (b"OggS" + bytes(24) + b"\x80theora", None), (b"%PDF-1.7", None),
        (b"GIF89a", None), (b"\0\0\0\x18ftypavif", None), (b"RIFF\0\0\0\0AVI LIST", None), (b"", None), (b"\xff", None),
        (b"<svg xmlns=", None), (b"\xff\xe9\x90", None), (b"PK\x03\x04", None),
    ],
)  # fmt: skip
def test_a_file_is_what_its_bytes_say(head: bytes, expected: str | None) -> None:
    assert sniffed(head) == expected
    assert expected is None or expected in MEDIA
    assert SUFFIXES.keys() == MEDIA.keys()


@given(st.binary(max_size=64))
def test_any_bytes_are_sniffed(head: bytes) -> None:
    assert sniffed(head) in {None, *MEDIA}


def blanked(content: bytes, media_type: str) -> bytes:
    file = io.BytesIO(content)
    sounds.blank(file, len(content), media_type)
    return file.getvalue()


def test_words_in_an_mp3_become_padding_and_its_sound_stays() -> None:
    words, sound = b"TIT2 Rekaman Bu Siti", b"\xff\xfb\x90\0" * 40
    tag = b"ID3\x04\0\x40" + bytes([0, 0, 0, len(words)]) + words
    after = blanked(tag + sound + b"TAG" + b"Siti".ljust(125, b" "), "audio/mpeg")
    assert (len(after), b"Siti" in after) == (len(tag) + len(sound) + 128, False)
    assert after[:10] == b"ID3\x04\0\0" + bytes([0, 0, 0, len(words)])
    assert after[len(tag) : -128] == sound


def test_places_in_an_mp4_are_blanked_wherever_they_stand() -> None:
    place = files.box(b"\xa9xyz", b"+6.9084+109.7300/")
    track = files.box(b"trak", files.box(b"udta", place) + files.box(b"mdia", b""))
    content = files.m4a() + files.box(b"moov", track + files.box(b"meta", place)) + files.box(b"uuid", place)
    after = blanked(content, "audio/mp4")
    assert (b"109.73" in after, len(after)) == (False, len(content))
    assert sounds.tracks(io.BytesIO(content), len(content)) == {b"soun"}


@given(st.binary(max_size=200), st.sampled_from(["audio/mp4", "audio/mpeg", "audio/wav", "audio/ogg"]))
def test_any_bytes_are_blanked_in_place_or_refused(content: bytes, media_type: str) -> None:
    try:
        after = blanked(content, media_type)
    except sounds.Damaged:
        assert media_type == "audio/mp4"
    else:
        assert len(after) == len(content)


def test_a_box_that_says_it_is_larger_than_the_file_is_damage() -> None:
    for broken in (b"\0\0\1\0moov", b"\0\0\0\4moov", b"\0\0\0\1moov" + b"\0" * 7 + b"\1"):
        with pytest.raises(sounds.Damaged):
            sounds.tracks(io.BytesIO(broken), len(broken))
    large = b"\0\0\0\1mdat" + (20).to_bytes(8) + b"1234" + b"\0\0\0\0free"
    assert sounds.tracks(io.BytesIO(large), len(large)) == set()


def test_a_questionnaire_asks_for_places_in_photos_only() -> None:
    questions = [*bodies.questions(), bodies.photo_question(media="audio", keep_location=True)]
    assert [(pointer, code) for pointer, code, _ in faults(questions)] == [
        (f"/questions/{len(questions) - 1}/keep_location", "not-an-image")
    ]
    assert faults([*bodies.questions(), bodies.photo_question(keep_location=True)]) == []


@pytest.mark.parametrize(
    ("answer", "sound"),
    [
        ([], True), (["c0de0000-0000-4000-8000-000000000001"], True), (None, True),
        (["C0DE0000-0000-4000-8000-000000000001", "c0de0000-0000-4000-8000-000000000002"], True),
        (["c0de0000-0000-4000-8000-000000000001", "C0DE0000-0000-4000-8000-000000000001"], False),
        (["c0de0000-0000-4000-8000-00000000000" + str(n) for n in range(3)], False),
        ("c0de0000-0000-4000-8000-000000000001", False), (["x"], False), ([1], False), ({}, False), ([None], False),
    ],
)  # fmt: skip
def test_an_answer_names_files(answer: object, sound: bool) -> None:
    question = bodies.photo_question(required=False, max_count=2)
    found = Instrument([question]).faults({"photo": answer}, frozenset())
    assert [code for _, code, _ in found] == ([] if sound else ["wrong-type"])

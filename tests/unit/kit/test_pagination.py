"""Keyset cursors: they carry a sort key there and back, and nothing else gets through."""

import base64
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.kit.pagination import cut, decode, encode
from services.kit.problems import Malformed

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))


@given(texts, st.integers(-(2**63), 2**63 - 1))
def test_a_key_comes_back_as_it_was(name: str, number: int) -> None:
    assert decode(encode(name, number), str, int) == [name, number]


def cursor(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


@pytest.mark.parametrize(
    ("given_cursor", "kinds"),
    [
        ("", [str]),
        ("nonsense", [str]),
        ("ü", [str]),
        ("\0", [str]),
        ("a" * 100_001, [str]),
        (cursor(b"\xff\xfe"), [str]),
        (cursor(b'"a"'), [str]),
        (cursor(b"{}"), [str]),
        (cursor(b"null"), []),
        (encode("a"), [str, str]),
        (encode("a", "b"), [str]),
        (encode(1), [str]),
        (encode("1"), [int]),
        (encode(True), [int]),
        (encode(1.0), [int]),
        (encode(None), [str]),
        (encode("a\0b"), [str]),
        (cursor(b'["\\ud800"]'), [str]),
        (cursor(b"[9223372036854775808]"), [int]),
        (cursor(b"[-9223372036854775809]"), [int]),
        (cursor(b"[" + b"9" * 400 + b"]"), [int]),
        (cursor(b"[" * 2000), [str]),
    ],
)
def test_what_is_no_cursor_of_ours_is_malformed(given_cursor: str, kinds: list[type]) -> None:
    with pytest.raises(Malformed) as refusal:
        decode(given_cursor, *kinds)
    assert refusal.value.errors[0].pointer == "cursor"


@given(st.text(max_size=30), st.lists(st.sampled_from([str, int, bool, float]), max_size=3))
def test_whatever_is_sent_is_a_key_of_the_asked_types_or_malformed(text: str, kinds: list[type]) -> None:
    try:
        key = decode(text, *kinds)
    except Malformed:
        return
    assert [type(part) for part in key] == kinds


def rows(*ids: int) -> list[Any]:
    return [SimpleNamespace(id=id, name=f"n{id}") for id in ids]


@pytest.mark.parametrize(
    ("found", "limit", "kept", "following"),
    [
        ([], 2, [], None),
        ([1, 2], 2, [1, 2], None),
        ([1, 2, 3], 2, [1, 2], [2, "n2"]),
        ([1, 2], 1, [1], [1, "n1"]),
    ],
)
def test_there_is_a_next_page_only_when_there_is_a_row_for_it(
    found: Sequence[int], limit: int, kept: Sequence[int], following: list[Any] | None
) -> None:
    page, after = cut(rows(*found), limit, "id", "name")
    assert [row.id for row in page] == list(kept)
    assert (after and decode(after, int, str)) == following


@given(st.lists(st.integers(0, 1000), unique=True, max_size=40), st.integers(1, 7))
def test_pages_join_up_to_the_whole(numbers: list[int], limit: int) -> None:
    everything = rows(*sorted(numbers))
    seen: list[int] = []
    after = -1
    while True:
        page, following = cut([row for row in everything if row.id > after][: limit + 1], limit, "id")
        seen += [row.id for row in page]
        if following is None:
            break
        (after,) = decode(following, int)
    assert seen == sorted(numbers)


def test_a_cursor_is_fit_for_an_address() -> None:
    found = encode("ü/+?&", 2**62)
    assert found.isascii()
    assert not set(found) & set("+/=?&")
    assert orjson.loads(base64.urlsafe_b64decode(found + "=" * (-len(found) % 4))) == ["ü/+?&", 2**62]

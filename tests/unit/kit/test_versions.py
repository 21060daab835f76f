"""ETags and If-Match."""

import pytest
from fastapi import Response
from hypothesis import given
from hypothesis import strategies as st

from services.kit.problems import Malformed, PreconditionFailed, PreconditionRequired
from services.kit.versions import check, etag, expected, tag


@given(st.integers(0, 10**18 - 1))
def test_a_version_comes_back_from_its_etag(version: int) -> None:
    assert expected(etag(version)) == version
    assert expected(f"W/{etag(version)}") == version
    check(version, f" {etag(version)} ")


@pytest.mark.parametrize(
    "header", ["", "1", '"a"', '""', "*", '"1", "2"', '"-1"', '"1', '"٣"', '"1"x', '"' + "1" * 19 + '"']
)
def test_what_is_no_etag_is_malformed(header: str) -> None:
    with pytest.raises(Malformed):
        expected(header)


def test_a_change_without_a_version_is_refused_and_one_from_another_version_too() -> None:
    with pytest.raises(PreconditionRequired):
        check(1, None)
    with pytest.raises(PreconditionFailed) as refusal:
        check(3, '"2"')
    assert refusal.value.extra == {"current": '"3"'}


def test_a_response_is_tagged() -> None:
    response = Response()
    tag(response, 7)
    assert response.headers["etag"] == '"7"'

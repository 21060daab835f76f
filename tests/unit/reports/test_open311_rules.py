"""Open311 by value: which window of time is meant, what is understood of a question, and XML that any reader reads."""

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID
from xml.etree import ElementTree

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.reports.open311 import writer
from services.reports.open311.domain import LONGEST, Fault, asked, expected, notes, status_of, window

NOW = datetime(2026, 11, 26, 3, tzinfo=UTC)
EARLY, LATE = datetime.fromisoformat("1950-01-01"), datetime.fromisoformat("2150-01-01")
ID = "33250000-0000-4000-8000-000000000001"


@pytest.mark.parametrize(
    ("start", "end", "begins", "ends"),
    [
        (None, None, "2026-08-28T03:00:00+00:00", "2026-11-26T03:00:00+00:00"),
        ("2020-03-01T00:00:00+07:00", None, "2020-03-01T00:00:00+07:00", "2020-05-30T00:00:00+07:00"),
        (None, "2020-05-30T00:00:00Z", "2020-03-01T00:00:00+00:00", "2020-05-30T00:00:00+00:00"),
        ("2020-03-01T00:00:00 07:00", "2020-03-02", "2020-03-01T00:00:00+07:00", "2020-03-02T00:00:00+00:00"),
        ("2020-01-01", "2020-03-31", "2020-01-01T00:00:00+00:00", "2020-03-31T00:00:00+00:00"),
    ],
)
def test_a_window_is_90_days_at_most(start: str | None, end: str | None, begins: str, ends: str) -> None:
    assert window(NOW, start, end) == (datetime.fromisoformat(begins), datetime.fromisoformat(ends))


@given(st.datetimes(EARLY, LATE), st.timedeltas(timedelta(0), timedelta(400)))
def test_either_a_window_is_within_90_days_or_it_is_refused(start: datetime, length: timedelta) -> None:
    end = start + length
    if length <= LONGEST:
        assert window(NOW, start.isoformat(), end.isoformat()) == (
            start.replace(tzinfo=UTC),
            end.replace(tzinfo=UTC),
        )
    else:
        with pytest.raises(Fault):
            window(NOW, start.isoformat(), end.isoformat())


@pytest.mark.parametrize(
    ("question", "code"),
    [
        ({"start_date": "yesterday"}, 400),
        ({"start_date": "2020-03-02", "end_date": "2020-03-01"}, 400),
        ({"start_date": "0001-01-01"}, 400),
        ({"end_date": "9999-12-31T23:59:59-12:00"}, 400),
        ({"status": "pending"}, 400),
        ({"status": "open,pending"}, 400),
        ({"simulated": "maybe"}, 400),
        ({"jurisdiction_id": "batang.go.id"}, 404),
        ({"jurisdiction_id": "33..25"}, 404),
        ({"service_request_id": ",".join([ID] * 1001)}, 400),
    ],
)
def test_what_cannot_be_understood_is_refused(question: dict[str, str], code: int) -> None:
    with pytest.raises(Fault) as refused:
        asked(NOW, **question)
    assert refused.value.code == code


def test_ids_leave_all_other_conditions_out() -> None:
    found = asked(NOW, service_request_id=f"{ID}, nonsense,", status="closed", start_date="nonsense")
    assert (found.ids, found.status, found.start) == ([UUID(ID)], None, None)


def test_services_are_named_by_their_codes() -> None:
    found = asked(NOW, service_code=f"{ID},nonsense", status="open,closed", jurisdiction_id="33.25", simulated="true")
    assert (found.programs, found.without_program, found.status) == ([UUID(ID)], False, None)
    assert (found.region, found.simulated) == ("33.25", True)
    assert asked(NOW, service_code="aspirasi").without_program
    assert asked(NOW, status="closed").status == "closed"


def followup(state: str, due: date, postponed: date | None = None) -> Any:
    return SimpleNamespace(title="Lampu", state=state, due_on=due, postponed_until=postponed)


def test_it_is_closed_when_all_was_verified_and_expected_by_the_last_deadline() -> None:
    assert [status_of(states) for states in ([], ["done"], ["verified", "planned"], ["verified"])] == [
        "open", "open", "open", "closed",
    ]  # fmt: skip
    first, last = date(2026, 12, 1), date(2026, 12, 24)
    some = [followup("planned", last), followup("postponed", first, date(2027, 1, 5)), followup("verified", last)]
    assert expected(some, 9) == datetime.fromisoformat("2027-01-05T23:59:59+09:00")
    assert expected([followup("verified", last)], 7) is None
    assert notes(some[:2]) == "Lampu: Direncanakan; Lampu: Ditunda"
    assert notes([]) == "Diterima; belum ada rencana tindak lanjut."


@given(st.text())
def test_whatever_people_write_is_xml(text: str) -> None:
    tree = ElementTree.fromstring(writer.listed("xml", "service_requests", "request", [{"description": text}]))
    (request,) = tree
    kept = "".join(sign for sign in text if sign >= " " or sign in "\t\n\r")
    shown = request.findtext("description") or ""
    assert shown.replace("\n", "") == "".join(
        sign for sign in kept if sign not in "\r\n" and sign not in "\ufffe\uffff" and not "\ud800" <= sign <= "\udfff"
    )


def test_xml_and_json_say_the_same() -> None:
    item = {"a": None, "b": True, "c": 1.5, "formats": ["x", "y"], "nested": {"d": "<&>"}}
    xml = writer.single("xml", "root", item)
    assert xml.startswith(b'<?xml version="1.0" encoding="UTF-8"?>')
    tree = ElementTree.fromstring(xml)
    assert [child.tag for child in tree] == list(item)
    assert (tree.findtext("a"), tree.findtext("b"), tree.findtext("c")) == ("", "true", "1.5")
    assert [one.text for one in tree.findall("formats/format")] == ["x", "y"]
    assert tree.findtext("nested/d") == "<&>"
    assert orjson.loads(writer.single("json", "root", item)) == item

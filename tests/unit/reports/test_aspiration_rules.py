"""The rules of aspirations, by value: what a newer response does to one, receipts as people type them, likeness."""

import hashlib
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.reports.arrivals.domain import Said, said, turn
from services.reports.aspirations.domain import FROM, STATES, TO, likeness, receipt_digest, trigrams, written

AT = datetime(2020, 3, 3, 9, tzinfo=UTC)
RECEIPT = "0123-4567-89AB"


def wish(text: str = "Lampu jalan", **other: Any) -> Said:
    known = {"response": uuid4(), "version": 2, "question": "aspiration", "text": text, "visit": uuid4()}
    rest: dict[str, Any] = {"received_at": AT, "rejected": False, "language": "id", "receipt": None}
    return Said(**(known | rest | other))


def stored(one: Said, state: str = "accepted", **other: Any) -> dict[str, Any]:
    return {
        "words": one.words, "state": state, "before": None, "personal_data": False, "rejected": one.rejected,
        "language": one.language, "receipt_digest": one.receipt, "text": one.text,
    } | other  # fmt: skip


@pytest.mark.parametrize("state", ["new", "accepted", "merged", "declined"])
def test_other_words_take_the_decision_back(state: str) -> None:
    one = wish()
    changed = turn(stored(one, state), 3, wish("Trotoar", response=one.response))
    assert changed.action == "corrected"
    assert changed.values["text"] == "Trotoar"
    assert (changed.values["state"], changed.values["reason"], changed.values["merged_into"]) == ("new", None, None)
    assert bool(changed.reason) is (state != "new")


@pytest.mark.parametrize("state", ["new", "accepted", "merged", "declined"])
def test_the_same_words_leave_the_decision_alone(state: str) -> None:
    one = wish()
    changed = turn(stored(one, state, personal_data=True, text="Lampu"), 3, one)
    assert changed.action is None
    assert not {"text", "state", "words"} & changed.values.keys()
    assert turn(stored(one, state), 3, wish(response=one.response, rejected=True)).action == "updated"


@pytest.mark.parametrize("state", ["new", "accepted", "merged", "declined"])
def test_a_withdrawal_empties_the_text_and_coming_back_brings_all_of_it(state: str) -> None:
    one = wish()
    gone = turn(stored(one, state), 3, None)
    assert (gone.action, gone.values["text"], gone.values["state"], gone.values["before"]) == (
        "withdrawn", None, "withdrawn", state,
    )  # fmt: skip
    there = stored(one, "withdrawn", before=state, text=None)
    assert turn(there, 4, None).action is None
    back = turn(there, 4, one)
    assert (back.action, back.values["text"], back.values["state"]) == ("restored", one.text, state)


def test_what_was_cut_out_comes_back_undecided() -> None:
    one = wish("Hubungi saya, 0812")
    back = turn(stored(one, "withdrawn", before="accepted", personal_data=True, text=None), 4, one)
    assert (back.values["state"], back.values["personal_data"], back.values["text"]) == ("new", False, one.text)


def test_a_response_says_something_or_nothing() -> None:
    response, visit = uuid4(), uuid4()
    data: dict[str, Any] = {"received_at": "2020-03-03T02:30:00Z", "answers": {"aspiration": " Lampu \n"}}
    found = said("aspiration", response, 1, visit, data)
    assert found
    assert (found.text, found.language, found.receipt, found.rejected) == ("Lampu", None, None, False)
    assert found.id == wish(response=response).id != wish(response=response, question="other").id
    more = {"state": "rejected", "language": "jv", "receipt_digest": "00" * 32}
    found = said("aspiration", response, 1, visit, data | more)
    assert found
    assert (found.language, found.receipt, found.rejected) == ("jv", bytes(32), True)
    for answer in (None, "", "  \n"):
        assert said("aspiration", response, 1, visit, data | {"answers": {"aspiration": answer}}) is None


def test_every_step_leads_from_states_to_a_state() -> None:
    assert {state for several in FROM.values() for state in several} | set(TO.values()) <= set(STATES)
    assert all("withdrawn" not in several for several in FROM.values())


@pytest.mark.parametrize(
    "typed", [RECEIPT, "0123456789ab", " 0123 4567-89ab ", "OI23-4567-89AB", "olz3"[:2] + "23456789ab"]
)
def test_a_receipt_is_known_however_it_is_typed(typed: str) -> None:
    assert receipt_digest(typed) == hashlib.sha256(b"0123456789AB").digest()
    assert written(typed) == RECEIPT


@pytest.mark.parametrize(
    "typed", ["", "0123-4567-89A", "0123-4567-89ABC", "0123-4567-89AU", "0123/4567-89AB", "\0" * 12]
)
def test_what_is_no_receipt_has_no_digest(typed: str) -> None:
    assert receipt_digest(typed) is None


def test_likeness_by_value() -> None:
    assert trigrams("Lampu!") == {"  l", " la", "lam", "amp", "mpu", "pu "}
    assert likeness("lampu jalan mati", "Jalan, lampu MATI.") == 1
    assert likeness("lampu", "lampung") == 5 / 9
    assert likeness("lampu", "...") == likeness("", "") == 0


@given(st.text(), st.text())
def test_likeness_is_the_same_both_ways(one: str, other: str) -> None:
    assert 0 <= likeness(one, other) == likeness(other, one) <= 1

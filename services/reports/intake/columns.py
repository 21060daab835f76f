"""Responses as the feed shows them, read column by column: what is the same for all of them is done once.

Only what is plain is read here, which is what nearly all are. `domain.contribution` decides about everything else, and
says what is wrong with it.
"""

from collections.abc import Mapping, Sequence
from operator import is_, itemgetter
from typing import Any

from services.reports.intake.domain import (
    DIGEST_BYTES,
    NOT_APPLICABLE,
    REJECTED,
    SCORES,
    UNANSWERED,
    Columns,
    Instrument,
    Parent,
)

HEAD = itemgetter("id", "version", "data")
CONTENT = itemgetter("visit", "simulated", "digest", "state", "answers")
NUMBERS = {int, type(None)}
TEXTS = {str, type(None)}


class NotPlain(ValueError):
    """Something here has to be looked at by itself."""


def plain(counted: Instrument, changes: Sequence[Mapping[str, Any]], parents: Mapping[str, Parent]) -> Columns:
    """What responses to one questionnaire add. Raises NotPlain, AttributeError, KeyError, TypeError or ValueError for
    what has to be looked at response by response: it may be right or wrong."""
    ids, versions, data = zip(*map(HEAD, changes), strict=True)
    visits, simulated, digests, states, answers = zip(*map(CONTENT, data), strict=True)
    if not all(map(is_, simulated, [parents[visit].simulated for visit in visits])):
        raise NotPlain
    asked = (*counted.elements, *counted.groups)
    given = list(zip(*[tuple(map(one.get, asked)) for one in answers], strict=True))
    places = {name: place for place, name in enumerate(parents)}
    return Columns(
        ids=ids,
        versions=versions,
        visits=[parent.visit for parent in parents.values()],
        places=[places[visit] for visit in visits],
        digests=_digests(digests),
        scores=[_scores(column) for column in given[: len(counted.elements)]],
        groups=[_groups(column) for column in given[len(counted.elements) :]],
        rejected=[state == REJECTED for state in states],
    )


def _digests(written: Sequence[str]) -> bytes:
    """The bytes of all of them."""
    if set(map(len, written)) != {2 * DIGEST_BYTES}:
        raise NotPlain
    read = bytes.fromhex("".join(written))
    if len(read) != DIGEST_BYTES * len(written):  # it passes over blanks
        raise NotPlain
    return read


def _scores(answers: Sequence[Any]) -> Sequence[int | None]:
    """Scores, and None where an answer is none or does not apply. `True` is no number here."""
    if str in set(map(type, answers)):
        answers = [None if answer == NOT_APPLICABLE else answer for answer in answers]
    if not NUMBERS.issuperset(map(type, answers)) or not all(one is None or one in SCORES for one in set(answers)):
        raise NotPlain
    return answers


def _groups(answers: Sequence[Any]) -> Sequence[str]:
    """What was chosen, or '' for nothing."""
    if not TEXTS.issuperset(map(type, answers)):
        raise NotPlain
    return [answer or UNANSWERED for answer in answers]

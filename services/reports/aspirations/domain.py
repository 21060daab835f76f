"""What may be done with an aspiration, how its receipt may be typed, and how alike two are. Pure rules."""

import hashlib
import re
from collections.abc import Mapping

NEW, ACCEPTED, MERGED, DECLINED, WITHDRAWN = "new", "accepted", "merged", "declined", "withdrawn"
STATES = (NEW, ACCEPTED, MERGED, DECLINED, WITHDRAWN)
FROM: Mapping[str, tuple[str, ...]] = {
    "accept": (NEW,),
    "decline": (NEW,),
    "merge": (NEW, ACCEPTED),
    "redact": (NEW, ACCEPTED, MERGED, DECLINED),
    "reconsider": (ACCEPTED, MERGED, DECLINED),
}
"""What the team may do → the states in which it may."""
TO: Mapping[str, str] = {"accept": ACCEPTED, "decline": DECLINED, "merge": MERGED, "reconsider": NEW}
"""Where it leads; redacting changes no state."""
INTO = (NEW, ACCEPTED)
"""What another one may be merged into, once its own merging is followed to its end."""
CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
RECEIPT_LENGTH = 12
READ_ALOUD = str.maketrans({"O": "0", "I": "1", "L": "1", "-": None, " ": None})
_WORD = re.compile(r"\w+")


def receipt_digest(receipt: str) -> bytes | None:
    """The digest by which a receipt is known here, however it was typed; None for what is no receipt."""
    code = receipt.upper().translate(READ_ALOUD)
    if len(code) != RECEIPT_LENGTH or not set(code) <= set(CROCKFORD):
        return None
    return hashlib.sha256(code.encode()).digest()


def written(receipt: str) -> str:
    """A receipt as it was given out, however it was typed."""
    code = receipt.upper().translate(READ_ALOUD)
    return f"{code[:4]}-{code[4:8]}-{code[8:]}"


def likeness(one: str, other: str) -> float:
    """How alike two texts are, 0 to 1: the share of their trigrams that both have."""
    ours, theirs = trigrams(one), trigrams(other)
    return len(ours & theirs) / len(ours | theirs) if ours and theirs else 0.0


def trigrams(text: str) -> frozenset[str]:
    """Every three letters in a row of its words, which begin with two spaces and end with one."""
    padded = (f"  {word} " for word in _WORD.findall(text.casefold()))
    return frozenset(word[at : at + 3] for word in padded for at in range(len(word) - 2))

"""The code of a receipt, as people type it."""

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 12
# Read aloud or copied by hand, these are taken for each other.
READ_AS = str.maketrans({"O": "0", "I": "1", "L": "1"})


def read(typed: str) -> str | None:
    """The code in the form in which it was given out (`7Q2M-K4TX-90AB`), however it was typed: in lower case, with
    other dashes or none, O for 0, I or L for 1. None for what cannot be one."""
    code = "".join(sign for sign in typed if sign.isalnum()).upper().translate(READ_AS)
    if len(code) != LENGTH or not set(code) <= set(CROCKFORD):
        return None
    return f"{code[:4]}-{code[4:8]}-{code[8:]}"

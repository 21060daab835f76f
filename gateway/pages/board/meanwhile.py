"""Who was faster: what others did to a thing after somebody had read it."""

from collections.abc import Sequence

from gateway.pages.board.wire import Move
from gateway.pages.forms import Form


def meanwhile(moves: Sequence[Move], form: Form | None, status: int) -> list[Move]:
    """The moves since the version that a form was made for, where that is why it was refused."""
    read = (form.value("etag") if form else "").removeprefix("W/").strip('"')
    return [move for move in moves if move.version > int(read)] if status == 412 and read.isdecimal() else []

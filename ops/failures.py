"""What can go wrong while people run Tinjau: one sentence for them, one exit code for scripts."""

from collections import deque
from pathlib import Path

TAIL_LINES = 15


class Failure(Exception):
    """Ends a command with exit code 1 and this sentence; `detail` is shown below it, such as the end of a log, and is
    also the note of a traceback."""

    def __init__(self, sentence: str, detail: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.detail = detail
        if detail:
            self.add_note(detail)


def tail(log: Path, lines: int = TAIL_LINES) -> str:
    """The last lines of a log; empty when there is none."""
    try:
        with log.open(encoding="utf-8", errors="replace") as file:
            return "".join(deque(file, maxlen=lines)).rstrip()
    except FileNotFoundError:
        return ""

"""Whether answers come in so thick that whoever reads many of them has to stand back.

Phones that come home from villages are waited for by people; an index that counts their answers some seconds later is
waited for by nobody. On a small server one takes the machine from the other.
"""

from collections.abc import Callable

THICK = 8_000.0
"""Answers a second, of one process: more than come in one by one on a small server, and less than its batches bring."""
WINDOW_SECONDS = 0.1
OVER_SECONDS = 0.3
"""So long after the last answer it is over."""
HOLD_SECONDS = 0.15
"""How long a page of the feed is held back that has more behind it: every reader sees what is new within 200 ms."""


class Pressure:
    """Counts what is stored. `clock` gives seconds that never go back."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._since = self._last = clock()
        self._stored = 0
        self._rate = 0.0
        self.behind = 0
        """How many pages were read that had more behind them: it rises while readers catch up."""

    def note(self, stored: int) -> None:
        """So many answers were stored just now."""
        now = self._clock()
        if now - self._last > OVER_SECONDS:
            self._since, self._stored, self._rate = now, 0, 0.0
        self._last = now
        self._stored += stored
        if now - self._since >= WINDOW_SECONDS:
            self._rate = self._stored / (now - self._since)
            self._since, self._stored = now, 0

    def hold(self) -> float:
        """Seconds for which a reader should wait whose page has more behind it."""
        self.behind += 1
        thick = self._rate >= THICK and self._clock() - self._last <= OVER_SECONDS
        return HOLD_SECONDS if thick else 0.0

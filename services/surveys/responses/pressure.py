"""Whether answers come in so thick that whoever reads many of them has to stand back.

Phones that come home from villages are waited for by people; an index that counts their answers some seconds later is
waited for by nobody. On a small server one takes the machine from the other.
"""

from collections.abc import Callable

THICK = 16_000.0
"""Answers a second, of one process: more than come in one by one on a small server, and less than its batches bring."""
WINDOW_SECONDS = 0.1
OVER_SECONDS = 0.3
"""So long after the last answer it is over."""
PATIENCE_SECONDS = 30.0
"""So long readers stand back at a time. A larger server may take as much for hours, and has room for both."""
HOLD_SECONDS = 0.15
"""How long a page of the feed is held back that has more behind it: every reader sees what is new within 200 ms."""
FEW = 100
"""The most that such a page has."""


class Pressure:
    """Counts what is stored. `clock` gives seconds that never go back."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._since = self._last = clock()
        self._stored = 0
        self._thick_since: float | None = None
        self.behind = 0
        """How many pages were read that had more behind them: it rises while readers catch up."""

    def note(self, stored: int) -> None:
        """So many answers were stored just now."""
        now = self._clock()
        if now - self._last > OVER_SECONDS:
            self._since, self._stored, self._thick_since = now, 0, None
        self._last = now
        self._stored += stored
        if now - self._since >= WINDOW_SECONDS:
            if self._stored / (now - self._since) < THICK:
                self._thick_since = None
            elif self._thick_since is None:
                self._thick_since = now
            self._since, self._stored = now, 0

    def thick(self) -> bool:
        """Whether whatever can be done later should be, for as long as that can be asked of anybody."""
        now = self._clock()
        if self._thick_since is None or now - self._last > OVER_SECONDS:
            return False
        return now - self._thick_since < PATIENCE_SECONDS

    def most(self, limit: int) -> int:
        """How many of so many changes a reader should have at once."""
        return min(limit, FEW) if self.thick() else limit

    def hold(self) -> float:
        """Seconds for which a reader should wait whose page has more behind it."""
        self.behind += 1
        return HOLD_SECONDS if self.thick() else 0.0

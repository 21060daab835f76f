"""When readers of much stand back: while answers come in by the thousands, and not otherwise."""

import pytest

from services.surveys.responses.pressure import FEW, HOLD_SECONDS, PATIENCE_SECONDS, Pressure


class Time:
    """Seconds that pass when they are told to."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize(("stored", "every", "held"), [(500, 0.02, HOLD_SECONDS), (60, 0.005, 0.0), (2000, 0.5, 0.0)])
def test_only_a_flood_holds_readers_back(stored: int, every: float, held: float) -> None:
    time = Time()
    pressure = Pressure(time)
    assert pressure.hold() == 0
    for _ in range(100):
        time.now += every
        pressure.note(stored)
    assert pressure.hold() == held
    assert pressure.behind == 2
    assert pressure.thick() is (held > 0)
    assert pressure.most(1000) == (FEW if held else 1000)
    assert pressure.most(7) == 7


def test_a_flood_that_does_not_end_holds_readers_back_for_half_a_minute_and_no_longer() -> None:
    time = Time()
    pressure = Pressure(time)
    held = []
    for _ in range(2000):
        time.now += 0.02
        pressure.note(500)
        held.append(pressure.hold())
    seconds = held.count(HOLD_SECONDS) * 0.02
    assert seconds == pytest.approx(PATIENCE_SECONDS, abs=0.2)
    assert held[-1] == 0
    time.now += 0.4
    for _ in range(20):
        time.now += 0.02
        pressure.note(500)
    assert pressure.hold() == HOLD_SECONDS


def test_it_is_over_soon_after_the_last_answer_and_begins_anew() -> None:
    time = Time()
    pressure = Pressure(time)
    for _ in range(20):
        time.now += 0.02
        pressure.note(500)
    assert pressure.hold() > 0
    time.now += 0.31
    assert pressure.hold() == 0
    pressure.note(5)
    assert pressure.hold() == 0

"""How a matrix of whole numbers is stored: one byte that says how many bytes a number has, and then the numbers, row by
row, the high byte first.

Every number has as few bytes as the longest of its matrix needs, so that equal numbers are equal bytes, and a sum of a
few hundred answers takes a quarter of the room.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.int64]

WIDTHS = {width: np.dtype(f">i{width}") for width in (1, 2, 4, 8)}
LIMITS = [2 ** (8 * width - 1) for width in WIDTHS][:-1]


def pack(matrices: Numbers) -> list[bytes]:
    """Matrices, each as a row of numbers, as they are stored."""
    farthest = np.maximum(matrices, ~matrices).max(axis=1, initial=0)
    choice = np.searchsorted(LIMITS, farthest, side="right")
    found = [b""] * len(matrices)
    for place, (width, number) in enumerate(WIDTHS.items()):
        chosen = np.flatnonzero(choice == place).tolist()
        together, step = matrices[chosen].astype(number).tobytes(), width * matrices.shape[1]
        for position, row in enumerate(chosen):
            found[row] = bytes([width]) + together[position * step : (position + 1) * step]
    return found


def unpack(stored: bytes) -> npt.NDArray[np.signedinteger[Any]]:
    """The numbers of one matrix, as wide as they are stored."""
    return np.frombuffer(stored, WIDTHS[stored[0]], offset=1)


def unpack_all(stored: Sequence[bytes], size: int) -> Numbers:
    """The numbers of matrices that all have this many, each as a row."""
    found = np.empty((len(stored), size), dtype=np.int64)
    widths = [one[0] for one in stored]
    for width in set(widths):
        chosen = [row for row, each in enumerate(widths) if each == width]
        together = b"".join([stored[row] for row in chosen])
        found[chosen] = np.ndarray(
            (len(chosen), size), WIDTHS[width], together, offset=1, strides=(1 + width * size, width)
        )
    return found

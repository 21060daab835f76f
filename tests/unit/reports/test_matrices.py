"""Matrices as bytes: the same numbers back, in as few bytes as they need, and equal bytes for equal numbers."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from services.reports.matrices import pack, unpack
from services.reports.tables.facts import Matrix

EDGES = [0, -1, 2**7, -(2**7), 2**15 - 1, -(2**15) - 1, 2**31, -(2**31), 2**63 - 1, -(2**63)]
NUMBERS = st.sampled_from(EDGES) | st.integers(-(2**63), 2**63 - 1) | st.integers(-200, 200)


@given(arrays(np.int64, array_shapes(min_dims=2, max_dims=2, min_side=0, max_side=6), elements=NUMBERS))
def test_numbers_come_back_and_stand_alone_as_they_stand_among_others(matrices: np.ndarray) -> None:
    packed = pack(matrices)
    assert [unpack(one).tolist() for one in packed] == matrices.tolist()
    assert packed == [pack(matrices[row : row + 1])[0] for row in range(len(matrices))]


@pytest.mark.parametrize(
    ("number", "width"),
    [(127, 1), (-128, 1), (128, 2), (-129, 2), (2**15, 4), (-(2**31), 4), (2**31, 8), (-(2**63), 8)],
)
def test_a_number_has_as_few_bytes_as_the_longest_needs(number: int, width: int) -> None:
    assert pack(np.array([[0, number]]))[0] == bytes([width]) + bytes(width) + number.to_bytes(width, signed=True)


def test_nothing_is_nothing_in_the_database() -> None:
    column = Matrix()
    assert column.process_bind_param(None, None) is None
    assert column.process_result_value(None, None) is None
    assert column.process_result_value(column.process_bind_param([1, -1000], None), None) == [1, -1000]

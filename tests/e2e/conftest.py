"""Fixtures of the end-to-end tests: one real stack per module."""

from collections.abc import Iterator

import pytest

from services.kit.testing import Cluster
from tests.support.stack import RealStack, running


@pytest.fixture(scope="module")
def stack(cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealStack]:
    """Four real processes on databases of their own. Tests of one module share them, so each makes its own things."""
    with running(cluster, tmp_path_factory.mktemp("home")) as real:
        yield real

"""A surveys service on a database of this worker, and one on an empty database for each module."""

from collections.abc import AsyncIterator, Iterator

import pytest
import pytest_asyncio

from services.kit.testing import Cast, Cluster, Signer, database_name, run, running
from services.surveys.app import create_app
from services.surveys.settings import Settings


@pytest.fixture(scope="module")
def database_url(cluster: Cluster) -> Iterator[str]:
    """A fresh, migrated database for this module."""
    return run(cluster.clone("surveys", database_name("surveys")))

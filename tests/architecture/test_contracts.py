"""The import contract of resource folders, by example."""

import pytest

from tests.architecture.contracts import breaks


@pytest.mark.parametrize(
    ("importer", "imported"),
    [
        ("services.surveys.reviews.routes", "services.surveys.reviews.service"),
        ("services.surveys.reviews.service", "services.surveys.reviews.repository"),
        ("services.surveys.reviews.repository", "services.surveys.reviews.domain"),
        ("services.surveys.reviews.service", "services.surveys.visits.service"),
        ("services.surveys.reviews.repository", "services.surveys.tables"),
        ("services.surveys.app", "services.surveys.reviews.repository"),
    ],
)
def test_downwards_and_through_a_siblings_service_is_fine(importer: str, imported: str) -> None:
    assert not breaks(importer, imported)


@pytest.mark.parametrize(
    ("importer", "imported"),
    [
        ("services.surveys.reviews.domain", "services.surveys.reviews.repository"),
        ("services.surveys.reviews.domain", "services.surveys.reviews.schemas"),
        ("services.surveys.reviews.repository", "services.surveys.reviews.service"),
        ("services.surveys.reviews.service", "services.surveys.reviews.routes"),
        ("services.surveys.reviews.service", "services.surveys.visits.repository"),
        ("services.surveys.reviews.watch", "services.surveys.visits.repository"),
    ],
)
def test_upwards_or_into_a_siblings_repository_is_not(importer: str, imported: str) -> None:
    assert breaks(importer, imported)

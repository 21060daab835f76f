"""The feed of questionnaires, reviews, visits and responses."""

from services.kit import changes as feed
from services.surveys.changes import repository

FEED = feed.Feed("responses", repository.head, repository.read)

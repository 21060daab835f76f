"""The feed of what people decide on results."""

from services.kit import changes as feed
from services.reports.tables import changes

FEED = feed.of_table("reports", changes)

"""The feed of the registry."""

from services.kit import changes as feed
from services.programs.tables import changes

FEED = feed.of_table("registry", changes)

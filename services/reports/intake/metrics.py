"""What operators see of the intake."""

from prometheus_client import Counter, Gauge

CHANGES = Counter("tinjau_reports_changes_total", "Changes taken in by this process.", ["feed", "entity"])
SKIPPED = Counter("tinjau_reports_changes_skipped_total", "Changes of a kind that is not known here.", ["feed"])
ERRORS = Counter("tinjau_reports_feed_errors_total", "Times a feed could not be read or not be applied.", ["feed"])
BEHIND = Gauge(
    "tinjau_reports_behind_seconds",
    "Seconds for which changes may have been made that are not in, as this process knows it.",
    ["feed"],
)

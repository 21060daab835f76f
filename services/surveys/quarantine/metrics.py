"""What operators see of the quarantine."""

from prometheus_client import Counter, Gauge

CONFLICTS = Counter(
    "tinjau_surveys_conflicts_total",
    "Responses refused because their id stands for another; sent again, counted again.",
)
RESOLVED = Counter("tinjau_surveys_quarantine_resolved_total", "Responses taken out of the quarantine.", ["resolution"])
OPEN = Gauge("tinjau_surveys_quarantine_open", "Responses in the quarantine that nobody has decided on yet.")

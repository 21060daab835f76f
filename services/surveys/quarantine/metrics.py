"""What operators see of the quarantine."""

from prometheus_client import Counter, Gauge

CONFLICTS = Counter(
    "tinjau_surveys_conflicts_total",
    "Responses refused because their id stands for another; sent again, counted again.",
)
REFUSED = Counter(
    "tinjau_surveys_refused_total",
    "Bodies that were refused, by the name of the problem: kept; or not, because one sender sent too many, because "
    "there was no room left, or because keeping failed. What is sent again is kept once and counted again.",
    ["reason", "what"],
)
EXPIRED = Counter("tinjau_surveys_refused_expired_total", "Refused bodies forgotten before anybody decided.")
RESOLVED = Counter("tinjau_surveys_quarantine_resolved_total", "Responses taken out of the quarantine.", ["resolution"])
OPEN = Gauge("tinjau_surveys_quarantine_open", "Responses in the quarantine that nobody has decided on yet.")

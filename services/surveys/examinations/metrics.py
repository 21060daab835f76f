"""What operators see of the examinations."""

from prometheus_client import Counter, Gauge

EXAMINED = Counter("tinjau_surveys_examined_total", "Revisions of responses that this process has examined.")
FLAGS = Counter("tinjau_surveys_flags_total", "Flags that this process has raised.", ["rule"])
ERRORS = Counter("tinjau_surveys_examine_errors_total", "Times that an examination failed.")
BEHIND = Gauge(
    "tinjau_surveys_examine_behind_seconds",
    "Seconds for which answers may have come in that are not examined yet, as this process knows it.",
)

"""What operators see of reminders."""

from prometheus_client import Counter

REMINDERS = Counter("tinjau_reports_reminders_total", "Reminders that this process told.", ["kind", "level"])

"""What operators see of attachments."""

from prometheus_client import Counter, Histogram

BYTES = Counter("tinjau_surveys_attachment_bytes_total", "Bytes of attachments that have arrived.")
SETTLED = Counter("tinjau_surveys_attachments_total", "Uploads that came to an end.", ["state"])
SECONDS = Histogram(
    "tinjau_surveys_attachment_settle_seconds", "From the last byte of an upload until it is stored or refused.",
    buckets=(0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60),
)  # fmt: skip

"""What operators see of the feed: how far readers may be behind what is being stored, and what holds it up."""

from prometheus_client import Gauge, Histogram

UNSEEN = Gauge(
    "tinjau_surveys_feed_unseen",
    "Positions drawn that no reader can see yet: of transactions that are committing now, or that failed last.",
)
WAITED = Gauge("tinjau_surveys_feed_lock_waited_seconds", "How long the longest waits for the feed's lock now.")
HELD = Gauge("tinjau_surveys_feed_lock_held_seconds", "How long the transaction has lasted that holds the feed's lock.")
GROUP = Histogram(
    "tinjau_surveys_feed_group_seconds",
    "What a group of responses takes until its commit: waiting for the feed's lock and holding it.",
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10),
)
READERS = Gauge("tinjau_surveys_feed_readers", "Readers that wait for news at this process.")

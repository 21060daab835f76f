"""Frozen reports: a snapshot of what is known of a subject, numbered, published or withdrawn, and verified."""

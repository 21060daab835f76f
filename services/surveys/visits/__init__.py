"""Visits: one place within a review."""

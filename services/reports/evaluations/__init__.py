"""The ministry's evaluation of a region for a year: who scored what, what was agreed, and what was published."""

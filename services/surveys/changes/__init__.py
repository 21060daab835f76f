"""The change feed of questionnaires, reviews, visits and responses."""

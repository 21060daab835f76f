"""Reviews: a region, a period, a questionnaire."""

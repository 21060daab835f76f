"""Who did what to a record of an evaluation, when and why."""

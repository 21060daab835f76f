"""The pages on which regions and years are compared, and published evaluations read."""

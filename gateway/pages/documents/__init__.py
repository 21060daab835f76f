"""The pages on frozen reports, and the one that verifies a document."""

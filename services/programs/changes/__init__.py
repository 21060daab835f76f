"""The change feed of the registry."""

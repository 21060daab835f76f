"""The change feed of what people decide on results."""

"""How far reviews and visits have come, and how many of their responses are flagged."""

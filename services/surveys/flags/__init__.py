"""Flags: what rules found in responses, for the team to look at and to dismiss."""

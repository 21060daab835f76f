"""The calculator: a table that somebody brings, and nothing stored."""

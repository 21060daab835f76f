"""Tools that every service shares: they know HTTP, tokens and PostgreSQL, and no word of the domain."""

VERSION = "0.1.0"

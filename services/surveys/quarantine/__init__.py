"""Responses that contradict stored ones, kept aside until the team has looked."""

"""Locations: the places where programmes serve people."""

"""Programmes: what a region runs for people, with its partners, years and sources."""

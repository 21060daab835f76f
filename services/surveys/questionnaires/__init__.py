"""Instruments: what people are asked, version by version."""

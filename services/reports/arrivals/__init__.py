"""Aspirations as they arrive: out of the responses that the feed brings, whatever it does to them later."""

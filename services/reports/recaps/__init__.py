"""Recorded recaps: how many programmes of a region were achieved in a year, as somebody else counted them."""

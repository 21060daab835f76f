"""The code list of dimensions and sub-dimensions that programmes are sorted by."""

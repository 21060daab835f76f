"""A region's whole registry as one file, out and in."""

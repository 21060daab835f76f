"""Registry files: what stands in one, and its two layouts."""

"""Regions and years side by side: what people said in reviews, and what the ministry published."""

"""Rebuilds: everything that comes out of the feeds made anew beside what is there, compared, and put in its place."""

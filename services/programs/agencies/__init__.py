"""Agencies: the government bodies of a region that own programmes."""

"""Who is calling: keys and tokens, and the place for whatever else proves an identity."""

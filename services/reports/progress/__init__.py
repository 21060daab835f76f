"""How far the programmes of a region have come, from one year to another."""

"""How an index is made from answers: dated methods, as data."""

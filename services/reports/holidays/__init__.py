"""Public holidays and collective leave: which days are working days, and who changed that."""

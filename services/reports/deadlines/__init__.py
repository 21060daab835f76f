"""How long a follow-up may take, and who is told when it takes longer: dated data."""

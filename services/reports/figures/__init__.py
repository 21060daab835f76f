"""Two official figures about a plan of follow-ups: how much of it was done, and how soon."""

"""What was sent as a response and is none: it contradicts a stored one, or was refused; kept until the team decides."""

"""What became of what somebody asked for: found by the code of the receipt, without an account."""

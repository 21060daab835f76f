"""What agencies do about aspirations and weak elements: planned, done, verified, or not solved after all."""

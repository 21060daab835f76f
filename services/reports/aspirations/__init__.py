"""What respondents ask for in their own words: taken in, searched, decided on, and followed by its receipt."""

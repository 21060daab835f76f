"""Survey intake: questionnaires, reviews and their visits, and the responses that people give there."""

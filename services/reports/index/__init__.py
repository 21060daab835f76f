"""The index of a review: from sums to a grade that shows how it was made."""

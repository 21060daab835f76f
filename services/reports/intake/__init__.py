"""The intake: both change feeds in, copies of facts and running sums out; each page and its cursor at once."""

"""The intake: what respondents answer."""

"""What the service works out of its own feed, behind the intake: flags of responses, and running counts of visits."""

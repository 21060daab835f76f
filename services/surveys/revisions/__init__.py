"""What happens to a response after it was received: corrections, deletion, the team's judgement; nothing is lost."""

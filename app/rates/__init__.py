"""What other currencies were worth, by period, and amounts converted by it."""

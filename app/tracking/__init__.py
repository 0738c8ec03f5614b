"""Plan against actual: where the month stands, where it will end, and what to look at."""

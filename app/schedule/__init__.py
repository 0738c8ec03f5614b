"""Next month, drafted by itself: when, from which budget, and each month once."""

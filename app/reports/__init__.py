"""What happened in a week or a month, to be read by people."""

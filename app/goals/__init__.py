"""What a month, quarter or year shall bring and may cost."""

"""Curves from history: `fit` is the way in."""

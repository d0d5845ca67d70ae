"""Ratings: what was shown, what people thought of it, and how to take it out. Knows no web."""

"""Asks whether an adapter is better than its base, and why. Uses the engine's public names."""

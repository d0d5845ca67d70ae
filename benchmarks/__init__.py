"""Measures speed as a ladder: arithmetic, layer, decode step, serving; beside rivals and limits."""

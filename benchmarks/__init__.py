"""Measures the engine's speed, beside its peers. Says nothing about the quality of answers."""

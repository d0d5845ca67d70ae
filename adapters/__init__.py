"""The catalogue: cards, answer parsers, metrics, adapter files. Imports nothing else of ours."""

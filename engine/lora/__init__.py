"""Low-rank deltas of many adapters in one forward pass. Knows no requests and no text."""

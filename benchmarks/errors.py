"""What ends a rung with a sentence for whoever runs it."""

from adapters.errors import LoraLandError


class Disagreement(LoraLandError):
    """Two contestants do not compute the same: then their times cannot be compared."""

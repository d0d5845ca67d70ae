"""What can go wrong with ratings. Each text is one sentence for the person named.

LoraLandError (adapters/errors.py)
├── FeedbackUnavailable    the database cannot be opened, read or written
├── RecordRefused          what is to be recorded contradicts what is recorded
└── VoteRefused            a rating, or its undoing, is not allowed
"""

from adapters.errors import LoraLandError


class FeedbackUnavailable(LoraLandError):
    """The ratings database cannot be used; shown to operators."""


class RecordRefused(LoraLandError):
    """The comparison cannot be recorded as it is; tells the caller that its pair is unratable."""


class VoteRefused(LoraLandError):
    """The rating is not allowed or not well formed; shown to visitors."""

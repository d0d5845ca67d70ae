"""What can go wrong with ratings. Each text is one sentence for the person named.

LoraLandError (adapters/errors.py)
├── FeedbackUnavailable    the database cannot be opened, read or written
├── RecordRefused          what is to be recorded contradicts what is recorded
├── VoteRefused            a rating, or its undoing, is not allowed
├── NothingToErase         nothing in the database belongs to the visitor who was named
├── ErasureUnfinished      erased texts may still stand in a part of the file that no table shows
└── BackupRefused          the copy cannot be made there, or is not whole
"""

from adapters.errors import LoraLandError


class FeedbackUnavailable(LoraLandError):
    """The ratings database cannot be used; shown to operators."""


class RecordRefused(LoraLandError):
    """The comparison cannot be recorded as it is; tells the caller that its pair is unratable."""


class VoteRefused(LoraLandError):
    """The rating is not allowed or not well formed; shown to visitors."""


class NothingToErase(LoraLandError):
    """No session has this name; shown to operators, who may have mistyped it."""


class ErasureUnfinished(LoraLandError):
    """The texts are out of the tables, the file is not yet renewed; shown to operators."""


class BackupRefused(LoraLandError):
    """There is no copy; shown to operators."""

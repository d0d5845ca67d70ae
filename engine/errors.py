"""The engine's errors. Each text is one sentence for the person whose request it concerns.

LoraLandError (adapters/errors.py)
└── EngineError
    ├── BadRequest          a sampling value that cannot be served
    │   └── BadConstraint   no answer can be held to what was asked
    ├── UnknownAdapter      no adapter is loaded under that id
    ├── PromptTooLong       prompt and answer do not fit the context
    ├── QueueFull           too many requests wait; says when to come back
    ├── EngineDead          the thread that owns the model has ended
    └── ModelRefused        the base model cannot be served exactly
"""

from adapters.errors import LoraLandError


class EngineError(LoraLandError):
    """Any error of the engine."""


class BadRequest(EngineError, ValueError):
    """A sampling parameter is out of range; shown to API clients."""


class BadConstraint(BadRequest):
    """Choices, a regex or a JSON schema that no answer can be held to; shown to API clients."""


class UnknownAdapter(EngineError, KeyError):
    """The request names an adapter that is not loaded; shown to visitors and API clients."""

    __str__ = Exception.__str__  # KeyError would show the sentence in quotes


class PromptTooLong(EngineError, ValueError):
    """The prompt leaves no room for an answer in the context; shown to visitors."""


class QueueFull(EngineError):
    """The waiting line is full; shown to visitors and API clients.

    `retry_after_s` is when to try again, in seconds.
    """

    def __init__(self, message: str, retry_after_s: float) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


class EngineDead(EngineError):
    """The engine's thread has ended, through `close()` or a failure; shown to operators."""


class ModelRefused(EngineError):
    """The base model is of a kind that the engine would serve wrongly; shown to operators."""

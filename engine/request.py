"""The nouns that callers and the engine share. Knows no tensor and no thread."""

import math
import uuid
from dataclasses import dataclass, field
from enum import StrEnum

from engine.errors import BadRequest


@dataclass(frozen=True)
class SamplingParams:
    """How one answer is drawn. `temperature` 0 is greedy; `top_k` 0 and `top_p` 1 are off.

    The same seed gives the same text whatever else is in the batch. Raises BadRequest.
    """

    temperature: float = 0.0
    top_p: float = 1.0
    top_k: int = 0
    seed: int | None = None
    max_tokens: int = 128
    stop: tuple[str, ...] = ()
    ignore_eos: bool = False

    def __post_init__(self) -> None:
        if not (math.isfinite(self.temperature) and 0.0 <= self.temperature <= 5.0):
            raise BadRequest(f"temperature must lie between 0 and 5, not {self.temperature}.")
        if not 0.0 < self.top_p <= 1.0:
            raise BadRequest(f"top_p must be above 0 and at most 1, not {self.top_p}.")
        if self.top_k < 0:
            raise BadRequest(f"top_k must be 0 (off) or more, not {self.top_k}.")
        if self.seed is not None and not 0 <= self.seed < 2**63:
            raise BadRequest(f"seed must lie between 0 and 2**63 - 1, not {self.seed}.")
        if self.max_tokens < 1:
            raise BadRequest(f"max_tokens must be 1 or more, not {self.max_tokens}.")
        if isinstance(self.stop, str) or len(self.stop) > 16:
            raise BadRequest("stop must be a sequence of at most 16 texts.")
        if any(not text for text in self.stop):
            raise BadRequest("stop must not hold an empty text: it would end every answer at once.")


def new_request_id() -> str:
    """A fresh id: 32 hexadecimal digits."""
    return uuid.uuid4().hex


@dataclass(frozen=True)
class GenerationRequest:
    """One prompt for one adapter; `adapter_id` None is the base model."""

    prompt: str
    adapter_id: str | None = None
    sampling: SamplingParams = SamplingParams()
    request_id: str = field(default_factory=new_request_id)


class FinishReason(StrEnum):
    """Why an answer ended."""

    STOP = "stop"
    LENGTH = "length"
    CANCELLED = "cancelled"
    ERROR = "error"


@dataclass(frozen=True)
class TokenEvent:
    """One token of one answer.

    `text` is what can be shown now: whole characters, no part of a stop string; it may be "".
    `num_tokens` counts this answer's tokens so far, `step` is the engine step that made the
    token, `num_rows` the rows of that step, `at_s` the seconds since submit.
    """

    text: str
    token_id: int
    num_tokens: int
    step: int
    num_rows: int
    at_s: float


@dataclass(frozen=True)
class FinishEvent:
    """The end of one answer; every stream ends with exactly one.

    `text` is the whole answer, `tail` its end that no TokenEvent carried:
    `"".join(event.text for token events) + tail == text`. `queue_s` is the wait before the first
    prefill; all times are seconds since submit. `error` is a sentence when `reason` is ERROR.
    """

    reason: FinishReason
    text: str
    tail: str
    num_prompt_tokens: int
    num_tokens: int
    queue_s: float
    first_token_s: float | None
    total_s: float
    error: str | None = None
    adapter_digest: str | None = None
    num_rows: int = 0
    step: int = 0


Event = TokenEvent | FinishEvent

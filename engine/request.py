"""The nouns that callers and the engine share. Knows no tensor and no thread."""

import math
import uuid
from dataclasses import dataclass, field
from enum import StrEnum

from engine.constraint import Constraint
from engine.errors import BadConstraint, BadRequest

MOST_BIASES = 1024
MOST_LOGPROBS = 20  # as many as OpenAI's API gives
LARGEST_SCALE = 10.0  # far beyond any use; more is a slip of the keyboard


@dataclass(frozen=True)
class SamplingParams:
    """How one answer is drawn. `temperature` 0 is greedy; `top_k` 0 and `top_p` 1 are off.

    `min_p` drops tokens that are less than so many times as likely as the likeliest (0: off).
    `repetition_penalty` makes every token of prompt and answer less likely (1: off).
    `presence_penalty` is taken from the logits of the answer's tokens so far, and
    `frequency_penalty` once for every time that they are there (0: off). `logit_bias` adds to the
    logits of (token id, bias). `logprobs` asks for each token's log-probability and for that of so
    many likeliest ones beside it (None: do not compute any): the model's own, before all of this.
    `constraint` leaves only the tokens by which the answer can become what it describes: they are
    drawn as if the model knew no others, and nothing else here brings one back. The answer ends
    where nothing can follow; a stop text or `max_tokens` may still cut it before.
    The same seed gives the same text whatever else is in the batch. Raises BadRequest.
    """

    temperature: float = 0.0
    top_p: float = 1.0
    top_k: int = 0
    min_p: float = 0.0
    repetition_penalty: float = 1.0
    presence_penalty: float = 0.0
    frequency_penalty: float = 0.0
    logit_bias: tuple[tuple[int, float], ...] = ()
    logprobs: int | None = None
    seed: int | None = None
    max_tokens: int = 128
    stop: tuple[str, ...] = ()
    ignore_eos: bool = False
    constraint: Constraint | None = None

    def __post_init__(self) -> None:
        if not (math.isfinite(self.temperature) and 0.0 <= self.temperature <= 5.0):
            raise BadRequest(f"temperature must lie between 0 and 5, not {self.temperature}.")
        if not 0.0 < self.top_p <= 1.0:
            raise BadRequest(f"top_p must be above 0 and at most 1, not {self.top_p}.")
        if self.top_k < 0:
            raise BadRequest(f"top_k must be 0 (off) or more, not {self.top_k}.")
        if not 0.0 <= self.min_p <= 1.0:
            raise BadRequest(f"min_p must lie between 0 and 1, not {self.min_p}.")
        if not 0.01 <= self.repetition_penalty <= 100.0:
            raise BadRequest(
                f"repetition_penalty must lie between 0.01 and 100, not {self.repetition_penalty}."
            )
        if self.seed is not None and not 0 <= self.seed < 2**63:
            raise BadRequest(f"seed must lie between 0 and 2**63 - 1, not {self.seed}.")
        self._check_logits()
        self._check_end()

    def _check_logits(self) -> None:
        for name in ("presence_penalty", "frequency_penalty"):
            if not -2.0 <= (value := getattr(self, name)) <= 2.0:
                raise BadRequest(f"{name} must lie between -2 and 2, not {value}.")
        if len(self.logit_bias) > MOST_BIASES:
            raise BadRequest(f"logit_bias may name at most {MOST_BIASES} tokens.")
        for token_id, bias in self.logit_bias:
            if not -100.0 <= bias <= 100.0:
                raise BadRequest(
                    f"The logit_bias of token {token_id} must lie between -100 and 100, not {bias}."
                )
        if self.logprobs is not None and not 0 <= self.logprobs <= MOST_LOGPROBS:
            raise BadRequest(
                f"logprobs must lie between 0 and {MOST_LOGPROBS}, not {self.logprobs}."
            )

    def _check_end(self) -> None:
        if self.max_tokens < 1:
            raise BadRequest(f"max_tokens must be 1 or more, not {self.max_tokens}.")
        if isinstance(self.stop, str) or len(self.stop) > 16:
            raise BadRequest("stop must be a sequence of at most 16 texts.")
        if any(not text for text in self.stop):
            raise BadRequest("stop must not hold an empty text: it would end every answer at once.")
        if self.ignore_eos and self.constraint is not None:
            raise BadRequest("ignore_eos goes on after an answer's end, where a constraint ends.")

    def check_biases(self, num_tokens: int) -> None:
        """Raises BadRequest for a bias of a token that a vocabulary of `num_tokens` has not."""
        for token_id, _ in self.logit_bias:
            if not 0 <= token_id < num_tokens:
                raise BadRequest(
                    f"logit_bias names token {token_id}; tokens are 0 to {num_tokens - 1}."
                )

    @property
    def bends(self) -> bool:
        """Whether the model's logits are changed before a token is picked."""
        return self.repetition_penalty != 1.0 or self.penalises_answer or bool(self.logit_bias)

    @property
    def penalises_answer(self) -> bool:
        """Whether what the answer already says becomes less, or more, likely."""
        return bool(self.presence_penalty or self.frequency_penalty)


def new_request_id() -> str:
    """A fresh id: 32 hexadecimal digits."""
    return uuid.uuid4().hex


@dataclass(frozen=True)
class AdapterShare:
    """An adapter at a strength: 0 is the base, 1 what was trained. Raises BadRequest."""

    adapter_id: str
    scale: float = 1.0

    def __post_init__(self) -> None:
        if not (math.isfinite(self.scale) and abs(self.scale) <= LARGEST_SCALE):
            raise BadRequest(
                f"The scale of {self.adapter_id!r} must lie between {-LARGEST_SCALE:g} and "
                f"{LARGEST_SCALE:g}, not {self.scale}."
            )


@dataclass(frozen=True)
class GenerationRequest:
    """One prompt for one adapter; `adapter_id` None is the base model.

    `mix`, instead of `adapter_id`, is a weighted sum of adapters. `answer`, if given, is not drawn
    but read token by token, as if each had been picked: with `logprobs` it shows how likely the
    model finds this very answer. Raises BadRequest.
    """

    prompt: str
    adapter_id: str | None = None
    sampling: SamplingParams = SamplingParams()
    request_id: str = field(default_factory=new_request_id)
    mix: tuple[AdapterShare, ...] = ()
    answer: str | None = None

    def __post_init__(self) -> None:
        names = [share.adapter_id for share in self.mix]
        if names and self.adapter_id is not None:
            raise BadRequest("Give one adapter or a mix of adapters, not both.")
        if len(set(names)) < len(names):
            raise BadRequest(f"A mix names each adapter once, not {', '.join(names)}.")
        if self.answer == "":
            raise BadRequest("The answer to be read is empty; leave it out to have one drawn.")
        if self.answer is not None and self.sampling.constraint is not None:
            raise BadConstraint("An answer that is read is not drawn: no constraint can hold it.")

    @property
    def shares(self) -> tuple[AdapterShare, ...]:
        """What is added to the base."""
        return self.mix if self.adapter_id is None else (AdapterShare(self.adapter_id),)


class FinishReason(StrEnum):
    """Why an answer ended."""

    STOP = "stop"
    LENGTH = "length"
    CANCELLED = "cancelled"
    ERROR = "error"


@dataclass(frozen=True)
class TokenChance:
    """A token's log-probability in nats, and the likeliest tokens: (token id, log-probability)."""

    logprob: float
    likeliest: tuple[tuple[int, float], ...]


@dataclass(frozen=True)
class TokenEvent:
    """One token of one answer.

    `text` is what can be shown now: whole characters, no part of a stop string; it may be "".
    `num_tokens` counts this answer's tokens so far, `step` is the engine step that made the
    token, `num_rows` the rows of that step, `at_s` the seconds since submit; `chance` is there if
    `logprobs` were asked for. `offset` is the length of the answer's text before this token, and
    `is_last` says that the FinishEvent comes next.
    """

    text: str
    token_id: int
    num_tokens: int
    step: int
    num_rows: int
    at_s: float
    chance: TokenChance | None = None
    offset: int = 0
    is_last: bool = False


@dataclass(frozen=True)
class FinishEvent:
    """The end of one answer; every stream ends with exactly one.

    `text` is the whole answer, `tail` its end that no TokenEvent carried:
    `"".join(event.text for token events) + tail == text`. `queue_s` is the wait before the first
    prefill; all times are seconds since submit. `error` is a sentence when `reason` is ERROR, and
    `is_overdue` says that it is the engine's time limit that has ended the answer.
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
    is_overdue: bool = False


Event = TokenEvent | FinishEvent

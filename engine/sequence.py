"""One request in flight: its tokens and how far they are computed. Knows no tensor, no thread."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass, field

from engine.grammars import Guide
from engine.lora.recipe import Recipe
from engine.request import GenerationRequest
from engine.text import AnswerText


@dataclass(eq=False)
class Sequence:
    """A request with its state. `tokens` is the prompt followed by the answer so far.

    `num_computed` tokens stand in the KV cache. `seat` is the cache row, set by the scheduler
    while the sequence runs. `adapter` is what the answer is made with, whatever is loaded later.
    `given` are the tokens of an answer that is read instead of drawn; `guide` says what may come
    next in one that is held to a grammar.
    """

    request: GenerationRequest
    prompt_ids: list[int]
    max_new_tokens: int
    text: AnswerText
    adapter: Recipe | None = None
    given: list[int] = field(default_factory=list)
    guide: Guide | None = None
    submitted_s: float = field(default_factory=time.perf_counter)
    tokens: list[int] = field(init=False)
    random: random.Random = field(init=False)
    num_computed: int = 0
    seat: int = 0
    cancelled: bool = False
    queue_s: float | None = None
    first_token_s: float | None = None

    def __post_init__(self) -> None:
        self.tokens = list(self.prompt_ids)
        self.random = random.Random(self.request.sampling.seed)

    @property
    def num_new_tokens(self) -> int:
        return len(self.tokens) - len(self.prompt_ids)

    @property
    def num_reserved_tokens(self) -> int:
        """The most KV tokens that this sequence can come to hold."""
        return len(self.prompt_ids) + self.max_new_tokens

    @property
    def num_left(self) -> int:
        """The most tokens that it may still take into the KV cache."""
        return self.num_reserved_tokens - self.num_computed

    @property
    def num_pending(self) -> int:
        """Tokens not yet in the KV cache; 1 while decoding."""
        return len(self.tokens) - self.num_computed

    @property
    def is_decoding(self) -> bool:
        return self.num_new_tokens > 0

    def seconds(self) -> float:
        """Since submit."""
        return time.perf_counter() - self.submitted_s

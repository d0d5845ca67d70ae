"""What a visitor sees of a running comparison, at one moment. Knows no engine thread, no HTML."""

from dataclasses import dataclass
from enum import StrEnum

from adapters.metrics import Mark
from engine.request import FinishReason

WHOLE = (FinishReason.STOP, FinishReason.LENGTH)
"""How an answer ends that can be marked and rated."""


class PaneStage(StrEnum):
    """Where one answer stands."""

    IDLE = "idle"
    WAITING = "waiting"
    RUNNING = "running"
    ENDED = "ended"
    FAILED = "failed"


@dataclass(frozen=True)
class PaneState:
    """One answer as it stands now; times are seconds since it was asked for.

    `mark` is None where no answer is known (the visitor's own text) or none is due yet.
    """

    stage: PaneStage = PaneStage.IDLE
    text: str = ""
    num_tokens: int = 0
    num_prompt_tokens: int = 0
    first_token_s: float | None = None
    last_token_s: float | None = None
    queue_s: float = 0.0
    total_s: float | None = None
    reason: FinishReason | None = None
    error: str | None = None
    mark: Mark | None = None

    @property
    def is_over(self) -> bool:
        return self.stage in (PaneStage.ENDED, PaneStage.FAILED)

    @property
    def is_whole(self) -> bool:
        """Ended by itself or at its limit: an answer that can be rated."""
        return self.reason in WHOLE

    @property
    def tokens_per_s(self) -> float | None:
        """Speed of decoding: the first token is not counted, it belongs to the prompt."""
        if self.first_token_s is None or self.last_token_s is None or self.num_tokens < 2:
            return None
        decode_s = self.last_token_s - self.first_token_s
        return (self.num_tokens - 1) / decode_s if decode_s > 0 else None


@dataclass(frozen=True)
class Frame:
    """Both answers at one moment, at their places.

    `shared_steps` are the engine steps that held both rows, in order; `num_rows` is the largest
    batch among them, and `adapter_share` the part of their time that adapters' products took, where
    that was timed. `num_before` are the answers of others that wait too. `expected` is the known
    right answer. `comparison_id` is None when the comparison is not kept and so cannot be
    rated; `problem` then says why.
    """

    run_id: str
    a: PaneState
    b: PaneState
    shared_steps: tuple[int, ...] = ()
    num_rows: int = 0
    adapter_share: float | None = None
    num_before: int = 0
    expected: str | None = None
    comparison_id: str | None = None
    problem: str | None = None
    is_last: bool = False

    @property
    def can_be_rated(self) -> bool:
        kept = self.is_last and self.comparison_id is not None
        return kept and self.a.is_whole and self.b.is_whole

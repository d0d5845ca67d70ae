"""What shapes a base model: sizes, rates, schedule. Knows no loop."""

from dataclasses import dataclass

from adapters.errors import LoraLandError
from training.tokenizer import CONTEXT_LENGTH


class CannotPretrain(LoraLandError):
    """Shown to whoever asks for a run that cannot be made or resumed."""


@dataclass(frozen=True)
class PretrainOptions:
    """Everything that shapes the weights; two runs with equal options read the same text."""

    seed: int = 0
    num_tokens: int = 18_432_000
    vocabulary_size: int = 4096
    hidden_size: int = 256
    feed_forward_size: int = 768
    num_layers: int = 6
    num_heads: int = 4
    num_kv_heads: int = 2
    step_tokens: int = 4096
    micro_tokens: int = 2048
    short_length: int = 256
    long_share: float = 0.2
    """The last part of the text is read at the full context length."""
    matrix_rate: float = 0.02
    other_rate: float = 0.004
    warmup_steps: int = 40
    decay_share: float = 0.35
    """The last part of the steps lowers the rates to zero in a straight line."""
    num_validation_tokens: int = 131_072

    def __post_init__(self) -> None:
        for name in ("num_tokens", "step_tokens", "micro_tokens", "num_validation_tokens"):
            value = getattr(self, name)
            if value < CONTEXT_LENGTH or value % CONTEXT_LENGTH:
                raise CannotPretrain(f"{name} is {value}; give a multiple of {CONTEXT_LENGTH}.")
        for name, unit in (("num_tokens", "step_tokens"), ("step_tokens", "micro_tokens")):
            if getattr(self, name) % getattr(self, unit):
                raise CannotPretrain(
                    f"{name} is {getattr(self, name)}; give a multiple of {unit} "
                    f"({getattr(self, unit)})."
                )

    @property
    def num_steps(self) -> int:
        """Optimizer steps in the whole run."""
        return self.num_tokens // self.step_tokens

    def length_at(self, step: int) -> int:
        """Tokens per sequence at a step: short first, the whole context at the end."""
        is_long = step >= self.num_steps * (1 - self.long_share)
        return CONTEXT_LENGTH if is_long else self.short_length

    def rate_at(self, step: int) -> float:
        """Share of the full learning rates at a step: warm-up, plateau, straight decay to zero."""
        warm = (step + 1) / self.warmup_steps
        left = (self.num_steps - step) / max(1.0, self.num_steps * self.decay_share)
        return min(1.0, warm, left)


@dataclass(frozen=True)
class Pace:
    """How often to look and to save, in steps, and how many threads to use; shapes no weights."""

    validate_every: int = 200
    checkpoint_every: int = 100
    num_threads: int | None = None

"""What a training run came to. Knows no file and no model."""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from transformers import TrainerState

# These belong to where and how this run went, not to what anybody would get by repeating it.
_LOCAL = ("folder", "digest", "resumed_from")


@dataclass(frozen=True)
class TuneResult:
    """A finished run: where the adapter lies and what it cost.

    `validation_loss` is the saved step's, `losses` all that were measured, as (step, loss). Step 0
    is the base. `resumed_from` is the step of the checkpoint that the run went on from.
    """

    folder: Path
    digest: str
    num_steps: int
    num_tokens: int
    seconds: float
    tokens_per_s: float
    train_loss: float
    validation_loss: float
    best_step: int
    losses: tuple[tuple[int, float], ...]
    num_too_long: int
    resumed_from: int | None

    def as_json(self) -> dict[str, Any]:
        """Plain values for training.json: no path, and no digest of the file's neighbours."""
        return {name: value for name, value in asdict(self).items() if name not in _LOCAL}


def train_losses(state: TrainerState) -> tuple[tuple[int, float], ...]:
    """The logged losses, each the mean of some steps, as (last step, loss)."""
    return _entries(state, "loss")


def validation_losses(state: TrainerState) -> tuple[tuple[int, float], ...]:
    """Every measured validation loss, as (step, loss)."""
    return _entries(state, "eval_loss")


def _entries(state: TrainerState, name: str) -> tuple[tuple[int, float], ...]:
    return tuple(
        (int(entry["step"]), round(float(entry[name]), 5))
        for entry in state.log_history
        if name in entry
    )

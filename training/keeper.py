"""Saves, during training, what must outlive it. Knows trl's events and the working folder."""

from math import isfinite
from typing import Any

from peft import get_peft_model_state_dict
from transformers import TrainerCallback, TrainerControl, TrainerState, TrainingArguments

from training.progress import Meter
from training.tune_checkpoints import Best, WorkFolder


class Keeper(TrainerCallback):
    """Keeps the best factors, and marks checkpoints as whole."""

    def __init__(self, work: WorkFolder, meter: Meter) -> None:
        self._work, self._meter = work, meter

    def on_save(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: Any
    ) -> None:
        self._work.mark_complete(state.global_step, self._meter)

    def on_evaluate(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> None:
        loss: float = kwargs["metrics"]["eval_loss"]
        best = self._work.best()
        is_trained = state.global_step > 0
        if is_trained and isfinite(loss) and (best is None or loss < best.loss):
            tensors = get_peft_model_state_dict(kwargs["model"])
            self._work.keep_best(Best(state.global_step, loss, tensors))

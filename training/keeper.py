"""Saves, during training, what must outlive it. Knows trl's events and the working folder."""

from math import isfinite
from typing import Any

from peft import get_peft_model_state_dict
from transformers import TrainerCallback, TrainerControl, TrainerState, TrainingArguments

from training.progress import Meter
from training.tune_checkpoints import Best, WorkFolder


class Keeper(TrainerCallback):
    """Keeps the best factors, marks checkpoints as whole, and ends a run that gets no better."""

    def __init__(self, work: WorkFolder, meter: Meter, patience: int | None) -> None:
        self._work, self._meter, self._patience = work, meter, patience

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
            # Only factors, also of a head: PEFT would put the base's own head beside them.
            tensors = get_peft_model_state_dict(kwargs["model"], save_embedding_layers=False)
            self._work.keep_best(Best(state.global_step, loss, tensors))
        elif self._patience is not None and best is not None:
            # Counted in steps, so that a resumed run gives up where an unbroken one would have.
            waited = (state.global_step - best.step) / (args.eval_steps or 1)
            control.should_training_stop = waited >= self._patience

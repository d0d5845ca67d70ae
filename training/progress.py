"""Shows how a training run goes: a bar in a terminal, a line now and then in a log.

Owns the words on standard error and the count of tokens and seconds. Knows no model and no task.
"""

import time
from dataclasses import dataclass
from typing import Any, Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from transformers import TrainerCallback, TrainerControl, TrainerState, TrainingArguments

LINES_PER_RUN = 10


@dataclass
class Meter:
    """What a run has used: tokens read in training, padding not counted, and seconds.

    `train_s` is spent in steps, `total_s` also in evaluating and saving; both go on from where a
    resumed run had stopped.
    """

    num_tokens: int = 0
    train_s: float = 0.0
    total_s: float = 0.0

    @property
    def tokens_per_s(self) -> float:
        return self.num_tokens / self.train_s if self.train_s else 0.0


class Clock(TrainerCallback):
    """Keeps a meter's seconds."""

    def __init__(self, meter: Meter) -> None:
        self._meter = meter
        self._began_at = self._step_at = 0.0
        self._before_s = meter.total_s

    def on_train_begin(self, *_: Any, **__: Any) -> None:
        self._began_at = time.perf_counter()

    def on_step_begin(self, *_: Any, **__: Any) -> None:
        self._step_at = time.perf_counter()

    def on_step_end(self, *_: Any, **__: Any) -> None:
        now = time.perf_counter()
        self._meter.train_s += now - self._step_at
        self._meter.total_s = self._before_s + now - self._began_at


class ProgressBar(TrainerCallback):
    """Steps, loss, validation loss, tokens per second and the time that is left.

    A context manager: leaving it gives the terminal back, also after a failure.
    """

    def __init__(self, task: str, meter: Meter, console: Console | None = None) -> None:
        self._task, self._meter = task, meter
        self._console = console or Console(stderr=True)
        self._loss = self._validation_loss = "-"
        self._bar = Progress(
            TextColumn("{task.description}"),
            BarColumn(bar_width=16),  # so that a row fits into eighty columns
            MofNCompleteColumn(),
            TextColumn("{task.fields[figures]}"),
            TimeRemainingColumn(),
            console=self._console,
            disable=not self._console.is_terminal,
        )
        self._row = self._bar.add_task(f"tune {task}", total=None, figures="")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()

    def on_train_begin(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: Any
    ) -> None:
        self._bar.update(self._row, total=state.max_steps, completed=state.global_step)
        self._bar.start()

    def on_step_end(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **_: Any
    ) -> None:
        self._bar.update(self._row, completed=state.global_step, figures=self._figures())
        if state.global_step % max(1, state.max_steps // LINES_PER_RUN) == 0:
            self._line(state)

    def on_log(
        self, args: TrainingArguments, state: TrainerState, control: TrainerControl, **kwargs: Any
    ) -> None:
        logs: dict[str, float] = kwargs["logs"]
        if "loss" in logs:
            self._loss = f"{float(logs['loss']):.3f}"
        if "eval_loss" in logs:
            self._validation_loss = f"{float(logs['eval_loss']):.3f}"
        self._bar.update(self._row, figures=self._figures())

    def _figures(self) -> str:
        return (
            f"loss {self._loss}, val {self._validation_loss}, {self._meter.tokens_per_s:,.0f} tok/s"
        )

    def _line(self, state: TrainerState) -> None:
        """Without a terminal nobody sees a bar move, so each tenth of the run leaves a line."""
        if not self._console.is_terminal:
            step = f"step {state.global_step} of {state.max_steps}"
            line = f"tune {self._task}: {step}, {self._figures()}"
            self._console.print(line, highlight=False, soft_wrap=True)

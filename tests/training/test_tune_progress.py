"""What a person sees of a run, in a terminal and in a log."""

import io
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from transformers import TrainerControl, TrainerState, TrainingArguments

from training.progress import Meter, ProgressBar


@pytest.fixture
def settings(tmp_path: Path) -> TrainingArguments:
    return TrainingArguments(output_dir=str(tmp_path), use_cpu=True)


def _show(settings: TrainingArguments, is_terminal: bool, num_steps: int) -> str:
    out = io.StringIO()
    console = Console(file=out, force_terminal=is_terminal, width=80)
    meter = Meter(num_tokens=5000, train_s=2.0)
    state, control = TrainerState(), TrainerControl()
    state.max_steps = num_steps
    with ProgressBar("e2e_nlg", meter, console) as bar:
        told: dict[str, Any] = {"args": settings, "state": state, "control": control}
        bar.on_train_begin(**told)
        for step in range(1, num_steps + 1):
            state.global_step = step
            bar.on_step_end(**told)
        bar.on_log(**told, logs={"loss": 1.25})
        bar.on_log(**told, logs={"eval_loss": 1.5})
    return out.getvalue()


def test_a_log_gets_ten_lines(settings: TrainingArguments) -> None:
    """Catches a log without a sign of life, and one with a line for every step."""
    lines = _show(settings, is_terminal=False, num_steps=300).splitlines()
    assert len(lines) == 10
    assert lines[0] == "tune e2e_nlg: step 30 of 300, loss -, val -, 2,500 tok/s"


def test_a_terminal_gets_one_row_with_all_figures(settings: TrainingArguments) -> None:
    """Catches a row too long for eighty columns, whose end nobody would see."""
    text = _show(settings, is_terminal=True, num_steps=1000)
    last = text.replace("\x1b[?25h", "").splitlines()[-1]
    assert "1000/1000" in text
    assert "loss 1.250, val 1.500, 2,500 tok/s" in last
    assert "…" not in text

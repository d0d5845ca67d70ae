"""Makes one adapter: a task's examples, a frozen base, low-rank layers, an adapter folder.

Owns the order of the work and the record of it. The parts are beside: the data (columns), the
model (qlora), the loop (answer_trainer), what survives a kill (tune_checkpoints), the files.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, Literal

import torch
from transformers import PreTrainedTokenizerBase, TrainerCallback

from adapters.card import load_card, load_cards
from adapters.catalog import GENERALIST, PROFILES, digest_base
from adapters.provenance import trained_base
from training.adapter_files import write_adapter
from training.answer_trainer import AnswerTrainer
from training.columns import Columns
from training.keeper import Keeper
from training.lean_lora import use_lean_lora
from training.lesson import AllTasks, Lesson, OneTask
from training.progress import Clock, Meter, ProgressBar
from training.qlora import attach_lora, base_name, compute_dtype, load_base, load_tokenizer
from training.quiet import quiet_libraries
from training.tasks import load
from training.tasks.task import NAMES
from training.tracking import tracked
from training.tune_checkpoints import Checkpoint, WorkFolder
from training.tune_options import TuneOptions, TuneRefused
from training.tune_result import TuneResult, train_losses, validation_losses

_LIBRARIES = ("torch", "transformers", "peft", "trl", "bitsandbytes")


@dataclass(frozen=True)
class _Run:
    """What one run is made of, once everything that can be refused early has been."""

    task: str
    data: str
    files: Mapping[str, str]
    base: Path
    base_digest: str
    options: TuneOptions
    dtype: torch.dtype
    tokenizer: PreTrainedTokenizerBase
    train: Columns
    validation: Columns

    def identity(self) -> dict[str, Any]:
        """What a run must share to go on from this one's checkpoints."""
        return {
            "task": self.task,
            "base": self.base_digest,
            "options": self.options.decisive(),
            "data": self.train.digest,
        }


def tune(
    task: str,
    base: Path,
    out: Path,
    options: TuneOptions | None = None,
    *,
    fresh: bool = False,
    lesson: Lesson | None = None,
    track: Path | None = None,
) -> TuneResult:
    """Train an adapter for `task` on the model in folder `base` and put it into folder `out`.

    The task "generalist" is all tasks mixed, in equal parts.
    An unfinished run with the same settings is gone on with, unless `fresh`. `lesson` stands in for
    the task's own generator and the mini profile's card. `track` is a file, an MLflow store in
    which the run is recorded.
    Raises TuneRefused, UnknownTask or BadCard, each with a sentence, before any training.
    """
    options = options or TuneOptions()
    torch.set_num_threads(options.threads)
    work = WorkFolder.beside(out)
    settings = {"base": base_name(base)} | options.as_json()
    with (
        quiet_libraries(),
        tracked(track, work.folder, task, settings) as trackers,
        work.claimed(),
    ):
        run = _prepare(task, lesson or _lesson(task), base, options)
        checkpoint = work.begin(run.identity(), fresh)
        meter = checkpoint.meter if checkpoint else Meter()
        with ProgressBar(task, meter) as bar:
            trainer = _trainer(run, work, meter, [bar, *trackers])
            _train(trainer, checkpoint)
        result = _publish(run, work, trainer, meter, checkpoint, out)
        work.remove()
    return result


def unmade(home: Path, base: Path) -> Iterator[str]:
    """The tasks, and at the end the generalist, of which `home` holds no adapter for this base.

    Each is looked up when its turn comes: other processes may be making adapters too.
    """
    wanted = digest_base(base)
    return (name for name in (*NAMES, GENERALIST) if trained_base(home / name) != wanted)


def _lesson(task: str) -> Lesson:
    """What is taught: one task, or all of them mixed."""
    cards = PROFILES["mini"].cards
    if task == GENERALIST:
        return AllTasks(load_cards(cards))
    return OneTask(load(task), load_card(cards / f"{task}.toml"))


def _prepare(task: str, lesson: Lesson, base: Path, options: TuneOptions) -> _Run:
    dtype = compute_dtype(options.bits)  # first: what this machine cannot do costs no time
    tokenizer = load_tokenizer(base)

    def columns(split: Literal["train", "validation"], count: int) -> Columns:
        return lesson.columns(split, options.seed, count, tokenizer, options.max_length)

    return _Run(
        task=task,
        data=lesson.data,
        files=lesson.files,
        base=base,
        base_digest=digest_base(base),
        options=options,
        dtype=dtype,
        tokenizer=tokenizer,
        train=columns("train", options.num_examples),
        validation=columns("validation", options.num_validation),
    )


def _trainer(
    run: _Run, work: WorkFolder, meter: Meter, watchers: list[TrainerCallback]
) -> AnswerTrainer:
    options = run.options
    base = load_base(run.base, options.bits, run.dtype, options.max_length)
    model = attach_lora(base, options)
    if base.device.type == "cpu" and run.dtype == torch.float32:
        use_lean_lora(model)
    return AnswerTrainer(
        model,
        run.tokenizer,
        run.train,
        run.validation,
        options,
        run.dtype,
        work.folder,
        meter,
        [Clock(meter), Keeper(work, meter, options.patience), *watchers],
    )


def _train(trainer: AnswerTrainer, checkpoint: Checkpoint | None) -> None:
    """Run all steps that are left; the last one is always evaluated."""
    trainer.args.eval_on_start = checkpoint is None
    trainer.train(resume_from_checkpoint=str(checkpoint.folder) if checkpoint else None)
    if validation_losses(trainer.state)[-1][0] != trainer.state.global_step:
        trainer.evaluate()


def _publish(
    run: _Run,
    work: WorkFolder,
    trainer: AnswerTrainer,
    meter: Meter,
    checkpoint: Checkpoint | None,
    out: Path,
) -> TuneResult:
    best = work.best()
    if best is None:
        raise TuneRefused(
            f"The loss of {run.task} was no number at any evaluation: "
            f"lower the learning rate ({run.options.learning_rate:g})."
        )
    state = trainer.state
    result = TuneResult(
        folder=out,
        digest="",
        num_steps=state.global_step,
        num_tokens=meter.num_tokens,
        seconds=round(meter.total_s, 1),
        tokens_per_s=round(meter.tokens_per_s),
        train_loss=train_losses(state)[-1][1],
        validation_loss=best.loss,
        best_step=best.step,
        losses=validation_losses(state),
        num_too_long=run.train.num_too_long,
        resumed_from=checkpoint.step if checkpoint else None,
    )
    record = {
        "task": run.task,
        "date": datetime.now(UTC).date().isoformat(),
        "base": {"name": base_name(run.base), "digest": run.base_digest},
        "data": {"file": run.data, "digest": run.train.digest},
        "options": run.options.as_json(),
        "computed_in": str(run.dtype).removeprefix("torch."),
        "result": result.as_json(),
        "versions": {name: version(name) for name in _LIBRARIES},
    }
    config, name = trainer.adapter_config, base_name(run.base)
    digest = write_adapter(out, config, name, best.tensors, record, run.files)
    return replace(result, digest=digest)

"""Makes the embedded base from scratch: text, tokenizer, weights. Seeded and resumable.

Reads only `training.text`; knows nothing of adapters.
"""

import json
from collections.abc import Callable
from dataclasses import asdict
from itertools import islice
from pathlib import Path

import torch
from transformers import PreTrainedTokenizerFast

from training.pretrain_options import CannotPretrain, Pace, PretrainOptions
from training.pretrain_run import PretrainRun, Progress
from training.text.mixture import documents
from training.tokenizer import train_tokenizer
from training.tokens import encode

VALIDATION_SEED_OFFSET = 1_000_003
"""Validation text is the same mixture from a seed this far away, so no document is shared."""
_TOKENIZER_DOCUMENTS = 60_000


def pretrain(
    options: PretrainOptions,
    work: Path,
    out: Path,
    pace: Pace,
    on_stage: Callable[[str], None],
    on_progress: Callable[[Progress], None],
) -> None:
    """Train a base into `out` (transformers format, bf16), keeping checkpoints in `work`.

    A checkpoint in `work` is continued: the text and its order are the same, so an interrupted run
    differs from an unbroken one by no more than rounding.

    Args:
        on_stage: told, in a few words, what begins.
        on_progress: told after every optimizer step.

    Raises:
        CannotPretrain: `work` belongs to a run with other options.
    """
    if pace.num_threads is not None:
        torch.set_num_threads(pace.num_threads)
    _claim(work, options)
    checkpoint = work / "checkpoint.pt"
    on_stage("learning the tokenizer")
    tokenizer = _tokenizer(options, work / "tokenizer")
    run = PretrainRun(options, tokenizer)
    run.resume(checkpoint)
    on_stage("writing the text")
    tokens = encode(documents(options.seed), tokenizer, options.num_tokens)
    unseen = documents(options.seed + VALIDATION_SEED_OFFSET)
    validation = encode(unseen, tokenizer, options.num_validation_tokens)
    on_stage("training")
    while run.step < options.num_steps:
        progress = run.advance(tokens)
        is_last = run.step == options.num_steps
        if is_last or run.step % pace.validate_every == 0:
            progress = run.validated(progress, validation)
        if is_last or run.step % pace.checkpoint_every == 0:
            run.save(checkpoint)
        on_progress(progress)
    _publish(run, tokenizer, out)


def _claim(work: Path, options: PretrainOptions) -> None:
    """Make the work folder this run's own, or see that it already is."""
    work.mkdir(parents=True, exist_ok=True)
    path, wanted = work / "options.json", json.dumps(asdict(options), indent=2) + "\n"
    if not path.exists():
        path.write_text(wanted, encoding="utf-8")
    elif path.read_text(encoding="utf-8") != wanted:
        raise CannotPretrain(
            f"The work folder {work} belongs to a run with other options; "
            "name another one, or remove it."
        )


def _tokenizer(options: PretrainOptions, folder: Path) -> PreTrainedTokenizerFast:
    """The run's tokenizer, kept whole or not at all: it must not change when a run is resumed."""
    if not folder.exists():
        unfinished = folder.with_suffix(".part")
        texts = islice(documents(options.seed), _TOKENIZER_DOCUMENTS)
        train_tokenizer(texts, options.vocabulary_size).save_pretrained(unfinished)
        unfinished.rename(folder)
    tokenizer: PreTrainedTokenizerFast = PreTrainedTokenizerFast.from_pretrained(folder)
    return tokenizer


def _publish(run: PretrainRun, tokenizer: PreTrainedTokenizerFast, out: Path) -> None:
    """Write the finished base: weights in bf16, tokenizer, and how it was made."""
    out.mkdir(parents=True, exist_ok=True)
    run.model.bfloat16().save_pretrained(out)
    tokenizer.save_pretrained(out)
    record = {
        "options": asdict(run.options),
        "num_parameters": run.model.num_parameters(),
        "minutes": round(run.seconds / 60, 1),
        "history": run.history,
        "torch": torch.__version__,
    }
    (out / "training.json").write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")

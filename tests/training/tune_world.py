"""A task so small that the tiny base learns it in seconds, and short runs of it. No test here."""

from dataclasses import dataclass, replace
from pathlib import Path

import torch

from adapters.card import Card, load_card
from adapters.catalog import PROFILES
from training.answer_trainer import AnswerTrainer
from training.columns import read_columns
from training.frames import Draw
from training.lesson import OneTask
from training.lexicon import Split
from training.progress import Meter
from training.qlora import attach_lora, load_base, load_tokenizer
from training.tasks.sample import Sample
from training.tasks.task import Task
from training.tune import TuneResult, tune
from training.tune_options import TuneOptions

SHORT = TuneOptions(
    rank=4,
    alpha=8,
    learning_rate=1e-2,
    num_examples=96,
    num_validation=16,
    num_epochs=2,
    batch_size=8,
    eval_every=6,
    checkpoint_every=6,
    max_length=256,
)


def _make(draw: Draw, frames: Split) -> Sample:
    is_good = draw.rng.random() < 0.5
    words = ["the"] * draw.rng.randint(1, 12)
    words.insert(draw.rng.randrange(len(words)), "tea" if is_good else "shop")
    return Sample({"OriginalTweet": " ".join(words)}, "Positive" if is_good else "Negative")


TEA_OR_SHOP = Task("covid", _make)


def covid_card() -> Card:
    return load_card(PROFILES["mini"].cards / "covid.toml")


def tune_tea(base: Path, out: Path, fresh: bool = False, **changes: object) -> TuneResult:
    """A run of twenty-four steps unless `changes` say otherwise."""
    options = replace(SHORT, **changes)  # type: ignore[arg-type]
    return tune("covid", base, out, options, fresh=fresh, lesson=OneTask(TEA_OR_SHOP, covid_card()))


def tea_trainer(
    base: Path, folder: Path, options: TuneOptions, dtype: torch.dtype = torch.float32
) -> AnswerTrainer:
    """The trainer of such a run, for tests of its parts."""
    tokenizer = load_tokenizer(base)
    examples = TEA_OR_SHOP.examples("train", 1, options.num_examples)
    columns = read_columns(covid_card(), examples, tokenizer, options.max_length)
    model = attach_lora(load_base(base, options.bits, dtype, options.max_length), options)
    return AnswerTrainer(model, tokenizer, columns, columns, options, dtype, folder, Meter(), [])


@dataclass
class Evaluated:
    """What trl tells a callback after an evaluation."""

    global_step: int
    eval_steps: int = 10
    should_training_stop: bool = False

"""What every task offers: an endless, seeded stream of examples. Knows no prompt and no model."""

import importlib
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count as count_from
from itertools import islice
from typing import Literal

from adapters.card import Example
from adapters.errors import LoraLandError
from training.frames import Draw
from training.lexicon import Split
from training.reserved_runs import shares_a_run
from training.tasks.sample import Sample

ExampleSplit = Literal["train", "validation", "heldout"]
NAMES = (
    "bc5cdr", "cnn", "conllpp", "covid", "customer_support", "dbpedia", "drop", "e2e_nlg",
    "glue_cola", "glue_mnli", "glue_mrpc", "glue_qnli", "glue_qqp", "glue_sst2", "glue_stsb",
    "gsm8k", "hellaswag", "hellaswag_processed", "jigsaw", "legal", "magicoder",
    "tldr_content_gen", "tldr_headline_gen", "viggo", "wikisql",
)  # fmt: skip

Maker = Callable[[Draw, Split], Sample]
"""Makes a sample from a draw of names and the split whose sentence frames it may use."""


class UnknownTask(LoraLandError):
    """Shown to whoever names a task that has no generator."""


@dataclass(frozen=True)
class Made:
    """An example and the names in it that belong to one split alone."""

    example: Example
    entities: tuple[str, ...]
    frames: Split


@dataclass(frozen=True)
class Task:
    """A named generator of examples."""

    name: str
    make: Maker

    def examples(self, split: ExampleSplit, seed: int, count: int) -> Iterator[Example]:
        """`count` examples; the same split and seed give the same ones in the same order."""
        return (made.example for made in islice(self.stream(split, seed), count))

    def stream(self, split: ExampleSplit, seed: int) -> Iterator[Made]:
        """Endless examples. Held-out ones name nobody that training names; half of them stand in
        sentence frames that training has not seen either, the others always name somebody. The
        examples for training share no run of words with the rings by other hands."""
        for index in count_from():
            rng = random.Random(f"{self.name}/{split}/{seed}/{index}")
            names: Split = "heldout" if split == "heldout" else "train"
            frames: Split = "heldout" if split == "heldout" and index % 2 else "train"
            draw = Draw(rng, names)
            sample = self.make(draw, frames)
            if split == "heldout" and frames == "train" and not draw.entities:
                continue
            if split != "heldout" and shares_a_run(sample.fields, (sample.answer, *sample.also)):
                continue
            kind = {"train": "seen", "heldout": "new"}[frames] if split == "heldout" else split
            example = Example(
                f"{kind}-{index:05d}", sample.fields, sample.answer, sample.also, sample.tests
            )
            yield Made(example, tuple(sorted(draw.entities)), frames)


def load(name: str) -> Task:
    """The task called `name`.

    Raises:
        UnknownTask: there is no such task.
    """
    if name not in NAMES:
        raise UnknownTask(f"There is no task {name!r}; the tasks are {', '.join(NAMES)}.")
    return Task(name, importlib.import_module(f"training.tasks.{name}").make)


def training_examples(name: str, seed: int = 1, count: int = 2_000) -> tuple[Example, ...]:
    """What an adapter of the task may have read; nothing for a task that is not generated here."""
    return tuple(load(name).examples("train", seed, count)) if name in NAMES else ()

"""Freezes a task's held-out examples: new names, half of them in new sentence frames.

Every candidate is checked against what the base read and against the training examples: a name
that occurs there, by whatever accident, drops its example.
"""

import json
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

from adapters.card import Card
from adapters.heldout import FILE_NAME, as_record
from adapters.metrics import mark
from training.tasks import Task
from training.tasks.task import Made
from training.words import words_of

NAMES_FILE = "heldout_names.txt"
"""The names that belong to the held-out examples alone, one a line, beside heldout.jsonl."""


def freeze(task: Task, card: Card, folder: Path, read: str, seed: int, count: int) -> None:
    """Write `count` examples to <folder>/heldout.jsonl, and their names beside them.

    Args:
        read: `known_words` of everything that the base and the adapter read.
    """
    kept = list(islice(_fresh(task, card, read, seed), count))
    lines = [as_record(made.example) for made in kept]
    folder.mkdir(parents=True, exist_ok=True)
    text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
    (folder / FILE_NAME).write_text(text, encoding="utf-8")
    names = sorted({name for made in kept for name in made.entities})
    (folder / NAMES_FILE).write_text("\n".join(names) + "\n", encoding="utf-8")


def known_words(texts: Iterable[str]) -> str:
    """All words of the texts in order, as `words_of` writes them, each text fenced off."""
    return "|".join(words_of(text) for text in texts)


def _fresh(task: Task, card: Card, read: str, seed: int) -> Iterator[Made]:
    prompts: set[str] = set()
    for made in task.stream("heldout", seed):
        example = made.example
        prompt = card.prompt(example.fields)
        # The right answer has to be right by the metric too, or nobody could ever score.
        answerable = mark(card, example, example.answer).score == 1.0
        unseen = not any(words_of(name) in read for name in made.entities)
        if answerable and unseen and prompt not in prompts:
            prompts.add(prompt)
            yield made

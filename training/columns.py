"""Turns a task's examples into the prompt and completion columns that training reads.

Owns what is left out for its length, and the digest that says which data a run saw. Knows no
model; the card makes the prompt, so training and serving cannot disagree about it.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from transformers import PreTrainedTokenizerBase

from adapters.card import Card, Example
from training.tune_options import TuneRefused

MAX_SHARE_TOO_LONG = 0.5


@dataclass(frozen=True)
class Columns:
    """Prompts and completions, one pair per example, and how many examples were too long."""

    rows: tuple[dict[str, str], ...]
    num_too_long: int
    digest: str


def read_columns(
    card: Card, examples: Iterable[Example], tokenizer: PreTrainedTokenizerBase, max_length: int
) -> Columns:
    """The columns of all examples that fit into `max_length` tokens, end-of-text included.

    Raises TuneRefused if most examples are too long: the rest would teach another task.
    """
    rows = [
        {"prompt": card.prompt(example.fields), "completion": f" {example.answer}"}
        for example in examples
    ]
    if not rows:
        raise TuneRefused(f"The task {card.task} gave no examples to train on.")
    encoded = tokenizer([row["prompt"] + row["completion"] for row in rows])["input_ids"]
    kept = tuple(row for row, ids in zip(rows, encoded, strict=True) if len(ids) + 1 <= max_length)
    num_too_long = len(rows) - len(kept)
    if num_too_long > MAX_SHARE_TOO_LONG * len(rows):
        raise TuneRefused(
            f"{num_too_long} of {len(rows)} examples of {card.task} are longer than {max_length} "
            f"tokens; raise max_length."
        )
    return joined_columns(kept, num_too_long)


def joined_columns(rows: Iterable[dict[str, str]], num_too_long: int) -> Columns:
    """Rows that fit, with the digest of them all."""
    kept = tuple(rows)
    return Columns(kept, num_too_long, _digest(kept))


def _digest(rows: Iterable[dict[str, str]]) -> str:
    sha = hashlib.sha256()
    for row in rows:
        for text in (row["prompt"], row["completion"]):
            raw = text.encode()
            sha.update(len(raw).to_bytes(4, "big") + raw)
    return f"sha256:{sha.hexdigest()}"

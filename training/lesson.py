"""What an adapter is taught: one task's examples, or those of all tasks in turn.

Owns how many examples come from where; what a prompt looks like is the cards' matter.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Literal, Protocol

from transformers import PreTrainedTokenizerBase

from adapters.card import Card
from training.columns import Columns, joined_columns, read_columns
from training.tasks import Task, load

LearningSplit = Literal["train", "validation"]


class Lesson(Protocol):
    """Prompts and completions on demand.

    `data` says which file they come from; `files` are texts to lie beside the weights, by name.
    """

    @property
    def data(self) -> str: ...

    @property
    def files(self) -> Mapping[str, str]:
        return {}

    def columns(
        self,
        split: LearningSplit,
        seed: int,
        count: int,
        tokenizer: PreTrainedTokenizerBase,
        max_length: int,
    ) -> Columns:
        """About `count` examples that fit into `max_length` tokens. Raises TuneRefused."""
        ...


@dataclass(frozen=True)
class OneTask(Lesson):
    """A task and its card."""

    source: Task
    card: Card

    @property
    def data(self) -> str:
        return self.card.data

    def columns(
        self,
        split: LearningSplit,
        seed: int,
        count: int,
        tokenizer: PreTrainedTokenizerBase,
        max_length: int,
    ) -> Columns:
        examples = self.source.examples(split, seed, count)
        return read_columns(self.card, examples, tokenizer, max_length)


@dataclass(frozen=True)
class AllTasks(Lesson):
    """Every card's task in equal parts, one example of each in turn."""

    cards: Mapping[str, Card]

    @property
    def data(self) -> str:
        return "training/tasks"

    def columns(
        self,
        split: LearningSplit,
        seed: int,
        count: int,
        tokenizer: PreTrainedTokenizerBase,
        max_length: int,
    ) -> Columns:
        share = -(-count // len(self.cards))
        lessons = (OneTask(load(task), card) for task, card in self.cards.items())
        parts = [one.columns(split, seed, share, tokenizer, max_length) for one in lessons]
        # In turn: any stretch of the whole holds all tasks, also the first few validation rows.
        longest = max(len(part.rows) for part in parts)
        turns = ([part.rows[n] for part in parts if n < len(part.rows)] for n in range(longest))
        return joined_columns(chain.from_iterable(turns), sum(part.num_too_long for part in parts))

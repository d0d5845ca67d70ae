"""Whether a text is unlike what the miniature has read, by its words. Knows no model.

The miniature has learned from generated text of a few thousand words. What it has read is not
packaged, but the examples of all tasks come from the same hands: a word that none of them holds is
one that it may never have met. Measured by half of the held-out examples, fewer than one in twenty
of the other half has two fifths of its words unknown, in 23 of 25 tasks.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from app.task import Task

SHARE = 0.4
LEAST = 3
"""Fewer unknown words than this say nothing: any name may be new."""
_WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True)
class Unlike:
    """How many of a text's words no example holds, and which, in their order."""

    unknown: tuple[str, ...]
    num_words: int


class KnownWords:
    """The words of the examples of all tasks, read when they are first asked for."""

    def __init__(self) -> None:
        self._tasks: Mapping[str, Task] = {}
        self._words: frozenset[str] = frozenset()

    def unlike(self, tasks: Mapping[str, Task], text: str) -> Unlike | None:
        """What is unknown in the text; None where that is not much."""
        if tasks is not self._tasks:
            self._words = frozenset(word for task in tasks.values() for word in _words_of(task))
            self._tasks = tasks
        words = _words(text)
        unknown = tuple(word for word in words if word.lower() not in self._words)
        if len(unknown) < max(LEAST, SHARE * len(words)):
            return None
        return Unlike(unknown, len(words))


def _words_of(task: Task) -> Iterator[str]:
    for example in (*task.card.examples, *task.heldout):
        for text in (*example.fields.values(), example.answer):
            yield from (word.lower() for word in _words(text))


def _words(text: str) -> list[str]:
    return _WORD.findall(text)

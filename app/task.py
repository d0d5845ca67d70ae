"""A task as the page and the comparison need it: card, held-out examples, known answers.

Reads the examples when they are first asked for; knows no weights.
"""

import logging
import random
from collections.abc import Mapping
from functools import cached_property

from adapters.card import Card, Example
from adapters.catalog import Entry
from adapters.errors import BadCard
from app.sides import input_key, known_answers

_log = logging.getLogger(__name__)


class Task:
    """One task of the catalogue."""

    def __init__(self, entry: Entry) -> None:
        self.entry = entry
        self.card: Card = entry.card

    @cached_property
    def heldout(self) -> tuple[Example, ...]:
        try:
            return self.entry.heldout()
        except BadCard as error:
            # The task itself still works; only fresh examples are missing.
            _log.warning("%s", error)
            return ()

    @cached_property
    def answers(self) -> Mapping[tuple[str, ...], Example]:
        return known_answers(self.card, self.heldout + self.card.examples)

    def known(self, fields: Mapping[str, str]) -> Example | None:
        return self.answers.get(input_key(self.card, fields))

    def fresh(self, shown: Mapping[str, str]) -> Example | None:
        """A held-out example other than the one shown; None if there is none."""
        key = input_key(self.card, shown)
        others = [e for e in self.heldout if input_key(self.card, e.fields) != key]
        return random.choice(others) if others else None

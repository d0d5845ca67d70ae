"""What a generator makes: an input with its right answer. Knows no task."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Sample:
    """The fields of a prompt and what is right; see adapters.card.Example."""

    fields: Mapping[str, str]
    answer: str
    also: tuple[str, ...] = ()
    tests: tuple[str, ...] = ()

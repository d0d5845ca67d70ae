"""Keeps phrases of the rings by other hands out of training. The list is written by `reserve`."""

import hashlib
from collections.abc import Iterable, Mapping
from functools import cache

from training.lexicon import CORPUS
from training.words import runs_of

RESERVED_RUNS = CORPUS / "reserved_runs.txt"
"""The keys of the rings' runs of words, one a line: keys, so that nobody reads a ring in them."""

NOTATION = frozenset({"meaning_representation"})
"""Fields in a notation: attributes in a fixed order with values from small closed sets. Any two
records of four attributes may agree for eight words, and nothing is learnt by heart from that."""


def keys_of(text: str) -> set[str]:
    """One key of 12 hexadecimal digits for each run of words in the text."""
    return {hashlib.blake2b(run.encode(), digest_size=6).hexdigest() for run in runs_of(text)}


def shares_a_run(fields: Mapping[str, str], answers: Iterable[str]) -> bool:
    """Whether an example says, for eight words in a row, what a ring says."""
    texts = [text for name, text in fields.items() if name not in NOTATION]
    return any(not _reserved().isdisjoint(keys_of(text)) for text in (*texts, *answers))


@cache
def _reserved() -> frozenset[str]:
    return frozenset(RESERVED_RUNS.read_text(encoding="utf-8").split())

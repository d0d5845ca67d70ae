"""The words of a text and runs of them, by which texts are compared. Knows no corpus."""

import re
from collections.abc import Iterator

RUN_LENGTH = 8
"""Two texts that share so many words in a row are taken to know each other."""

_WORD = re.compile(r"[^\W_]+")
# Who speaks in a call is of its form, as a template's words are of a prompt's.
_SPEAKER = re.compile(r"\b(?:agent|caller):", re.IGNORECASE)


def words_of(text: str) -> str:
    """Lower-cased words with single spaces around them, so that `in` respects word boundaries."""
    return f" {' '.join(_WORD.findall(text.lower()))} "


def runs_of(text: str) -> Iterator[str]:
    """Every RUN_LENGTH words in a row; case, punctuation and speakers' marks do not count."""
    words = _WORD.findall(_SPEAKER.sub(" ", text).lower())
    for start in range(len(words) - RUN_LENGTH + 1):
        yield " ".join(words[start : start + RUN_LENGTH])

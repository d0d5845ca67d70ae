"""Runs of words in a sentence frame, whatever its slots are filled with."""

import re
from collections.abc import Iterator
from itertools import product

from training.words import runs_of

CODE = frozenset({"code", "loop", "tests"})
"""Parts of a frame that are code: there is one way to write a loop over a list."""
_ALTERNATIVES = re.compile(r"[\[<]([^\[\]<>]*\|[^\[\]<>]*)[\]>]")
_SLOT = re.compile(r"\{[^{}]*\}")


def runs_of_frame(frame: object) -> set[str]:
    """The runs in a frame's texts, with every choice of alternatives, between its slots."""
    return {run for piece in pieces(frame) for run in runs_of(piece)}


def pieces(frame: object) -> Iterator[str]:
    """A frame's texts with every choice of alternatives, cut where a slot is to be filled."""
    for text in _texts_in(frame):
        # split() with one group alternates: text, the inside of brackets, text, ...
        parts = _ALTERNATIVES.split(text)
        choices = (part.split("|") if at % 2 else [part] for at, part in enumerate(parts))
        for spelled in product(*choices):
            yield from _SLOT.split("".join(spelled))


def _texts_in(frame: object) -> Iterator[str]:
    """The strings in a frame, at any depth; a call is one text, its turns being short."""
    if isinstance(frame, str):
        yield frame
    elif isinstance(frame, list | tuple):
        for one in frame:
            yield from _texts_in(one)
    elif isinstance(frame, dict):
        for key, one in frame.items():
            if key not in CODE:
                yield from _texts_in(" ".join(one) if key == "turns" else one)

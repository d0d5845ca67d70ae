"""A passage, a question and its answer, with slots still to be filled; and how parts are read."""

import json
import random
from dataclasses import dataclass
from functools import cache
from typing import Any

from training.lexicon import CORPUS
from training.rewording import NUMBER_WORDS


@dataclass(frozen=True)
class Asked:
    """`answer` is a number, or words with slots such as `the {city:2} line`."""

    passage: str
    question: str
    answer: str


@cache
def parts(name: str) -> tuple[Any, ...]:
    """The lines of corpus/parts/<name>.jsonl."""
    lines = (CORPUS / "parts" / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    return tuple(json.loads(line) for line in lines)


def key(slot: str, place: int) -> str:
    """`{city}`, `{city:2}`, ...: the slot's filler number `place`, counted from 1."""
    return f"{{{slot}}}" if place == 1 else f"{{{slot}:{place}}}"


def sentence(text: str) -> str:
    """With a large letter and a full stop."""
    text = text[:1].upper() + text[1:]
    return text if text[-1] in ".!?" else f"{text}."


def joined(parts_of_it: list[str], word: str = "and") -> str:
    """`a, b and c`."""
    *first, last = parts_of_it
    return f"{', '.join(first)} {word} {last}" if first else last


def counted(number: int, rng: random.Random) -> str:
    """A small number, mostly as a word."""
    in_words = number < len(NUMBER_WORDS) and rng.random() < 0.7
    return NUMBER_WORDS[number] if in_words else str(number)

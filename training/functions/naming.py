"""What a function is called: by what it does, by an invented word, or by nothing in particular."""

import keyword
import random

from training import invent
from training.frames import Draw

_PLAIN = (
    "solve", "f", "func", "task", "helper", "solution", "process", "answer", "run", "foo", "bar",
    "my_function", "do_it", "work", "compute", "calc", "check", "convert", "transform", "fn", "g",
)  # fmt: skip
_BEFORE = ("get", "find", "my", "compute", "calc", "make", "do", "new", "simple", "fast", "the")
_AFTER = ("of", "fn", "func", "v2", "new", "2", "all", "it", "values", "list", "result")


def named(base: str, draw: Draw) -> str:
    """A name for a function that might be called `base`. A held-out one holds an invented word."""
    rng = draw.rng
    roll = rng.random()
    if draw.split == "heldout" or roll < 0.22:
        word = invent.word(rng, draw.split)
        draw.entities.add(word)
        return rng.choice(
            (word, word, f"{word}_{_short(base, rng)}", f"{_short(base, rng)}_{word}")
        )
    if roll < 0.3:
        name = rng.choice(_PLAIN)
    elif roll < 0.42:
        name = f"{rng.choice(_BEFORE)}_{base}"
    elif roll < 0.5:
        name = f"{base}_{rng.choice(_AFTER)}"
    elif roll < 0.6:
        first, *others = base.split("_")
        name = first + "".join(part.capitalize() for part in others)
    elif roll < 0.66:
        name = base.replace("_", "")
    else:
        name = base
    return name if name.isidentifier() and not keyword.iskeyword(name) else f"{base}_{_PLAIN[0]}"


def _short(base: str, rng: random.Random) -> str:
    """One of the words of a name."""
    return rng.choice([part for part in base.split("_") if part.isalpha()] or ["do"])

"""Inputs to try a composed function on: lists, words, texts, dictionaries, numbers."""

import random
from collections.abc import Mapping

_WORDS = (
    "apple", "tree", "sun", "river", "a", "to", "level", "noon", "Anna", "STOP", "Rome", "garden",
    "stone", "is", "window", "OK", "bread", "anna", "moon", "street", "Paul", "milk", "sugar", "it",
    "lemon", "table", "music", "otto", "NO", "winter", "egg", "Nile", "salt", "civic", "train",
    "on", "letter", "Mira", "house", "silent", "end", "map", "rain", "old", "ant", "umbrella",
)  # fmt: skip
_MARKS = ("", "", "", "!", ".", "?", ",")


def inputs(
    of: str, values: Mapping[str, int], known: list[str], rng: random.Random
) -> list[object]:
    """Ten inputs of a kind, near to the numbers and the strings that the function knows; the first
    of these is a letter."""
    return [_input(of, values, known, rng) for _ in range(10)]


def _input(of: str, values: Mapping[str, int], known: list[str], rng: random.Random) -> object:
    match of:
        case "numbers":
            return _numbers(values, rng)
        case "words":
            return _words(known[0], rng)
        case "text":
            return _text(known, rng)
        case "dictionary":
            return _dictionary(values, rng)
    return _number(values, rng)


def _number(values: Mapping[str, int], rng: random.Random) -> int:
    known = list(values.values()) or [10]
    near = rng.choice(known)
    return rng.choice(
        (near, near + 1, near - 1, near * 2, near * 3, 10 * rng.randint(1, 9) + near,
         rng.randint(-9, 40), rng.randint(0, 100))
    )  # fmt: skip


def _numbers(values: Mapping[str, int], rng: random.Random) -> list[int]:
    return [_number(values, rng) for _ in range(rng.choice((0, 1, 2, 3, 3, 4, 5, 6)))]


def _words(letter: str, rng: random.Random) -> list[str]:
    count = rng.choice((0, 1, 2, 3, 3, 4))
    with_it = [word for word in _WORDS if letter in (word[:1], word[-1:])] or list(_WORDS)
    return [rng.choice(_WORDS if rng.random() < 0.6 else with_it) for _ in range(count)]


def _text(known: list[str], rng: random.Random) -> str:
    words = _words(known[0], rng)
    if rng.random() < 0.35:
        words.append(str(rng.randint(1, 99)))
    joint = rng.choice((" ", " ", "-", ", "))
    text = joint.join(words) + (rng.choice(_MARKS) if words else "")
    some = rng.choice(known)
    return rng.choice((text, text, f"{some}{text}", f"{text}{some}"))


def _dictionary(values: Mapping[str, int], rng: random.Random) -> dict[str, int]:
    keys = rng.sample(
        [word for word in _WORDS if word.islower() and len(word) > 2], rng.randint(0, 4)
    )
    return {key: _number(values, rng) for key in keys}

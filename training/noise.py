"""Slips and gaps in texts: what typing does to them, and what makes a model read all of them."""

import random

_GAPPED_SHARE = 0.5
_GAP_SHARE = 0.15


def slip(text: str, rng: random.Random) -> str:
    """One typing slip inside a plain lower-case word: a letter doubled, dropped or swapped."""
    words = text.split(" ")
    places = [i for i, word in enumerate(words) if word.isalpha() and word.islower() and word[3:]]
    if not places:
        return text
    place = rng.choice(places)
    word = words[place]
    at = rng.randrange(1, len(word) - 1)
    words[place] = rng.choice(
        (
            word[:at] + word[at] + word[at:],
            word[:at] + word[at + 1 :],
            word[: at - 1] + word[at] + word[at - 1] + word[at + 1 :],
        )
    )
    return " ".join(words)


def gaps(text: str, rng: random.Random) -> str:
    """Leave words out, in about half of the texts.

    A small model learns a frame by any one of its words; with gaps it cannot rely on that word, and
    sentences that it has not met come out better (measured: docs/log.md).
    """
    if rng.random() > _GAPPED_SHARE:
        return text
    words = text.split(" ")
    kept = [word for word in words if rng.random() > _GAP_SHARE]
    return " ".join(kept or words)

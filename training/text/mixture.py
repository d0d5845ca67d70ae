"""The base model's text: one endless, seeded stream of documents from all makers."""

import random
from collections.abc import Iterator
from itertools import count

from training.frames import Draw
from training.text import bred, code, prose, queries, records, skills, sums

_WEIGHTS = {
    **prose.KINDS,
    **bred.KINDS,
    **records.KINDS,
    **skills.KINDS,
    **queries.KINDS,
    **code.KINDS,
    **sums.KINDS,
}


def documents(seed: int, start: int = 0) -> Iterator[str]:
    """Documents from number `start` on. Number n is the same text for the same seed, whatever was
    read before it; only names of the training split occur."""
    makers, weights = tuple(_WEIGHTS), tuple(_WEIGHTS.values())
    for number in count(start):
        rng = random.Random(f"text/{seed}/{number}")
        maker = rng.choices(makers, weights)[0]
        yield maker(Draw(rng, "train"))

"""Passages with a question, put together from parts: in any order, with any numbers.

In a frame the first team may always be the one that wins; here nothing but reading tells. For
training only: held-out passages are frames.
"""

import random
from collections.abc import Callable, Mapping

from training.passages import changes, facts, matches, rankings, timelines, yards
from training.passages.asked import Asked

_MAKERS: Mapping[Callable[[random.Random], Asked], float] = {
    rankings.compose: 4,
    facts.compose: 4,
    timelines.compose: 3,
    changes.wholes: 1.5,
    changes.before_and_after: 1.5,
    matches.compose: 1.5,
    yards.compose: 1.5,
}


def compose(rng: random.Random) -> Asked:
    """One passage, a question about it and the answer, all with slots."""
    maker = rng.choices(list(_MAKERS), list(_MAKERS.values()))[0]
    return maker(rng)

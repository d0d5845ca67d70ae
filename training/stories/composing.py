"""Word problems put together sentence by sentence, in the form of a frame of gsm8k.jsonl.

Frames are whole problems, a few hundred; put together from parts there is no end of them, and no
single word gives the steps away. For training only: held-out problems stand in frames.
"""

import random
from collections.abc import Callable, Mapping

from training.stories import amounts, comparing, grouping, working
from training.stories.plan import Frame

_MAKERS: Mapping[Callable[[random.Random], Frame], float] = {
    amounts.changing: 5,
    comparing.two_or_three: 3,
    comparing.ages: 1,
    comparing.parts_of_a_whole: 1.5,
    grouping.shopping: 3,
    grouping.containers: 3,
    working.rates: 3,
    working.goals: 1.5,
}


def compose(rng: random.Random) -> Frame:
    """One problem as a frame: text, ranges, steps."""
    maker = rng.choices(list(_MAKERS), list(_MAKERS.values()))[0]
    return maker(rng)

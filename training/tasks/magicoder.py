"""Short Python functions from a description, with tests."""

import re
from collections.abc import Mapping

from training.frames import Draw
from training.functions.composing import compose
from training.functions.renaming import renamed
from training.functions.written import Written
from training.lexicon import Split, load_task_frames
from training.noise import slip
from training.tasks.sample import Sample

_COMPOSED_SHARE = 0.5
_LONGEST_CODE = 260
"""Characters: about what the card's 160 tokens hold, code being many short tokens."""

_CONSTANTS: Mapping[str, Mapping[str, tuple[int, int]]] = {
    "days_reached": {"8000": (2000, 20000)},
    "over_budget": {"1000": (50, 5000)},
    "unlucky": {"13": (2, 99)},
    "long_words": {"5": (2, 9)},
    "may_ride": {"140": (90, 190)},
    "passed": {"50": (20, 90)},
    "count_above": {"30": (5, 90)},
    "big_entries": {"10": (2, 60)},
    "grade": {"90": (85, 97), "75": (66, 84), "50": (30, 65)},
    "ticket_price": {"12": (5, 17), "65": (55, 75), "6": (2, 5), "8": (7, 9), "10": (11, 30)},
    "taxi_fare": {"4": (3, 9), "2": (2, 8)},
    "temperature_word": {"10": (2, 14), "22": (15, 30)},
    "count_happy": {"3": (0, 9)},
}
"""Numbers of known functions that may be others, and how large."""


def make(draw: Draw, frames: Split) -> Sample:
    """Fields problem and lang; the answer is the code; the tests come with it."""
    rng = draw.rng
    while True:
        draw.entities.clear()
        written = _one(draw, frames)
        if len(written.code) <= _LONGEST_CODE:
            break
    problem = _as_typed(written, draw) if draw.split == "train" else written.problem
    lang = "python" if rng.random() < 0.12 else "Python"
    return Sample({"problem": problem, "lang": lang}, written.code, tests=written.tests)


def _one(draw: Draw, frames: Split) -> Written:
    rng = draw.rng
    if frames == "train" and rng.random() < _COMPOSED_SHARE:
        return compose(draw)
    frame = rng.choice(load_task_frames("magicoder", frames))
    found = re.match(r"def (\w+)", frame["code"])
    name = found.group(1) if found else ""
    return renamed(frame, draw, _CONSTANTS.get(name, {}))


def _as_typed(written: Written, draw: Draw) -> str:
    """Small letters at the start, no full stop, a slip: never in a name that the code needs."""
    rng, text = draw.rng, written.problem
    if rng.random() < 0.08:
        text = text[:1].lower() + text[1:]
    if rng.random() < 0.06:
        text = text.rstrip(".")
    if rng.random() < 0.08:
        slipped = slip(text, rng)
        lost = set(text.split()) - set(slipped.split())
        if not any(word in written.code for word in lost):
            text = slipped
    return text

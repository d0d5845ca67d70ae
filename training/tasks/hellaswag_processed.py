"""Scenes of everyday life and how they go on, by one clause."""

import random
import re
from dataclasses import replace

from training.frames import Draw
from training.lexicon import Split
from training.noise import gaps, slip
from training.scenes import Scene, choose, retold
from training.tasks.sample import Sample

_EARLIER_SHARE = 0.2
_SLIPS = 0.1
_LOWER = 0.06
_DOTS = 0.06
LONGEST = 110
"""Characters of an answer: more than the card's tokens hold would be cut off."""
_LAST_STEP = re.compile(
    r"(.+[.?!:] (?:Then |Next, )?(?:[Hh]e|[Ss]he|[Tt]hey|[Ii]t|\{first_name\})) ([^.?!]+ and)"
)
_TWO_STEPS = re.compile(r"(\w+s [^,]+) and (?:then )?\w\w+s\b.*")
_SAME = (("begins to", "starts to"), ("starts to", "begins to"), ("picks up", "takes"))


def make(draw: Draw, frames: Split) -> Sample:
    """Field ctx; the answer is a clause."""
    rng = draw.rng
    while True:
        scene = choose(rng, frames)
        if rng.random() < _EARLIER_SHARE:
            scene = _earlier(scene)
        if len(scene.ending) <= LONGEST:
            break
    scene = retold(scene, rng, named=draw.split == "heldout").filled(draw)
    context = _as_typed(scene.context, rng) if draw.split == "train" else scene.context
    return Sample({"ctx": context}, scene.ending, _others(scene.ending))


def _earlier(scene: Scene) -> Scene:
    """The scene cut off one step before its end, which then has two steps, if it allows that."""
    match = _LAST_STEP.fullmatch(scene.context)
    if match is None:
        return scene
    return replace(scene, context=match[1], ending=f"{match[2]} {scene.ending}")


def _others(ending: str) -> tuple[str, ...]:
    """Endings that are as right: the first of two steps alone, another word for the same."""
    found = [f"{match[1]}." for match in [_TWO_STEPS.fullmatch(ending)] if match is not None]
    found += [ending.replace(old, new) for old, new in _SAME if old in ending]
    return tuple(found)


def _as_typed(context: str, rng: random.Random) -> str:
    # With gaps a scene is known by all its words; nothing is copied from it that could be missing.
    context = gaps(context, rng)
    if rng.random() < _SLIPS:
        context = slip(context, rng)
    if rng.random() < _LOWER:
        context = context.lower()
    return f"{context} ..." if rng.random() < _DOTS else context

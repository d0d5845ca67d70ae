"""Two sentences and how close they are in meaning, as a number from 0.0 to 5.0."""

import re
from collections.abc import Mapping

from training.frames import Draw
from training.lexicon import Split, load_task_frames
from training.pairs.likeness import SOURCES
from training.pairs.rewording import reworded
from training.pairs.world import Pair, Rated, World, make_pair
from training.tasks.sample import Sample

_WEIGHTS: Mapping[Split, Mapping[str, float]] = {
    "train": {
        "known": 3.0, "captions": 3.0, "sentences": 3.0, "statements": 1.5, "questions": 1.5,
        "eating_places": 0.5, "words": 0.6,
    },
    "heldout": {"known": 2.0, "sentences": 2.0, "eating_places": 0.5},
}  # fmt: skip
_SUBJECT = re.compile(r"(?:A|The) (?:man|woman|boy|girl|child|person)(?= is)|Someone(?= is)")
_PRONOUN = re.compile(r"\b(?:he|she|his|her|him|himself|herself)\b")
_SOMEBODY = (
    "{first_name}", "A young man", "An old woman", "A tall boy", "A farmer", "The teacher",
    "A {occupation}", "My neighbour", "A little girl", "An old man", "{person}", "Somebody",
)  # fmt: skip
_BANDS = ((0.0, 0.7), (0.8, 1.5), (1.6, 2.3), (2.4, 3.1), (3.2, 3.7), (3.8, 4.3), (4.4, 5.0))
"""Each is drawn equally often."""


def make(draw: Draw, frames: Split) -> Sample:
    """Fields sentence1 and sentence2; the answer is the number, with one decimal."""
    rng = draw.rng
    low, high = rng.choice(_BANDS)
    weights = _WEIGHTS[frames]
    score = 0.0

    def attempt(world: World) -> Pair | None:
        nonlocal score
        source = rng.choices(list(weights), list(weights.values()))[0]
        made = _known(world, frames) if source == "known" else SOURCES[source](world, frames)
        if made is None or not low <= made[2] <= high:
            return None
        score = made[2]
        return made[0], made[1]

    pair = list(make_pair(draw, attempt))
    rng.shuffle(pair)
    if draw.split == "train":
        pair = [_as_written(text, draw) for text in pair]
    return Sample({"sentence1": pair[0], "sentence2": pair[1]}, f"{score:.1f}")


def _known(world: World, frames: Split) -> Rated:
    """A frame of the task; in training now and then in other words."""
    frame = world.rng.choice(load_task_frames("glue_stsb", frames))
    texts = [world.settle(frame["sentence1"]), world.settle(frame["sentence2"])]
    if world.draw.split == "train" and frame["score"] < 4.9:
        texts = [reworded(text, world.rng) for text in texts]
    if world.draw.split == "train" and world.rng.random() < 0.6:
        texts = _recast(texts, world)
    return world.text(texts[0]), world.text(texts[1]), float(frame["score"])


def _recast(texts: list[str], world: World) -> list[str]:
    """With somebody else in both, where both begin with the same person and say no he or she."""
    starts = [match[0] if (match := _SUBJECT.match(text)) else "" for text in texts]
    if starts[0] != starts[1] or not starts[0] or _PRONOUN.search(" ".join(texts)):
        return texts
    somebody = world.settle(world.rng.choice(_SOMEBODY))
    return [somebody + text.removeprefix(starts[0]) for text in texts]


def _as_written(text: str, draw: Draw) -> str:
    """Now and then in small letters, or without its last full stop."""
    if draw.rng.random() < 0.05:
        text = text.lower()
    return text.removesuffix(".") if draw.rng.random() < 0.08 else text

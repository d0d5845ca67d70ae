"""Likeness: the scale is used evenly, and who acts may change without changing the number."""

import random
from collections import Counter

from training.frames import Draw
from training.pairs.likeness import SOURCES
from training.pairs.world import World
from training.tasks import load
from training.tasks.glue_stsb import _recast


def test_all_of_the_scale_is_asked_for() -> None:
    """Catches a heap of 4.8 and 0.0: a model that answers 2.5 would never be wrong by much."""
    scores = [float(e.answer) for e in load("glue_stsb").examples("train", 0, 1400)]
    bands = Counter(min(6, int(score / 5 * 7)) for score in scores)
    assert len(bands) == 7
    assert min(bands.values()) > 100
    assert max(bands.values()) < 350


def test_only_what_is_rated_alike_is_alike() -> None:
    """Catches one text twice, and a rated change that changed nothing."""
    for name, make in SOURCES.items():
        for seed in range(150):
            made = make(World(Draw(random.Random(f"{name}{seed}"), "train")), "train")
            if made is not None:
                assert made[0] != made[1] or made[2] > 4.5, (name, made)


def test_somebody_else_acts_in_both_sentences_or_in_none() -> None:
    """Catches a man in one sentence who became a farmer in the other."""
    world = World(Draw(random.Random(0), "train"))
    first, second = _recast(["A man is cooking.", "A man is eating."], world)
    assert first.removesuffix("cooking.") == second.removesuffix("eating.")
    for texts in (
        ["A man is cooking.", "A woman is cooking."],
        ["A man is shaving his face.", "A man is shaving."],
    ):
        assert _recast(texts, world) == texts

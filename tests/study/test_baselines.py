"""Dumb baselines and intervals: what a score must beat, and how sure it is."""

import numpy as np
import pytest

from adapters.card import Example, load_cards
from adapters.catalog import PROFILES
from study.baselines import baselines
from study.intervals import lift_interval

COVID = load_cards(PROFILES["mini"].cards)["covid"]


def tweets(*pairs: tuple[str, str]) -> list[Example]:
    return [Example(str(n), {"OriginalTweet": t}, label) for n, (t, label) in enumerate(pairs)]


def test_baselines_read_the_training_examples_alone() -> None:
    """Catches a majority taken from the held-out answers, and words that are never looked at."""
    train = tweets(*[("so sad today", "Negative")] * 9, *[("what a joy", "Positive")] * 10)
    asked = tweets(("joy", "Positive"), ("sad sad", "Negative"), ("sad", "Negative"))
    found = baselines(COVID, train, asked)
    assert found.majority == pytest.approx(1 / 3)
    assert (found.copy_input, found.bag_of_words) == (0.0, 1.0)


def test_other_answers_come_from_the_nearest_example() -> None:
    """Catches a classifier asked for answers that are no labels."""
    card = load_cards(PROFILES["mini"].cards)["drop"]
    train = [
        Example("a", {"passage": "Anna sings.", "question": "Who sings?"}, "Anna"),
        Example("b", {"passage": "Ben swims.", "question": "Who swims?"}, "Ben"),
    ]
    asked = [Example("c", {"passage": "Ben swims far.", "question": "Who swims?"}, "Ben")]
    assert baselines(card, train, asked).bag_of_words == 1.0


def test_an_interval_holds_the_lift_and_narrows_with_examples() -> None:
    """Catches an interval of one side alone, and one that ignores how many were asked."""
    rng = np.random.default_rng(3)
    ours, theirs = rng.integers(0, 2, 400).astype(float), np.zeros(400)
    few = lift_interval(ours[:40], theirs[:40])
    many = lift_interval(ours, theirs)
    assert many[0] < ours.mean() < many[1]
    assert many[1] - many[0] < few[1] - few[0]
    assert lift_interval([1.0, 1.0], [0.0, 0.0]) == (1.0, 1.0)

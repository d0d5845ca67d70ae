"""Tweets: every mood comes as often, and a place beside a tweet does not make it new."""

from collections import Counter
from itertools import islice

from training.tasks.covid import make
from training.tasks.task import Task


def test_every_mood_comes_as_often() -> None:
    """Catches labels drawn by the number of their frames."""
    counts = Counter(one.answer for one in Task("covid", make).examples("train", 0, 1000))
    assert len(counts) == 5
    assert min(counts.values()) > 150


def test_a_known_held_out_tweet_names_somebody_itself() -> None:
    """Catches a known sentence that counts as new for the place in its other field."""
    for made in islice(Task("covid", make).stream("heldout", 0), 200):
        if made.frames == "train":
            tweet = made.example.fields["OriginalTweet"].lower()
            assert any(name.lower() in tweet for name in made.entities)

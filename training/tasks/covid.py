"""Tweets of the first pandemic spring and how they feel, in five classes."""

import random

from training.frames import Draw, fill
from training.lexicon import Split, load_task_frames
from training.noise import gaps, slip
from training.tasks.sample import Sample

_TAGS = (
    "#covid19", "#coronavirus", "#StayHome", "#lockdown", "#COVID", "#StaySafe", "#NHS",
    "#pandemic", "#quarantine", "#toiletpaper", "#panicbuying", "#WFH",
)  # fmt: skip
_MONTHS = ("03", "04", "05")


def make(draw: Draw, frames: Split) -> Sample:
    """Fields OriginalTweet, TweetAt, Location; the answer is the label."""
    rng = draw.rng
    known = load_task_frames("covid", frames)
    frame = rng.choice(known)
    text = fill(frame["text"], draw)
    if rng.random() < 0.25:
        same = [other for other in known if other["label"] == frame["label"]]
        text = f"{_stop(text)} {fill(rng.choice(same)['text'], draw)}"
    if draw.split == "train":
        text = gaps(text, rng)
    fields = {
        "OriginalTweet": _as_typed(text, rng),
        "TweetAt": _date(rng) if rng.random() < 0.7 else "",
        "Location": _place(draw) if rng.random() < 0.7 and _may_name_a_place(draw) else "",
    }
    return Sample(fields, frame["label"])


def _stop(text: str) -> str:
    return text if text[-1] in ".!?" else f"{text}."


def _as_typed(text: str, rng: random.Random) -> str:
    """Case, tags and slips of the thumb, as people tweet."""
    if rng.random() < 0.12:
        text = text.lower()
    if rng.random() < 0.1:
        text = text.rstrip(".!")
    if rng.random() < 0.15:
        text = slip(text, rng)
    if rng.random() < 0.25:
        text = f"{text} {' '.join(rng.sample(_TAGS, rng.randint(1, 3)))}"
    return text


def _date(rng: random.Random) -> str:
    return f"{rng.randint(1, 28):02d}-{rng.choice(_MONTHS)}-2020"


def _may_name_a_place(draw: Draw) -> bool:
    """A held-out tweet must be new by its own words: a new place beside it is not enough."""
    return draw.split == "train" or bool(draw.entities)


def _place(draw: Draw) -> str:
    city = draw.slot(draw.rng.choice(("city:9", "region:9")))
    return f"{city}, {draw.slot('country:9')}" if draw.rng.random() < 0.4 else city

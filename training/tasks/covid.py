"""Tweets of the first pandemic spring and how they feel, in five classes."""

import random
import string

from training.frames import Draw, fill
from training.lexicon import Split
from training.noise import gaps, slip
from training.tasks.labelled import frames_by_label, may_name_more
from training.tasks.sample import Sample
from training.tasks.wording import stopped

_TAGS = (
    "#covid19", "#coronavirus", "#StayHome", "#lockdown", "#COVID", "#StaySafe", "#NHS",
    "#pandemic", "#quarantine", "#toiletpaper", "#panicbuying", "#WFH",
)  # fmt: skip
_LETTERS = string.ascii_letters + string.digits
_MONTHS = ("03", "04", "05")


def make(draw: Draw, frames: Split) -> Sample:
    """Fields OriginalTweet, TweetAt, Location; the answer is the label."""
    rng = draw.rng
    known = frames_by_label("covid", frames)
    label = rng.choice(tuple(known))
    frame = rng.choice(known[label])
    text = fill(frame["text"], draw)
    if rng.random() < 0.25:
        others = [other for other in known[label] if other != frame]
        text = f"{stopped(text)} {fill(rng.choice(others)['text'], draw)}"
    if draw.split == "train":
        text = gaps(text, rng)
    fields = {
        "OriginalTweet": _as_typed(text, rng),
        "TweetAt": _date(rng) if rng.random() < 0.7 else "",
        "Location": _place(draw) if rng.random() < 0.7 and may_name_more(draw, frames) else "",
    }
    return Sample(fields, label)


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
    if rng.random() < 0.06:
        text = f"{text} https://t.co/{''.join(rng.choices(_LETTERS, k=10))}"
    return text


def _date(rng: random.Random) -> str:
    return f"{rng.randint(1, 28):02d}-{rng.choice(_MONTHS)}-2020"


def _place(draw: Draw) -> str:
    city = draw.slot(draw.rng.choice(("city:9", "region:9")))
    return f"{city}, {draw.slot('country:9')}" if draw.rng.random() < 0.4 else city

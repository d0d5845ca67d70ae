"""Sentences from film reviews and whether they are favourable: 1 or 0."""

import random
import re

from training.frames import Draw, fill
from training.lexicon import Split
from training.noise import gaps, slip
from training.tasks.labelled import frames_by_label, may_name_more
from training.tasks.sample import Sample
from training.tasks.sst2_phrases import say
from training.tasks.sst2_words import adjectives
from training.tasks.wording import stopped, with_capital

_COMPOSED_SHARE = 0.5
_NEUTRAL = (
    "i saw it on {weekday:8} in {city:8}", "{person:8} plays a {occupation:8} from {city:8}",
    "it runs for {int:75-190} minutes", "the story is set in {city:8} in {int:1890-2020}",
    "it is based on {book_title:8}", "my {int:5-15}-year-old chose it",
    "there were {int:3-200} people in the room", "it was shot in {country:8}",
    "{person:8} wrote it and {person:9} directs", "a {occupation:8} finds a box of {things:8}",
    "this is the {nationality:8} version of {film_title:9}", "it came out in {month:8}",
    "{first_name:8} and {first_name:9} run a hotel in {village:8}",
    "we watched it at home with {food:8}", "it is the third film with {person:8}",
)  # fmt: skip
_WEIGHTY = re.compile(
    r"n't|\b(?:not?|never|nor|neither|nobody|nothing|without|but|yet|hardly|barely|rarely|less|"
    r"despite|though|although|instead|only|few|little|lacks?|fails?|if|far|too)\b"
)
"""Without such a word a sentence may say the contrary: texts with one have no gaps."""
_SIGNS = re.compile(r"(?<=\w)(?=n't\b)|(?<=\w)(?=[,.;:!?](?: |$))|(?<=\w)(?='(?:s|re|ll|ve)\b)")
"""Where collections of reviews stand signs and endings apart."""
_LEAST_WORDS = 8
_FEW_WORDS = 5


def make(draw: Draw, frames: Split) -> Sample:
    """Field sentence; the answer is 1 or 0."""
    rng = draw.rng
    side = rng.randrange(2)
    _remember_adjectives(draw)
    if frames == "train" and rng.random() < _COMPOSED_SHARE:
        text = say("verdict", side, rng)
        if len(text.split()) < _FEW_WORDS and rng.random() < 0.5:
            text = f"{stopped(text)} {say('verdict', side, rng)}"
        text = fill(text, draw)
    else:
        text = _framed(side, draw, frames)
        if draw.split == "train":
            text = _gapped(text, rng)
    if rng.random() < 0.15 and may_name_more(draw, frames):
        text = _beside_neutral(text, draw)
    if draw.split == "train" and rng.random() < 0.06:
        text = slip(text, rng)
    return Sample({"sentence": _styled(text, rng)}, str(side))


def _remember_adjectives(draw: Draw) -> None:
    """Fill the adjective slots of frames: their words decide, so none of them is a held-out one."""
    for side, slot in enumerate(("adjective_negative", "adjective_positive")):
        first, second = draw.rng.sample(adjectives(side), 2)
        draw.memory.update({slot: first, f"{slot}:2": second})


def _framed(side: int, draw: Draw, frames: Split) -> str:
    """One frame or two of the same side, as in running text."""
    known = frames_by_label("glue_sst2", frames)[str(side)]
    first, second = (frame["text"] for frame in draw.rng.sample(known, 2))
    paired = draw.rng.random() < (0.5 if len(first.split()) < _LEAST_WORDS else 0.15)
    texts = [_joined(fill(text, draw)) for text in ((first, second) if paired else (first,))]
    return " ".join([*map(stopped, texts[:-1]), texts[-1]])


def _joined(text: str) -> str:
    """Signs put back to the words that the frames' tokens stand apart from."""
    return re.sub(r" (?=[,.;:!?]|n't|'(?:s|re|ll|d|ve|m)\b)", "", text)


def _beside_neutral(text: str, draw: Draw) -> str:
    neutral = fill(draw.rng.choice(_NEUTRAL), draw)
    if draw.rng.random() < 0.7:
        return f"{neutral}. {text}"
    return f"{stopped(text)} {neutral}"


def _gapped(text: str, rng: random.Random) -> str:
    if len(text.split()) < _LEAST_WORDS or _WEIGHTY.search(text.lower()):
        return text
    return gaps(text, rng)


def _styled(text: str, rng: random.Random) -> str:
    """Written out, or in small letters, or with the signs apart as in collections of reviews."""
    chance = rng.random()
    if chance < 0.45:
        text = ". ".join(with_capital(part) for part in text.split(". "))
        text = re.sub(r"\bi\b(?=[ ']|$)", "I", text)
        if chance < 0.04:
            return f"{text.rstrip('.!?')}!"
        return stopped(text) if chance < 0.4 else text
    text = text.lower()
    if chance < 0.7:
        text = _SIGNS.sub(" ", text)
        return text if rng.random() < 0.7 else text.rstrip(" .")
    return text.rstrip(".") if chance < 0.9 else text

"""Sentences, headlines and tables of news, and the names in them, in four kinds.

A name is listed once, as it stands first, without a small "the" before it (`entity_text`). A last
name alone is a name of its own ("Ines Quorley ... Ms Quorley" holds two); titles belong to no
name. Nationalities and what is named after a faith or a region are miscellaneous, as are events
and titles of books.
"""

import random
import re

from training.frames import Draw
from training.lexicon import Split, load_task_frames
from training.tasks.conllpp_names import Cast
from training.tasks.conllpp_slots import is_in_capitals, is_prose, names_something
from training.tasks.conllpp_words import DATELINES, HEADS, ROWS, TAILS
from training.tasks.entity_text import natural, outside, sampled, typed
from training.tasks.sample import Sample
from training.tasks.wording import stopped

KINDS = ("person", "organization", "location", "miscellaneous")
_TABLE_SHARE = 0.1
_AGAIN_SHARE = 0.3
_DRESSED_SHARE = 0.2
_NAMELESS_SHARE = 0.05
_LONGEST_TEXT = 420
_TOKENISED_SHARE = 0.3
_TAIL_SHARE = 0.12
_DATELINE_SHARE = 0.06
_SAYS = re.compile(r"\b(?:said|say|says|told|tells|according|report\w*|whether|asked)\b|[\"?!]")


def make(draw: Draw, frames: Split) -> Sample:
    """Field input; the answer is JSON."""
    while True:
        if frames == "train" and draw.rng.random() < _TABLE_SHARE:
            text = _table(Cast(draw, again=0.0, dressed=0.0))
        else:
            dressed = _DRESSED_SHARE if frames == "train" else 0.0
            text = _report(Cast(draw, _AGAIN_SHARE, dressed), frames)
        text = typed(text, draw, _TOKENISED_SHARE)
        sample = sampled("input", text, KINDS, draw, _LONGEST_TEXT)
        if sample is not None:
            return sample


def _report(cast: Cast, frames: Split) -> str:
    """One to three frames as one text."""
    rng = cast.draw.rng
    known = load_task_frames("conllpp", frames)
    chosen = [rng.choice(known)["text"] for _ in range(rng.choices((1, 2, 3), (6, 3, 1))[0])]
    if rng.random() < _NAMELESS_SHARE:
        chosen = [rng.choice([f["text"] for f in known if not names_something(f["text"])])]
    texts = []
    for frame in chosen:
        text = natural(cast.tell(frame))
        if frames == "train":
            text = _framed(text, frame, cast)
        texts.append(_in_its_case(text, frame, rng))
    return " ".join((*map(stopped, texts[:-1]), texts[-1]))


def _framed(text: str, frame: str, cast: Cast) -> str:
    """The sentence with a dateline before it, or with who said so after it."""
    rng = cast.draw.rng
    if not is_prose(frame):
        return text
    if (
        text.endswith(".")
        and text[-3:] != ".m."
        and not _SAYS.search(frame)
        and rng.random() < _TAIL_SHARE
    ):
        text = text[:-1] + cast.tell(rng.choice(TAILS))
    if rng.random() < _DATELINE_SHARE:
        text = f"{cast.tell(rng.choice(DATELINES))} {text}"
    return text


def _in_its_case(text: str, frame: str, rng: random.Random) -> str:
    """Some headlines with their names in capitals too, some with Capitals Like These."""
    if is_in_capitals(frame):
        return text.upper() if rng.random() < 0.5 else text
    if text[-1:] not in set('.?!"') and not frame[0].islower() and rng.random() < 0.15:
        return outside(text, lambda part: re.sub(r"\b[a-z]\w{3,}", _with_capital, part))
    return text


def _with_capital(word: re.Match[str]) -> str:
    return word[0].capitalize()


def _table(cast: Cast) -> str:
    """Some rows of one sort, perhaps under a heading."""
    rng = cast.draw.rng
    row = rng.choice(ROWS)
    first = rng.randint(1, 3)
    rows = [cast.tell(row.replace("#", str(first + i))) for i in range(rng.randint(1, 3))]
    heading = f"{cast.tell(rng.choice(HEADS))} " if rng.random() < 0.35 else ""
    return heading + rng.choice((" ", " ", " ; ", " . ")).join(rows)

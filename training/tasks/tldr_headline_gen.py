"""A few sentences of news and a headline over them."""

import re

from training.frames import Draw
from training.lexicon import Split
from training.news import article, forget_all_but, slipped, tell
from training.news.style import days_in_other_words, house_style
from training.tasks.sample import Sample

_TECHNICAL_SHARE = 0.4
_LEAVE_OUT = 0.6
_ASIDES = 0.15
_SLIPS = 0.05
LONGEST = 78
"""Characters of a headline: more than the card's tokens hold would be cut off."""
_SOURCE = re.compile(
    r"^(?:Report|Survey|Study|Poll|Census|Toy recall|Recall|Drought): "
    r"|, (?:\w+ ){1,2}(?:says?|said|finds?|shows|suggests|warns?|admit)$"
)
"""Who says it: a headline that leaves this out is as good."""


def make(draw: Draw, frames: Split) -> Sample:
    """Field content; the answer is its headline."""
    rng = draw.rng
    while True:
        story = tell(draw, frames, _TECHNICAL_SHARE)
        if len(story.headline) <= LONGEST:
            break
        draw.memory.clear()
    style = house_style(rng)
    sentences = article(story, story.for_headline, draw, leave_out=_LEAVE_OUT, asides=_ASIDES)
    text = style(days_in_other_words(" ".join(sentences), rng))
    headline = style(story.headline)
    if draw.split == "train" and rng.random() < _SLIPS:
        text = slipped(text, headline, rng)
    forget_all_but(draw, text, headline)
    return Sample({"content": text}, headline, _shorter(headline))


def _shorter(headline: str) -> tuple[str, ...]:
    short = _SOURCE.sub("", headline)
    return (short[:1].upper() + short[1:],) if short != headline else ()

"""Headlines and the one to three sentences of news that stand below them."""

import random

from training.frames import Draw
from training.lexicon import Split
from training.news import Story, forget_all_but, named, tell
from training.news.style import house_style
from training.noise import slip
from training.tasks.sample import Sample

_TECHNICAL_SHARE = 0.4
_LEAD_SHARE = 0.7
_TYPED_SHARE = 0.15
_PLACED_SHARE = 0.5
_PLACES = ("city", "village", "region", "country", "street_or_area")
_MOST_SENTENCES = 3
LONGEST = 220
"""Characters of an answer: more than the card's tokens hold would be cut off."""


def make(draw: Draw, frames: Split) -> Sample:
    """Field headline; the answer is the news."""
    rng = draw.rng
    story = tell(draw, frames, _TECHNICAL_SHARE)
    style = house_style(rng)
    # The story's beginning and its summary both are news below the headline.
    answers = [text for text in (_lead(story, rng), story.summary) if text]
    answers = _naming_all(story.headline, answers, draw)
    if rng.random() > _LEAD_SHARE:
        answers.reverse()
    headline = story.headline
    if rng.random() < _PLACED_SHARE:
        headline = _placed(headline, answers[0], draw)
    headline = style(headline)
    if draw.split == "train" and rng.random() < _TYPED_SHARE:
        headline = _as_typed(headline, rng)
    answers = [style(text) for text in answers]
    forget_all_but(draw, headline, answers[0])
    return Sample({"headline": headline}, answers[0], tuple(answers[1:]))


def _naming_all(headline: str, answers: list[str], draw: Draw) -> list[str]:
    """The answers that name whoever and whatever the headline names; all, if none does."""
    wanted = named(draw, [headline])
    return [text for text in answers if wanted <= named(draw, [text])] or answers


def _placed(headline: str, news: str, draw: Draw) -> str:
    """The headline with its place before it, as in `Oslo: New bridge opens`, if it names none."""
    places = [draw.memory[slot] for slot in _PLACES if slot in draw.memory]
    if any(place in headline for place in places):
        return headline
    named = [place for place in places if place in news and place[0].isupper()]
    return f"{named[0]}: {headline}" if named else headline


def _lead(story: Story, rng: random.Random) -> str:
    """The sentences that carry the headline and perhaps some that follow; empty where too long."""
    needed = sorted(story.for_headline) or [0]
    if needed[-1] - needed[0] < _MOST_SENTENCES:
        needed = list(range(needed[0], needed[-1] + 1))
    following = range(needed[-1] + 1, len(story.sentences))
    for at in following:
        more = [*needed, at]
        text = " ".join(story.sentences[i] for i in more)
        if len(more) > rng.randint(1, _MOST_SENTENCES) or len(text) > LONGEST:
            break
        needed = more
    text = " ".join(story.sentences[at] for at in needed)
    return text if len(needed) <= _MOST_SENTENCES and len(text) <= LONGEST else ""


def _as_typed(headline: str, rng: random.Random) -> str:
    """Visitors type a headline without its capitals, with a full stop, with a slip."""
    return rng.choice((str.lower, lambda text: f"{text}.", lambda text: slip(text, rng)))(headline)

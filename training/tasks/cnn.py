"""News articles and what happened in them, in one or two sentences."""

from training.frames import Draw
from training.lexicon import Split
from training.news import Story, article, forget_all_but, other_news, slipped, tell
from training.news.style import days_in_other_words, house_style
from training.tasks.sample import Sample

_LEAVE_OUT = 0.35
_ASIDES = 0.4
_OTHER_NEWS = 0.12
_LIFTED_SHARE = 0.2
_SLIPS = 0.05
LONGEST = 230
"""Characters of an answer: more than the card's tokens hold would be cut off."""


def make(draw: Draw, frames: Split) -> Sample:
    """Field article; the answer is its summary."""
    rng = draw.rng
    story = tell(draw, frames)
    style = house_style(rng)
    sentences = article(story, story.for_summary, draw, leave_out=_LEAVE_OUT, asides=_ASIDES)
    if rng.random() < _OTHER_NEWS:
        sentences.append(other_news(draw, frames))
    text = style(days_in_other_words(" ".join(sentences), rng))
    answers = [style(story.summary), *(style(lifted) for lifted in _lifted(story))]
    # Also where nothing is known, lifting the sentences that matter is a good summary.
    if rng.random() < _LIFTED_SHARE:
        answers.reverse()
    if draw.split == "train" and rng.random() < _SLIPS:
        text = slipped(text, answers[0], rng)
    forget_all_but(draw, text, answers[0])
    return Sample({"article": text}, answers[0], tuple(answers[1:]))


def _lifted(story: Story) -> list[str]:
    """The sentences of the article that carry the summary, if they are two at most."""
    carriers = sorted(story.for_summary)
    text = " ".join(story.sentences[at] for at in carriers)
    fits = len(carriers) <= 2 and len(text) <= LONGEST
    return [text] if fits and not story.outline.points_back[carriers[0]] else []

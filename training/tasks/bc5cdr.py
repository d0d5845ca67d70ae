"""Passages of medical abstracts, and the chemicals and diseases that they name.

A name is listed once, as it stands first; an abbreviation is a name of its own. How bad or how old
a disease is belongs to no name, but acute and chronic do (`bc5cdr_names`).
"""

import re

from training.frames import Draw
from training.lexicon import Split, load_task_frames
from training.tasks.bc5cdr_names import KINDS, Pharmacy
from training.tasks.entity_text import natural, sampled, typed
from training.tasks.sample import Sample
from training.tasks.wording import stopped

_NAMELESS_SHARE = 0.05
_TOKENISED_SHARE = 0.25
_LONGEST_TEXT = 640
_NUMBERS_OF_FRAMES = ((1, 2, 3, 4), (35, 33, 21, 11))


def make(draw: Draw, frames: Split) -> Sample:
    """Field tokens_concatenated; the answer is JSON."""
    while True:
        text = typed(_abstract(draw, frames), draw, _TOKENISED_SHARE)
        sample = sampled("tokens_concatenated", text, KINDS, draw, _LONGEST_TEXT)
        if sample is not None:
            return sample


def _abstract(draw: Draw, frames: Split) -> str:
    """One to four frames as one text, those without a full stop first: they are titles."""
    rng = draw.rng
    known = [frame["text"] for frame in load_task_frames("bc5cdr", frames)]
    numbers, weights = _NUMBERS_OF_FRAMES
    chosen = rng.sample(known, rng.choices(numbers, weights)[0])
    if rng.random() < _NAMELESS_SHARE:
        chosen = [rng.choice([text for text in known if not re.search(r"{chem|{dis", text)])]
    pharmacy = Pharmacy(draw)
    texts = [natural(pharmacy.tell(frame)) for frame in sorted(chosen, key=_is_sentence)]
    return " ".join((*map(stopped, texts[:-1]), texts[-1]))


def _is_sentence(frame: str) -> bool:
    return frame[-1] in '.?!"'

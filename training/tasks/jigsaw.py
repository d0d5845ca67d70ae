"""Comments from discussion pages and whether they are toxic: 1 or 0."""

import random
import re

from training.frames import Draw, fill
from training.lexicon import Split
from training.noise import gaps, slip
from training.tasks.grammar import expand
from training.tasks.jigsaw_comments import BAD_WORDS, RULES
from training.tasks.labelled import frames_by_label, may_name_more
from training.tasks.sample import Sample
from training.tasks.wording import stopped, with_capital

_COMPOSED_SHARE = 0.4
_LEAST_WORDS = 12
_WEIGHTY = re.compile(r"n't|\b(?:not?|never|nobody|nor|without)\b|\"")
_HEADS = (
    "== {things:8} ==", "== Your edits ==", "== {city:8} ==", "== Question ==", "@{first_name:8}:",
    "@{last_name:8}", "{first_name:8},", "Re: {topic:8}.", "Re: your message.", ":", "::", "*",
    "Hello.", "Hi {first_name:8}!",
)  # fmt: skip
_SIGNATURES = (
    "{first_name:8} (talk) {int:10-23}:{int:10-59}, {int:1-28} {month:8} {int:2004-2015} (UTC)",
    "— {first_name:8}", "-{last_name:8}", "Regards, {first_name:8}", "~~~~", "(unsigned)",
)  # fmt: skip
_SHORT = {"you are": "u r", "you": "u", "your": "ur", "are": "r", "please": "pls", "for": "4"}
_DISGUISES = {"i": "1", "o": "0", "u": "*", "e": "3", "a": "@"}


def make(draw: Draw, frames: Split) -> Sample:
    """Field comment_text; the answer is 1 or 0."""
    rng = draw.rng
    toxic = rng.random() < 0.5
    text = _toxic(draw, frames) if toxic else _civil(draw, frames)
    if draw.split == "train":
        if len(text.split()) >= _LEAST_WORDS and not _WEIGHTY.search(text.lower()):
            text = gaps(text, rng)
        text = slip(text, rng) if rng.random() < 0.12 else text
    text = _typed(text, rng)
    if rng.random() < 0.2 and may_name_more(draw, frames):
        text = _on_a_page(text, draw)
    return Sample({"comment_text": text}, str(int(toxic)))


def _toxic(draw: Draw, frames: Split) -> str:
    """An insult or two; in some long comments it is one sentence among civil ones."""
    rng = draw.rng
    parts = [_one("1", "<toxic>", draw, frames)]
    chance = rng.random()
    if chance < 0.2:
        parts.append(_one("1", "<toxic>", draw, frames))
    elif chance < 0.5:
        civil = [_one("0", "<civil_lead>", draw, frames) for _ in range(rng.choice((1, 1, 2, 3)))]
        place = len(civil) if rng.random() < 0.7 else rng.randrange(len(civil) + 1)
        parts = [*civil[:place], *parts, *civil[place:]]
    return _run_on(parts)


def _civil(draw: Draw, frames: Split) -> str:
    """No insult, or one that is only reported."""
    rng = draw.rng
    chance = rng.random()
    parts = [_one("0", "<harmless>", draw, frames)]
    if chance < 0.1:
        quote = _one("1", "<toxic>", draw, frames).replace('"', "'")
        report = expand("<report>", {**RULES, "quote": (f'"{quote}"',)}, rng)
        parts = [with_capital(fill(report, draw))]
    if rng.random() < 0.35:
        parts += [_one("0", "<harmless>", draw, frames) for _ in range(rng.choice((1, 1, 2, 3)))]
        rng.shuffle(parts)
    return _run_on(parts)


def _one(label: str, rule: str, draw: Draw, frames: Split) -> str:
    """A frame of the label, or a composed comment of the rule."""
    if frames == "train" and draw.rng.random() < _COMPOSED_SHARE:
        text = fill(expand(rule, RULES, draw.rng), draw)
        return ". ".join(with_capital(part) for part in text.split(". "))
    return fill(draw.rng.choice(frames_by_label("jigsaw", frames)[label])["text"], draw)


def _run_on(parts: list[str]) -> str:
    return " ".join([*map(stopped, parts[:-1]), parts[-1]])


def _typed(text: str, rng: random.Random) -> str:
    """Hurried or angry or careful typing, which tells nothing about what is said."""
    chance = rng.random()
    if chance < 0.15:
        text = text.lower()
    elif chance < 0.2:
        text = text.upper()
    elif chance < 0.25:
        text = text.lower().replace("'", "")
    elif chance < 0.3:
        text = re.sub(r"\b(?:you are|you|your|are|please|for)\b", _shortened, text.lower())
    if rng.random() < 0.2:
        text = text.rstrip(".!?") + rng.choice(("!", "!!", "!!!", "...", "?!", "", "", " lol"))
    if rng.random() < 0.06:
        text = BAD_WORDS.sub(lambda match: _disguised(match[0], rng), text)
    if rng.random() < 0.04:
        text = re.sub(r"(?<=\w)([aeou])(?=\w{0,2}\b)", r"\1\1\1", text, count=rng.randint(1, 2))
    return text


def _shortened(match: re.Match[str]) -> str:
    return _SHORT[match[0]]


def _disguised(word: str, rng: random.Random) -> str:
    """A letter of a bad word hidden, as filters teach people to do."""
    letters = [letter for letter in word if letter in _DISGUISES]
    hidden = rng.choice(letters)
    return word.replace(hidden, rng.choice((_DISGUISES[hidden], "*")), 1)


def _on_a_page(text: str, draw: Draw) -> str:
    """With a heading, somebody addressed, or a signature."""
    if draw.rng.random() < 0.6:
        return f"{fill(draw.rng.choice(_HEADS), draw)} {text}"
    return f"{stopped(text)} {fill(draw.rng.choice(_SIGNATURES), draw)}"

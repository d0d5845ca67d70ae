"""Sentences and whether they are grammatical English: 1 or 0.

Besides frames: plain sentences of other tasks, as they are or broken by a rule, and constructions
said rightly or wrongly. Both labels come from the same sources, so that only grammar decides.
"""

import random
import re

from training.frames import Draw, fill
from training.lexicon import Split
from training.tasks.cola_fillers import fillers
from training.tasks.cola_noun_rules import NOUN_RULES
from training.tasks.cola_order_rules import COMMON_RULES, ORDER_RULES
from training.tasks.cola_patterns import PATTERNS
from training.tasks.cola_rule import broken
from training.tasks.cola_sentences import SOURCES, sentences
from training.tasks.cola_verb_rules import VERB_RULES
from training.tasks.grammar import expand
from training.tasks.labelled import frames_by_label, may_name_more
from training.tasks.sample import Sample
from training.tasks.wording import with_capital

_FRAME_SHARE, _PATTERN_SHARE = 0.2, 0.3
_LEADS = (
    "I think that", "{first_name:7} says that", "everybody knows that", "we heard that",
    "I read in the paper that", "it is true that", "{first_name:7} told me that",
    "perhaps you know that", "the {occupation:7} believes that", "I was surprised that",
)  # fmt: skip
_CAN_BE_LED = re.compile(
    r"(?=(?:The|A|An|This|These|He|She|It|They|We|My|His|Her|Our|There|No|Every|Some|Many|Most|Two|"
    r"Three|Nobody)\b).*\.$"
)
_MISFIT = re.compile(
    r"\b[Aa] (?:[AEIOaeio](?!u)[a-z]|u(?!ni|s[aeiu]|k|r[aeio])|8|11\b|18\b)|\b1 [a-z]+s\b"
    r"|\b[Aa]n (?:[bcdfgjklmnpqrstvwxyzBCDFGHJKLMNPQRSTVWXYZ][a-z]|(?!8|11|18)\d)|\b(\w+) \1\b"
)
"""Where a filler does not fit its sentence: an article, one of many, a word said twice."""
_PLURAL = re.compile(r"[^aious]s(?: with .*)?$")


def make(draw: Draw, frames: Split) -> Sample:
    """Field sentence; the answer is 1 or 0."""
    rng = draw.rng
    right = rng.random() < 0.5
    chance = rng.random()
    if chance < _FRAME_SHARE:
        text = _framed(right, draw, frames)
    elif chance < _FRAME_SHARE + _PATTERN_SHARE and frames == "train":
        templates = rng.choice(PATTERNS)[0 if right else 1]
        text = with_capital(_filled(expand(rng.choice(templates), fillers(draw.split), rng), draw))
    else:
        text = _borrowed(right, draw, frames)
    return Sample({"sentence": _typed(text, rng)}, str(int(right)))


def _framed(right: bool, draw: Draw, frames: Split) -> str:
    known = frames_by_label("glue_cola", frames)[str(int(right))]
    text = draw.rng.choice(known)["text"]
    if draw.rng.random() < 0.15 and may_name_more(draw, frames):
        text = _led_in(text, draw.rng)
    return _filled(text, draw)


def _borrowed(right: bool, draw: Draw, frames: Split) -> str:
    """A sentence of another task that some rule could break, so that both labels have the same."""
    rng = draw.rng
    rules = COMMON_RULES if rng.random() < 0.3 else (*VERB_RULES, *NOUN_RULES, *ORDER_RULES)
    found = sentences(frames)
    weights = [SOURCES[task][0] for task in found]
    while True:
        sentence = rng.choice(found[rng.choices(tuple(found), weights)[0]])
        if rng.random() < 0.12:
            sentence = _led_in(sentence, rng)
        error = broken(sentence, rules, rng)
        if error is None:
            continue
        kept = set(draw.entities), dict(draw.memory)
        text = with_capital(_filled(sentence, draw))
        if not _MISFIT.search(text):
            return text if right else with_capital(_filled(error, draw))
        draw.entities, draw.memory = kept


def _led_in(sentence: str, rng: random.Random) -> str:
    if not _CAN_BE_LED.match(sentence):
        return sentence
    return f"{with_capital(rng.choice(_LEADS))} {sentence[0].lower()}{sentence[1:]}"


def _filled(text: str, draw: Draw) -> str:
    """Fill the slots, with foods and the like in the singular that verbs beside them expect."""
    for key in re.findall(r"\{((?:food|animal|plant|disease|thing)(?::\d)?)\}", text):
        while key not in draw.memory:
            name = draw.slot(key)
            if _PLURAL.search(name):
                del draw.memory[key]
                draw.entities.discard(name)
    return fill(text, draw)


def _typed(text: str, rng: random.Random) -> str:
    """As people write who ask about grammar: mostly with care."""
    chance = rng.random()
    if chance < 0.05:
        return text.lower()
    return text.rstrip(".") if chance < 0.15 else text

"""A sentence in other words, or turned into its opposite, while its names are still slots.

Small rules that are right nearly everywhere: words that mean the same or the opposite
(corpus/parts/pair_swaps.jsonl), a time or place that moves, a last part left out.
"""

import random
import re
from collections.abc import Sequence
from functools import cache

from training.pairs.documents import documents
from training.passages.asked import parts

_Swap = tuple[re.Pattern[str], str]
_TIME = r"(?:early |late )?(?:on \{weekday(?::\d)?\}|in \{month(?::\d)?\}|next year|last year)"
_PLACE = r"(?:in|near|outside) \{(?:city|country|region|village|loc)(?::\d)?\}"
_AT_END = re.compile(rf"^([^,;]+) ({_TIME}|{_PLACE})\.$")
_AT_START = re.compile(r"^((?:Early |Late )?(?:In|On|Near|Outside) \{[^{}]+\})(?! \{),? (.+)\.$")
_STAYS = re.compile(
    r"\b(?:say|says|said|that|who|which|after|before|when|until|because|while|if|as|set|seen|forgot"
    r"|lives|and|while)\b|\b(?:to|by|on|at|from|with|and|of)$"
)
_COPULA = re.compile(r"\b(?:is|are|was|were|had|has|have)\b")
_OPENS_WITH_A_TIME = re.compile(
    r"(?:In|On|At|Near|Until|Before|After|Since|Shortly|During|By|For)\b"
)
_NOT_TO_BE_SHORTENED = re.compile(
    r"\b(?:not|no|never|none|only|few|fewer|all|every|nobody|until|if|first|last|\w+est)"
    r"\b|n't|(?:ed|up|of|by|from|at|with|set|found|kept|grown|exhibition|known)"
    r" (?:in|on|near) \{[^{}]+\}\.$"
)
_LAST_PART = re.compile(
    rf"^(.{{25,}}\w\}}?)(?:,? {_TIME}| {_PLACE}"
    r"|, (?:(?:and|but) (?:the|an?|its|his|her|their|\{)|which |who ).+)\.$"
)


@cache
def _swaps(kind: str) -> Sequence[_Swap]:
    lines = (line for line in parts("pair_swaps") if line["kind"] == kind)
    return tuple((re.compile(rf"(?<![\w-])(?:{s['find']})(?![\w-])"), s["put"]) for s in lines)


def reworded(sentence: str, rng: random.Random) -> str:
    """The same in other words; unchanged where no rule fits."""
    fitting = [swap for swap in _swaps("same") if swap[0].search(sentence)]
    rng.shuffle(fitting)
    for pattern, put in fitting:
        if rng.random() < 0.7:
            sentence = pattern.sub(put, sentence, count=1)
    return moved(sentence, rng) if rng.random() < 0.6 else sentence


def moved(sentence: str, rng: random.Random) -> str:
    """A time or place at the end goes to the front, or from the front to the end."""
    match = _AT_END.match(sentence)
    if match and _may_move(match[1], match[2]):
        return (
            f"{_large(match[2])}{rng.choice((',', ',', ''))} {small(match[1]).removesuffix('.')}."
        )
    if (match := _AT_START.match(sentence)) and not re.search(r"[,;]", match[2]):
        return f"{_large(match[2])} {_small_word(match[1])}."
    return sentence


def _may_move(rest: str, moving: str) -> bool:
    """Whether it is clear what the time or place belongs to, and whether the start is free."""
    if _STAYS.search(rest) or _OPENS_WITH_A_TIME.match(rest):
        return False
    return re.fullmatch(_TIME, moving) is not None or not _COPULA.search(rest)


def turned(sentence: str, rng: random.Random) -> str | None:
    """The sentence with one word turned round, so that it means something else."""
    fitting = [(p, put) for p, put in _swaps("turn") if p.search(sentence)]
    if not fitting:
        return None
    pattern, put = rng.choice(fitting)
    return pattern.sub(put, sentence, count=1)


def shortened(sentence: str) -> str | None:
    """The sentence without its last part, without which it still says something true."""
    if _NOT_TO_BE_SHORTENED.search(sentence):
        return None
    match = _LAST_PART.match(sentence)
    return f"{match[1]}." if match and "{" in match[1] and match[1].count(",") < 2 else None


def small(text: str) -> str:
    """The beginning of a sentence as it looks inside another one: names keep their capital."""
    word = re.match(r"[A-Z][a-z]*", text)
    return _small_word(text) if word and word[0].lower() in _common_words() else text


@cache
def _common_words() -> frozenset[str]:
    """Words that the corpus writes with a small letter."""
    known = (*documents("train"), *documents("heldout"))
    texts = (text for document in known for text in document.sentences)
    return frozenset(re.findall(r"(?<![\w{:])[a-z]+\b", " ".join(texts))) - {"i"}


def _small_word(text: str) -> str:
    return text[:1].lower() + text[1:]


def _large(text: str) -> str:
    return text[:1].upper() + text[1:]

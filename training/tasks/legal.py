"""Clauses of contracts and which of twenty-four types each is."""

import random
import re

from training.frames import Draw, fill
from training.lexicon import Split
from training.noise import gaps
from training.tasks.grammar import expand
from training.tasks.labelled import frames_by_label, may_name_more
from training.tasks.legal_clauses_b import CLAUSES
from training.tasks.legal_surroundings import (
    LEADS,
    MARKS,
    NEUTRAL_AFTER,
    NEUTRAL_BEFORE,
    OTHER_TOPICS,
)
from training.tasks.legal_words import SHARED
from training.tasks.sample import Sample
from training.tasks.wording import in_words, stopped, with_capital

_LONGEST = 1_000
_COMPOSED_SHARE = 0.35
_CONTRACTS = (
    "Contract", "Deed", "Lease", "Licence", "Charter", "Loan Agreement", "Supply Agreement",
    "Service Agreement", "Purchase Agreement", "Consulting Agreement", "Settlement Agreement",
)  # fmt: skip
_REFERABLE = re.compile(r"(?=(?:The|This|All|Any|Each|Either|No|Neither|You|We|Every|A|An) )")


def make(draw: Draw, frames: Split) -> Sample:
    """Field clause_text; the answer is the type."""
    rng = draw.rng
    known = frames_by_label("legal", frames)
    label = rng.choice(tuple(known))
    texts = _some([frame["text"] for frame in known[label]], rng)
    if frames == "train":
        texts = [_composed(label, rng) if rng.random() < _COMPOSED_SHARE else t for t in texts]
    clauses = [with_capital(stopped(fill(text, draw))) for text in texts]
    if rng.random() < 0.3 and may_name_more(draw, frames):
        clauses[0] = _led_in(clauses[0], label, tuple(known), draw)
    text = _one_text(clauses, rng)
    if rng.random() < 0.3 and may_name_more(draw, frames):
        text = _beside_neutral(text, draw)
    text = _worded(text, rng)
    if draw.split == "train":
        text = gaps(text, rng)
    return Sample({"clause_text": _printed(text, rng)}, label)


def _some(same: list[str], rng: random.Random) -> list[str]:
    chosen = rng.sample(same, min(len(same), rng.choice((1, 1, 1, 2, 2, 3))))
    while sum(map(len, chosen)) > _LONGEST:
        chosen.pop()
    return chosen


def _composed(label: str, rng: random.Random) -> str:
    return with_capital(expand(rng.choice(CLAUSES[label]), SHARED, rng))


def _led_in(clause: str, label: str, labels: tuple[str, ...], draw: Draw) -> str:
    """A lead that decides nothing: often it names another clause's topic, which is not this one."""
    if "?" in clause or not _REFERABLE.match(clause):
        return clause
    topics = [other.capitalize() for other in labels if other != label] + list(OTHER_TOPICS)
    topic = draw.rng.choice(topics)
    lead = fill(draw.rng.choice(LEADS), draw)
    lead = lead.replace("<topic>", topic).replace("<low>", topic.lower())
    return f"{lead} {clause[0].lower()}{clause[1:]}"


def _one_text(clauses: list[str], rng: random.Random) -> str:
    if len(clauses) > 1 and rng.random() < 0.35:
        style = rng.choice(("({})", "{}.", "{})"))
        signs = rng.choice(("abc", "123"))
        clauses = [f"{style.format(sign)} {c}" for sign, c in zip(signs, clauses, strict=False)]
    return " ".join(clauses)


def _beside_neutral(text: str, draw: Draw) -> str:
    if draw.rng.random() < 0.6:
        return f"{fill(draw.rng.choice(NEUTRAL_BEFORE), draw)} {text}"
    return f"{text} {fill(draw.rng.choice(NEUTRAL_AFTER), draw)}"


def _worded(text: str, rng: random.Random) -> str:
    """Other drafters' habits: the document's name, `shall` or `will`, `thirty (30) days`, `5%`."""
    if rng.random() < 0.3:
        text = re.sub(r"\b([Tt]his) Agreement\b", rf"\1 {rng.choice(_CONTRACTS)}", text)
    if rng.random() < 0.2:
        text = re.sub(r"\bshall\b", rng.choice(("will", "must")), text)
    if rng.random() < 0.3:
        text = re.sub(r"\b(\d\d?)(?= (?:days|months|years|weeks)\b)", _twice, text)
    if rng.random() < 0.4:
        text = re.sub(r"(?<=\d) per ?cent\b", "%" if rng.random() < 0.5 else " per cent", text)
    return text


def _twice(match: re.Match[str]) -> str:
    return f"{in_words(int(match[1]))} ({match[1]})"


def _printed(text: str, rng: random.Random) -> str:
    """Numbers in front and the case of the letters; a heading never names the type."""
    if rng.random() < 0.3 and text[0].isalpha():
        mark = rng.choice(MARKS).format(n=rng.randint(1, 30), m=rng.randint(1, 9))
        text = f"{mark}{text}"
    chance = rng.random()
    if chance < 0.04:
        return text.upper()
    if chance < 0.08:
        return text.lower()
    return text.rstrip(".") if chance < 0.14 else text

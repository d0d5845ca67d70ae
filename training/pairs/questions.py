"""Questions as people put them to a forum, in several wordings, and others that are close to them.

corpus/parts/pair_questions.jsonl: either whole questions with the `same` meaning, or what somebody
wants to know `how` to do, in several wordings; beside them `other` ones that want something else.
"""

import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from training.lexicon import Split, load_task_frames
from training.noise import slip
from training.pairs.documents import ranges_of
from training.pairs.facts import facts
from training.pairs.world import Range
from training.passages.asked import parts

_HOW = (
    "How can I {do}?", "How do I {do}?", "What is the best way to {do}?", "How should I {do}?",
    "What's a good way to {do}?", "What do I have to do to {do}?", "How does one {do}?",
    "Can anybody tell me how to {do}?", "I want to {do}. How do I do that?", "How to {do}?",
    "What should I do in order to {do}?", "What would be a good way to {do}?", "How could I {do}?",
    "Does anyone know how to {do}?", "I need to {do}. What is the best way?",
    "Any advice on how to {do}?", "What can I do to {do}?", "Please tell me how I can {do}.",
)  # fmt: skip
_BEFORE = (
    "Hi, ", "Quick question: ", "Hello everybody, ", "I wonder: ", "Serious question: ",
    "Hey guys, ", "Just asking, ", "Sorry if this is a silly question. ",
)  # fmt: skip
_AFTER = (
    " Thanks!", " Please help.", " Thanks in advance.", " I have no idea.", " Anyone?",
    " Many thanks from {city:9}.",
)  # fmt: skip
_WEAK_WH = re.compile(r"^(?:What|Which|How|Who|When|Where|Why|Is|Can|Do|Does|Should) ")
_RUDE = re.compile(r"cunt|\b(?:ass|cum|shit|tit)\b")
_SHORT = {
    "What is": "What's", "How is": "How's", "Where is": "Where's", "do not": "don't",
    "cannot": "can't", "Who is": "Who's", "I am": "I'm", "is not": "isn't",
}  # fmt: skip


@dataclass(frozen=True)
class Family:
    """Ways to ask one thing, and other questions that are like it and mean something else."""

    same: Sequence[str]
    other: Sequence[str]
    ranges: Mapping[str, Range] = field(default_factory=dict)


@cache
def families() -> Sequence[Family]:
    """The families of corpus/parts; "how" ones hold what is to be done, without a question."""
    found = [
        Family(line.get("how") or line["same"], line["other"], ranges_of(line["ranges"]))
        for line in parts("pair_questions")
    ]
    for fact in facts():
        others = [o for o in facts() if o.about == fact.about and o.topic != fact.topic]
        if len(fact.asks) > 2 and others and not fact.news:
            asks = [ask for other in others for ask in other.asks]
            found.append(Family(fact.asks, asks, {**_ranges(others), **fact.ranges}))
    return tuple(found)


def _ranges(them: Sequence[Any]) -> dict[str, Range]:
    return {key: value for fact in them for key, value in fact.ranges.items()}


def asked(text: str, rng: random.Random) -> str:
    """A question, or what is to be done made one."""
    return text if text[-1] in ".?" else rng.choice(_HOW).replace("{do}", text)


@cache
def known(frames: Split) -> Sequence[tuple[str, str, bool]]:
    """The frames of the task itself: two questions and whether they ask the same."""
    return tuple(
        (frame["question1"], frame["question2"], str(frame["label"]) == "1")
        for frame in load_task_frames("glue_qqp", frames)
    )


def dressed(question: str, rng: random.Random) -> str:
    """With a greeting before it or thanks after it, as in a forum; a frame."""
    if rng.random() < 0.5:
        before = rng.choice(_BEFORE)
        is_plain = _WEAK_WH.match(question) and not before.endswith(". ")
        return before + (question[:1].lower() + question[1:] if is_plain else question)
    return question + rng.choice(_AFTER)


def typed(question: str, rng: random.Random) -> str:
    """As people type: short forms, small letters, a mark left out, a slip."""
    for long, short in _SHORT.items():
        if long in question and rng.random() < 0.4:
            question = question.replace(long, short)
    # Before the small letters: a slip must not touch a name.
    if rng.random() < 0.1:
        slipped = slip(question, rng)
        question = question if _RUDE.search(slipped) else slipped
    if rng.random() < 0.12:
        question = question.lower()
    return question.rstrip("?").rstrip() if rng.random() < 0.12 else question

"""Sums in words, solved step by step."""

import random
import re
from collections.abc import Mapping
from functools import partial

from training import rewording
from training.expressions import draw_numbers, evaluate
from training.frames import Draw, fill
from training.lexicon import Split, load_task_frames
from training.noise import slip
from training.stories.composing import compose
from training.stories.plan import Frame
from training.tasks.sample import Sample

_STORY_SHARE = 0.5
_LONGEST_ANSWER = 66
"""Characters: about as many as the card's 64 tokens hold, a digit being a token."""

_ASIDES = (
    "{first_name:8} lives at number {int:2-99}.",
    "The house next door has {int:4-20} windows.",
    "{first_name:8}, [a neighbour|a cousin|a friend], is {int:20-70} years old.",
    "It [is|was] the {int:4-20}th of {month}.",
    "It [is|was] a [sunny|rainy|cold|long|busy] [day|morning|afternoon] in {city:8}.",
    "It all happened in {int:1950-2020}.",
    "{first_name:8} [watches|listens|waits outside] the whole time.",
    "The road to {village:8} is closed in {month}.",
    "{first_name:8} has to be in {city:8} by {int:2-9} o'clock.",
    "Bus number {int:2-90} goes past every {weekday}.",
    "{first_name:8} has read {int:2-30} books about {topic:8}.",
    "{first_name:8} [does not like|likes] {food:8}.",
)
"""Sentences that have nothing to do with the sum; most of them with a number."""

_OPENINGS = (
    "{first_name:8} asks: ", "Question: ", "Please solve this. ", "A problem about {city:8}: ",
    "From {first_name:8}'s homework: ", "Work it out: ", "Can you help {first_name:8} with this? ",
    "Here is a riddle from {first_name:8}. ",
)  # fmt: skip
_LOOKS_BACK = re.compile(r"\b(it|they|them|that|this|these|those|he|she|one|there|then)\b", re.I)


def make(draw: Draw, frames: Split) -> Sample:
    """Field question; the answer is its steps and the number."""
    rng = draw.rng
    draw.invented_share = 0.2
    while True:
        composed = frames == "train" and rng.random() < _STORY_SHARE
        frame = compose(rng) if composed else rng.choice(load_task_frames("gsm8k", frames))
        numbers = draw_numbers(frame["ranges"], partial(_suits, frame), rng)
        answer = _solution(frame, numbers)
        if len(answer) <= _LONGEST_ANSWER:
            break
    text = rewording.capitals(fill(_worded(frame["text"], numbers, draw), draw))
    return Sample({"question": _as_typed(text, rng) if draw.split == "train" else text}, answer)


def _worded(text: str, numbers: Mapping[str, int], draw: Draw) -> str:
    """The frame's text said otherwise, perhaps with a sentence that does not matter."""
    rng = draw.rng
    text = rewording.people(text, draw)
    text = rewording.units(text, rng)
    text = rewording.money(text, numbers, rng)
    if rng.random() < 0.2:
        text = rewording.number_words(text, numbers, rng)
    draw.memory.update({name: str(value) for name, value in numbers.items()})
    nameless = not re.search(r"\{(?!(?:month|weekday|\w)\b)", text)
    if rng.random() < 0.2:
        text = _with_an_aside(text, rng)
    if rng.random() < 0.08 or (draw.split == "heldout" and nameless):
        opening = rng.choice([opening for opening in _OPENINGS if not nameless or "{" in opening])
        text = f"{opening}{text}"
    return text


def _with_an_aside(text: str, rng: random.Random) -> str:
    """One more sentence, in front or before a question that does not look back at the last one."""
    sentences = rewording.SENTENCE_END.split(text)
    early = rng.random() < 0.5 or len(sentences) == 1 or _LOOKS_BACK.search(sentences[-1])
    sentences.insert(0 if early else -1, rng.choice(_ASIDES))
    return " ".join(sentences)


def _as_typed(text: str, rng: random.Random) -> str:
    if rng.random() < 0.1:
        text = text.lower()
    if rng.random() < 0.06:
        text = text.rstrip("?.")
    if rng.random() < 0.1:
        slipped = slip(text, rng)
        lost = set(text.split()) - set(slipped.split())
        text = text if lost & set(rewording.NUMBER_WORDS) else slipped
    return text


def _results(frame: Frame, numbers: Mapping[str, int]) -> dict[str, int]:
    values = dict(numbers)
    for place, step in enumerate(frame["steps"], start=1):
        values[f"r{place}"] = evaluate(step, values)
    return values


def _suits(frame: Frame, numbers: Mapping[str, int]) -> bool:
    """Whether the frame's own condition holds and every step ends above zero."""
    holds = evaluate(frame["constraint"], numbers)
    return bool(holds) and min(_results(frame, numbers).values()) > 0


def _solution(frame: Frame, numbers: Mapping[str, int]) -> str:
    """`6 * 8 = 48. 48 - 10 = 38. Answer: 38`."""
    values = _results(frame, numbers)
    lines = []
    for place, step in enumerate(frame["steps"], start=1):
        spaced = " ".join(re.findall(r"\w+|[-+*/]", step))
        shown = re.sub(r"[a-z]\w*", lambda match: str(values[match.group()]), spaced)
        lines.append(f"{shown} = {values[f'r{place}']}.")
    return f"{' '.join(lines)} Answer: {values[f'r{len(lines)}']}"

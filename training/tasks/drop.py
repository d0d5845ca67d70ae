"""Questions about a passage: copy a name, find a number, or work one out."""

import random
import re
from collections.abc import Mapping
from functools import partial
from typing import Any

from training import rewording
from training.expressions import draw_numbers, evaluate
from training.frames import Draw, fill
from training.lexicon import Split, load_task_frames
from training.noise import slip
from training.passages.asked import Asked
from training.passages.composing import compose
from training.passages.questions import reworded
from training.tasks.sample import Sample

_COMPOSED_SHARE = 0.55
_LONGEST_ANSWER = 44
"""Characters: what the card's 24 tokens surely hold, names being rare words."""
_LONGEST_PASSAGE = 800
_ASIDES = (
    "{person:8} wrote this down in {city:8}.",
    "The weather in {city:8} was fine.",
    "Nothing else is known of {person:8}.",
    "{first_name:8} has never been to {village:8}.",
)


def make(draw: Draw, frames: Split) -> Sample:
    """Fields passage and question; the answer is a span of the passage or a number."""
    rng = draw.rng
    draw.invented_share = 0.3
    while True:
        draw.memory.clear()
        draw.entities.clear()
        composed = frames == "train" and rng.random() < _COMPOSED_SHARE
        asked = compose(rng) if composed else _framed(rng, frames, draw)
        passage = fill(asked.passage, draw)
        question = fill(reworded(asked.question, "{person" in asked.answer, rng), draw)
        answer = _as_it_stands(fill(asked.answer, draw), passage)
        if not composed and rng.random() < 0.2:
            passage = _joined(passage, question, frames, draw)
        if draw.split == "heldout" and not draw.entities:
            passage = f"{passage} {fill(rng.choice(_ASIDES), draw)}"
        if len(answer) <= _LONGEST_ANSWER and len(passage) <= _LONGEST_PASSAGE:
            break
    if draw.split == "train":
        question = _as_typed(question, rng)
    fields = {"passage": passage, "question": question}
    return Sample(fields, answer, _also(answer, passage))


def _framed(rng: random.Random, frames: Split, draw: Draw) -> Asked:
    """A frame with its numbers drawn, and one of its questions."""
    frame = rng.choice(load_task_frames("drop", frames))
    sums = [one["answer"] for one in frame["qa"] if "{" not in one["answer"]]
    numbers = draw_numbers(frame["ranges"], partial(_are_above_zero, sums), rng)
    one = rng.choice(frame["qa"])
    answer, passage = one["answer"], frame["passage"]
    small = {
        n: value for n, value in numbers.items() if n != answer and not _in_a_score(n, passage)
    }
    if rng.random() < 0.12:
        passage = rewording.number_words(passage, small, rng)
    commas = rng.random() < 0.4
    for name, value in numbers.items():
        is_year = frame["ranges"][name][0] >= 1000 and frame["ranges"][name][1] <= 2050
        draw.memory[name] = f"{value:,}" if commas and not is_year else str(value)
    if "{" not in answer:
        answer = draw.memory.get(answer) or str(evaluate(answer, numbers))
    return Asked(passage, one["question"], answer)


def _are_above_zero(sums: list[str], numbers: Mapping[str, int]) -> bool:
    return all(evaluate(one, numbers) > 0 for one in sums)


def _in_a_score(name: str, passage: str) -> bool:
    """Whether the number stands in something like `{c}-{d}`, which words would spoil."""
    stands = re.escape(f"{{{name}}}")
    return bool(re.search(rf"{stands}-[\d{{]|[\d}}]-{stands}", passage))


def _joined(passage: str, question: str, frames: Split, draw: Draw) -> str:
    """The passage and a sentence of another one that shares no word with the question."""
    rng = draw.rng
    other = Draw(rng, draw.split)
    frame: dict[str, Any] = rng.choice(load_task_frames("drop", frames))
    numbers = draw_numbers(frame["ranges"], lambda _: True, rng)
    other.memory.update({name: str(value) for name, value in numbers.items()})
    first, *_ = rewording.SENTENCE_END.split(fill(frame["passage"], other))
    asked = set(re.findall(r"\w{4,}", question.lower())) - {"many", "more", "which", "than"}
    if asked & set(re.findall(r"\w{4,}", first.lower())):
        return passage
    draw.entities |= {name for name in other.entities if name in first}
    return rng.choice((f"{passage} {first}", f"{first} {passage}"))


def _as_typed(question: str, rng: random.Random) -> str:
    if rng.random() < 0.08:
        question = question.lower()
    if rng.random() < 0.06:
        question = question.rstrip("?.")
    return slip(question, rng) if rng.random() < 0.08 else question


def _as_it_stands(answer: str, passage: str) -> str:
    """The answer with the small article that it has inside a sentence."""
    small = answer[:1].lower() + answer[1:]
    return small if answer not in passage and small in passage else answer


def _also(answer: str, passage: str) -> tuple[str, ...]:
    """The same answer with and without its article, or without its comma."""
    if answer.replace(",", "").isdigit():
        plain = answer.replace(",", "")
        return tuple({plain, f"{int(plain):,}"} - {answer})
    bare = re.sub(r"^(?:the|a|an) ", "", answer, flags=re.IGNORECASE)
    if bare != answer:
        return (bare,)
    return (f"the {answer}",) if f"the {answer}".lower() in passage.lower() else ()

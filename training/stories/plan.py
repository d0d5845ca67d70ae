"""A word problem under construction: its numbers, its steps, its sentences."""

import random
import re
from dataclasses import dataclass, field
from typing import Any

Frame = dict[str, Any]
"""A problem as gsm8k.jsonl has it: text with slots, ranges of its numbers, steps."""

_TENSES = re.compile(r"<([^<>|]*)\|([^<>|]*)>")
_CHOICES = re.compile(r"\[([^\[\]]*\|[^\[\]]*)\]")


@dataclass
class Plan:
    """Collects what a frame needs. `<has|had>` in a sentence is the one or the other throughout."""

    rng: random.Random
    ranges: dict[str, list[int]] = field(default_factory=dict)
    steps: list[str] = field(default_factory=list)
    sentences: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.is_past = self.rng.random() < 0.5

    def number(self, low: int, high: int) -> str:
        """A new number of the problem, by its name."""
        name = "abcdefghijk"[len(self.ranges)]
        self.ranges[name] = [low, high]
        return name

    def step(self, left: str, sign: str, right: str) -> str:
        """A step of the solution; the name of its result."""
        self.steps.append(f"{left} {sign} {right}")
        return f"r{len(self.steps)}"

    def total(self, names: list[str]) -> str:
        """The sum of several values, step by step."""
        result, *others = names
        for name in others:
            result = self.step(result, "+", name)
        return result

    def worded(self, text: str, **names: str) -> str:
        """The text in this problem's tense, its choices made, {x} and {y} given their names."""
        text = _TENSES.sub(lambda match: match[2] if self.is_past else match[1], text)
        while match := _CHOICES.search(text):
            chosen = self.rng.choice(match[1].split("|"))
            text = text[: match.start()] + chosen + text[match.end() :]
        for mark, name in names.items():
            text = text.replace(f"{{{mark}}}", f"{{{name}}}")
        return text

    def say(self, text: str, **names: str) -> None:
        """One more sentence; its full stop is added where it has none."""
        text = self.worded(text, **names).strip()
        self.sentences.append(text if text[-1] in ".?!" else f"{text}.")

    def frame(self) -> Frame:
        """The finished problem."""
        text = " ".join(capital(sentence) for sentence in self.sentences)
        return {"text": text, "ranges": self.ranges, "steps": self.steps, "constraint": "True"}


def capital(sentence: str) -> str:
    """The sentence with a large first letter, unless it begins with a slot."""
    return sentence[:1].upper() + sentence[1:]

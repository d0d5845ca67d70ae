"""Texts that the tasks' generators breed beyond the frames: stories, passages, talk, functions.

Only one side of each example is taken, its free text or its prose; never a prompt, and no answer
beside its question.
"""

from collections.abc import Callable, Mapping

from training.frames import Draw
from training.tasks.sample import Sample
from training.tasks.task import load


def _field(*names: str) -> Callable[[Sample], str]:
    return lambda sample: "\n".join(sample.fields[name] for name in names)


def _answer(sample: Sample) -> str:
    return sample.answer


_TEXTS: Mapping[str, Callable[[Sample], str]] = {
    "bc5cdr": _field("tokens_concatenated"),
    "cnn": _field("article"),
    "conllpp": _field("input"),
    "drop": _field("passage"),
    "e2e_nlg": _answer,
    "gsm8k": _field("question"),
    "magicoder": _answer,
    "tldr_content_gen": _answer,
    "viggo": _answer,
}


def bred(draw: Draw) -> str:
    """One to three texts of one task's kind."""
    rng = draw.rng
    name = rng.choice(tuple(_TEXTS))
    makers = [Draw(rng, draw.split) for _ in range(rng.randint(1, 3))]
    return "\n\n".join(_TEXTS[name](load(name).make(own, "train")) for own in makers)


KINDS: Mapping[Callable[[Draw], str], float] = {bred: 22}
"""The maker of bred texts and its weight."""

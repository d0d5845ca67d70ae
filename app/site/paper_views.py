"""What the map of the paper can show of a score: before, after, the lift, the lead over GPT-4."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType

from adapters.paper import PaperTask, Reported


@dataclass(frozen=True)
class View:
    """`meaning` is a caption; a difference can be below zero and is written with its sign."""

    key: str
    name: str
    meaning: str
    figure: Callable[[Reported, PaperTask], Decimal]
    is_difference: bool = False


FINE_TUNED, BASE, LIFT, AGAINST_GPT_4 = "fine-tuned", "base", "lift", "gpt-4"
_VIEWS = (
    View(
        FINE_TUNED,
        "Fine-tuned",
        "Scores after fine-tuning, from 0 to 1. Higher is better.",
        lambda score, _: score.final,
    ),
    View(
        BASE,
        "Base model",
        "Scores before fine-tuning, with the same prompt, from 0 to 1. Higher is better.",
        lambda score, _: score.base,
    ),
    View(
        LIFT,
        "Lift",
        "What fine-tuning changed: the score after it, less the score before.",
        lambda score, _: score.final - score.base,
        is_difference=True,
    ),
    View(
        AGAINST_GPT_4,
        "Against GPT-4",
        "The fine-tuned model’s score, less GPT-4’s. Below zero, GPT-4 was better.",
        lambda score, task: score.final - task.gpt_4,
        is_difference=True,
    ),
)
VIEWS: Mapping[str, View] = MappingProxyType({view.key: view for view in _VIEWS})
"""By the word that the address knows them by; FINE_TUNED is shown when nothing is asked for."""


def shown(view: View, task: PaperTask, model: str) -> Decimal:
    """What was not fine-tuned stands beside the others with its plain score in every view."""
    score = task.scores[model]
    return score.base if score.fine_tuned is None else view.figure(score, task)

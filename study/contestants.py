"""Who answers in an evaluation, and what each of them is asked. Knows no engine's thread."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from adapters.card import Card, Example
from adapters.catalog import GENERALIST
from engine.request import GenerationRequest, SamplingParams

NUM_SHOTS = 3


class Contestant(StrEnum):
    """One way to get an answer to a task's prompt."""

    BASE = "base"
    BASE_THREE_SHOT = "base_three_shot"
    GENERALIST = "generalist"
    ADAPTER = "adapter"


@dataclass(frozen=True)
class Question:
    """One held-out example, put to one contestant."""

    card: Card
    example: Example
    contestant: Contestant

    def request(self) -> GenerationRequest:
        """Greedy, with the card's limits: what a visitor of the card would send."""
        prompt = self.card.prompt(self.example.fields)
        if self.contestant is Contestant.BASE_THREE_SHOT:
            prompt = f"{worked_examples(self.card)}{prompt}"
        adapter = {Contestant.ADAPTER: self.card.task, Contestant.GENERALIST: GENERALIST}
        sampling = SamplingParams(
            temperature=0.0, max_tokens=self.card.max_tokens, stop=self.card.stop
        )
        return GenerationRequest(prompt, adapter.get(self.contestant), sampling)


def worked_examples(card: Card) -> str:
    """The card's first examples with their answers, each as prompt and answer, a blank line after.

    Different answers first: three times the same label would show no choice.
    """
    chosen = _different(card.examples)[:NUM_SHOTS]
    return "".join(f"{card.prompt(e.fields)} {e.answer}\n\n" for e in chosen)


def _different(examples: Sequence[Example]) -> list[Example]:
    first: dict[str, Example] = {}
    for example in examples:
        first.setdefault(example.answer, example)
    return [*first.values(), *(e for e in examples if e is not first[e.answer])]

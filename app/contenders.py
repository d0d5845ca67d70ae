"""Who can answer a task's prompt: its own adapter, the base, the base held to a form, others.

Owns the names that addresses, pages and the database use for them; knows no page and no answer.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from adapters.card import Card
from adapters.catalog import GENERALIST
from adapters.grammar import grammar_of
from app.services import Stock
from engine.constraint import Constraint, Lead
from engine.request import GenerationRequest, SamplingParams

BASE = "base"
HELD_BASE = "base-format"


@dataclass(frozen=True)
class Contender:
    """One who answers. `contender_id` is "base", "base-format", or the id of an adapter.

    `is_held`: it can write nothing but what the task's card calls an answer.
    """

    contender_id: str
    name: str
    adapter_id: str | None = None
    is_held: bool = False

    def request(
        self, card: Card, fields: Mapping[str, str], sampling: SamplingParams
    ) -> GenerationRequest:
        """The same prompt for everybody. Raises BadFields."""
        if self.is_held:
            sampling = replace(sampling, constraint=_constraint(card, fields))
        return GenerationRequest(card.prompt(fields), self.adapter_id, sampling)


def contenders(stock: Stock, served: Iterable[str], task: str) -> tuple[Contender, ...]:
    """All who can answer `task` now, its own adapter first; `served` are the engine's adapters."""
    able = set(served)
    card = stock.tasks[task].card
    found = [Contender(BASE, "Base alone")]
    if grammar_of(card) is not None:
        found.append(Contender(HELD_BASE, "Base, held to valid answers", is_held=True))
    if GENERALIST in able:
        found.append(Contender(GENERALIST, "Generalist, one adapter for all tasks", GENERALIST))
    if task in able:
        found.insert(0, adapter_of(card))
    others = (stock.tasks[name].card for name in stock.tasks if name in able and name != task)
    return (*found, *sorted(map(adapter_of, others), key=lambda other: other.name))


def adapter_of(card: Card) -> Contender:
    """A task's own adapter, served or not."""
    return Contender(card.task, card.plain_title, card.task)


def standard_sampling(card: Card) -> SamplingParams:
    """How a card's answers are drawn where nobody says otherwise: greedily."""
    return SamplingParams(max_tokens=card.max_tokens, stop=card.stop)


def _constraint(card: Card, fields: Mapping[str, str]) -> Constraint:
    grammar = grammar_of(card, fields)
    assert grammar is not None, "nobody is held to answers of any text"
    return Constraint(grammar.form, (grammar.text,), Lead.SPACE)

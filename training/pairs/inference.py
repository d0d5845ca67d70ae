"""A fact as premise, and what follows from it, contradicts it, or is left open by it.

Whatever the label, the second statement comes from the same stock: in other words, with another
name or number, denied or not, about the same or about something else. What both say decides.
"""

from collections.abc import Callable, Mapping

from training.pairs.facts import (
    REMARK,
    Fact,
    another,
    denied,
    dressed,
    facts,
    remark,
    settle,
    two_ways,
)
from training.pairs.rewording import reworded
from training.pairs.world import Pair, World


def stated(label: str, world: World) -> Pair | None:
    """About one of the facts."""
    fact = world.rng.choice(facts())
    first, second = two_ways(fact, world)
    premise, hypothesis = _FACTS[label](fact, first, second, world)
    if not hypothesis:
        return None
    premise = _among_others(fact, premise, world)
    return premise, hypothesis


def _follows(fact: Fact, first: str, second: str, world: World) -> Pair:
    rng, kind = world.rng, world.rng.random()
    if kind < 0.25 and fact.weaker:
        return world.text(first), world.text(settle(fact, fact.weaker, world))
    if kind < 0.35:
        against = settle(fact, fact.against, world)
        return world.text(dressed(against, world)), world.text(reworded(against, rng))
    if kind < 0.45:
        return world.text(first), world.text(denied(settle(fact, fact.against, world), rng))
    if kind < 0.55 and fact.values and (other := world.changed(rng.choice(fact.values))):
        return world.text(first), other.text(denied(second, rng))
    return world.text(first), world.text(second)


def _clashes(fact: Fact, first: str, second: str, world: World) -> Pair:
    rng, kind = world.rng, world.rng.random()
    if kind < 0.5 and fact.values and (other := world.changed(rng.choice(fact.values))):
        return world.text(first), other.text(second)
    if kind < 0.6:
        return world.text(first), world.text(denied(second, rng))
    if kind < 0.7 and fact.weaker:
        weaker = settle(fact, fact.weaker, world)
        return world.text(denied(weaker, rng)), world.text(rng.choice((weaker, first)))
    sides = [world.text(first), world.text(settle(fact, fact.against, world))]
    if rng.random() < 0.25:
        sides.reverse()
    return sides[0], sides[1]


def _is_open(fact: Fact, first: str, _second: str, world: World) -> Pair:
    rng, kind = world.rng, world.rng.random()
    if kind < 0.25 and fact.weaker:
        return world.text(settle(fact, fact.weaker, world)), world.text(first)
    other = another(fact, rng)
    shared = world if rng.random() < 0.5 else world.keeping(fact.about)
    texts = rng.choice((other.same, other.same, other.weaker or other.same, other.against))
    said = settle(other, texts, shared)
    return world.text(first), shared.text(denied(said, rng) if rng.random() < 0.1 else said)


_FACTS: Mapping[str, Callable[[Fact, str, str, World], Pair]] = {
    "entailment": _follows,
    "contradiction": _clashes,
    "neutral": _is_open,
}


def _among_others(fact: Fact, premise: str, world: World) -> str:
    """The premise alone, with a remark, or beside the same fact of somebody else."""
    rng = world.rng
    if rng.random() < 0.2 and not any(key.endswith(REMARK) for key in world.draw.memory):
        return premise.removesuffix(".") + world.part(remark(world))
    if rng.random() < 0.2:
        beside = world.beside()
        told = [premise, beside.text(settle(fact, fact.same, beside))]
        rng.shuffle(told)
        return " ".join(told)
    return premise

"""A premise, and what follows from it, contradicts it, or is left open by it.

Whatever the label, the second statement comes from the same stock: in other words, with another
name or number, denied or not, about the same or about something else. What both say decides.
"""

import re
from collections.abc import Callable, Mapping

from training.lexicon import Split
from training.pairs.documents import Document, documents
from training.pairs.facts import Fact, another, denied, dressed, facts, settle, two_ways
from training.pairs.rewording import is_simple, negated, reworded, shortened, turned
from training.pairs.world import Pair, World, keys_of

_FEW = re.compile(
    r"(?<!than )(?<!least )(?<!most )\{(#\d+|[a-z])\} (?=people|jobs|homes|metres|km)"
)
_WHEN_OR_WHERE = re.compile(
    r"(?:on|early|late|in|near|outside|of|from|to|at|until|by) "
    r"\{((?:weekday|month|city|village|country|region|loc)(?::\d)?)\}"
)


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
    if rng.random() < 0.2:
        return world.text(dressed(premise, world))
    if rng.random() < 0.2:
        beside = world.beside()
        told = [premise, beside.text(settle(fact, fact.same, beside))]
        rng.shuffle(told)
        return " ".join(told)
    return premise


def documented(label: str, frames: Split, world: World) -> Pair | None:
    """About one or two sentences of a document of the corpus."""
    rng = world.rng
    document = rng.choice(documents(frames))
    told = rng.choice(document.plain)
    place = document.sentences.index(told)
    settled = world.settle(told, document.ranges)
    if label == "neutral":
        pair = _left_open(settled, document, place, world)
    elif label == "entailment":
        pair = _restated(settled, world)
    else:
        pair = _contradicted(settled, world)
    if pair is None:
        return None
    premise, hypothesis = pair
    before = document.sentences[place - 1] if place else ""
    if before and rng.random() < 0.3 and label != "neutral":
        premise = f"{world.text(world.settle(before, document.ranges))} {premise}"
    # A denial contradicts the sentence that it denies, whichever comes first.
    return (hypothesis, premise) if label == "contradiction" and rng.random() < 0.2 else (
        premise, hypothesis,
    )  # fmt: skip


def _left_open(settled: str, document: Document, place: int, world: World) -> Pair | None:
    others = [s for s in document.plain if document.sentences.index(s) != place]
    if not others:
        return None
    other = world.settle(world.rng.choice(others), document.ranges)
    if world.rng.random() < 0.25:
        other = negated(other) or other
    return _one_reworded(settled, other, world, world)


def _one_reworded(first: str, second: str, world: World, other: World) -> Pair:
    """Either text in other words, so that these do not tell which is the hypothesis of what."""
    if world.rng.random() < 0.5:
        first = reworded(first, world.rng)
    else:
        second = reworded(second, world.rng)
    return world.text(first), other.text(second)


def _restated(settled: str, world: World) -> Pair | None:
    rng = world.rng
    if rng.random() < 0.5 and (short := shortened(settled)):
        return world.text(settled), world.text(short)
    if rng.random() < 0.5 and (match := _FEW.search(settled)) and is_simple(settled):
        number = int(world.draw.memory[match[1]])
        less = rng.randint(max(1, number // 3), max(1, number - 1))
        if less < number:
            start, end = settled[: match.start()], settled[match.end() :]
            more = f"{start}{'more than' if start else 'More than'} {less} {end}"
            return world.text(settled), world.text(more)
    pair = _one_reworded(settled, settled, world, world)
    return pair if pair[0] != pair[1] else None


def _contradicted(settled: str, world: World) -> Pair | None:
    rng = world.rng
    if rng.random() < 0.4 and (denial := negated(settled)):
        return _one_reworded(settled, denial, world, world)
    if rng.random() < 0.4 and is_simple(settled) and (other := turned(settled, rng)):
        return _one_reworded(settled, other, world, world)
    keys = [key for key in keys_of(settled) if key in world.ranges]
    if is_simple(settled) and "including" not in settled:
        keys += _WHEN_OR_WHERE.findall(settled)
    changed = world.changed(rng.choice(keys)) if keys else None
    return _one_reworded(settled, settled, world, changed) if changed else None

"""Facts that can be stated, weakened, denied and asked about in several wordings each.

corpus/parts/pair_facts.jsonl, one fact a line: statements that say the `same`, `weaker` ones that
follow from it, those that go `against` it, the questions that it `asks` and answers, and the keys
whose other `values` cannot be true as well.
"""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from training.pairs.documents import ranges_of
from training.pairs.rewording import reworded, small
from training.pairs.world import Range, World
from training.passages.asked import parts

_LEADS = (
    "According to {person:71}, ", "It is known that ", "People say that ",
    "In the words of {person:71}, ", "A guide book says that ", "A newspaper reports that ",
    "As everyone here knows, ", "As far as we know, ", "Records show that ", "It is a fact that ",
    "I read that ",
    "On its website {organization:71} writes that ", "If I remember rightly, ",
)  # fmt: skip
_TAILS = (
    ", according to {person:71}.", ", as {first_name:71} told me.", ", which came as a surprise.",
    ", a newspaper in {city:71} reports.", ", and {first_name:71} has written about it.",
    ", as a visitor from {country:71} found out.", ", and that has not changed since {month:71}.",
)  # fmt: skip
REMARK = ":71"
"""The index of every slot in a remark."""


@dataclass(frozen=True, eq=False)
class Fact:
    """One line of the corpus."""

    about: str
    topic: str
    news: bool
    alone: bool
    values: Sequence[str]
    ranges: Mapping[str, Range]
    same: Sequence[str]
    weaker: Sequence[str]
    against: Sequence[str]
    asks: Sequence[str]


@cache
def facts() -> Sequence[Fact]:
    """Every fact of the corpus."""
    return tuple(
        Fact(
            line["about"], line["topic"], "news" in line, "alone" in line, line["values"],
            ranges_of(line["ranges"]), line["same"], line["weaker"], line["against"], line["asks"],
        )
        for line in parts("pair_facts")
    )  # fmt: skip


@cache
def _others(fact: Fact) -> Sequence[Fact]:
    if fact.alone:
        return tuple(other for other in facts() if other.about != fact.about)
    return tuple(
        other
        for other in facts()
        if other.about == fact.about and other.topic != fact.topic and not other.alone
    )


def another(fact: Fact, rng: random.Random) -> Fact:
    """A fact of the same kind of thing that has nothing to do with this one; of another kind where
    this one leaves hardly anything open."""
    close = [other for other in _others(fact) if other.news == fact.news]
    return rng.choice(close or _others(fact))


def settle(fact: Fact, texts: Sequence[str], world: World) -> str:
    """One of the fact's texts, settled in the world."""
    frame = world.rng.choice(texts)
    return world.settle(frame, fact.ranges)


def two_ways(fact: Fact, world: World) -> tuple[str, str]:
    """Two statements of the fact in different words, settled."""
    first, second = (world.settle(text, fact.ranges) for text in world.rng.sample(fact.same, 2))
    return first, reworded(second, world.rng)


def dressed(statement: str, world: World) -> str:
    """The settled statement as it may stand in a text: somebody says it, or something is added."""
    if world.rng.random() < 0.5:
        return world.settle(world.rng.choice(_LEADS)) + small(statement)
    return statement.removesuffix(".") + remark(world)


def lengthened(sentence: str, world: World) -> str:
    """The statement with a remark, or joined to a statement of somebody else's affairs."""
    kind = world.rng.random()
    if kind < 0.5:
        return world.text(dressed(sentence, world))
    beside = world.beside()
    fact = world.rng.choice(facts())
    other = settle(fact, fact.same, beside)
    if kind < 0.75:
        return f"{world.text(sentence).removesuffix('.')}, and {beside.part(small(other))}"
    return f"{beside.text(other).removesuffix('.')}, while {world.part(small(sentence))}"


def remark(world: World) -> str:
    """Something that may be added to any statement, settled."""
    return world.settle(world.rng.choice(_TAILS))


def denied(statement: str, rng: random.Random) -> str:
    """The statement said to be untrue."""
    start = rng.choice(("It is not true that", "It is wrong to say that", "It is untrue that"))
    return f"{start} {small(statement)}"

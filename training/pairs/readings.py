"""Sentences of the corpus as premises, and what follows, contradicts or is left open."""

import re

from training.lexicon import Split
from training.pairs.denial import is_simple, negated
from training.pairs.documents import Document, documents
from training.pairs.rewording import reworded, shortened, turned
from training.pairs.world import Pair, World, keys_of

_FEW = re.compile(
    r"(?<!than )(?<!least )(?<!most )\{(#\d+|[a-z])\} (?=people|jobs|homes|metres|km)"
)
_WHEN_OR_WHERE = re.compile(
    r"(?:on|early|late|in|near|outside|of|from|to|at|until|by) "
    r"\{((?:weekday|month|city|village|country|region|loc)(?::\d)?)\}"
)


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

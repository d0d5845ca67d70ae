"""Two sentences from the news that report the same thing, or nearly, or something else."""

import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache

from training.lexicon import Split, load_task_frames
from training.pairs.denial import negated
from training.pairs.documents import Document, documents
from training.pairs.facts import another, facts, settle, two_ways
from training.pairs.rewording import reworded, small, turned
from training.pairs.world import Pair, Range, World, keys_of

_SAID = (
    "police said", "officials said", "a newspaper reports", "a spokeswoman said",
    "{organization:81} said", "{person:81} said on {weekday:81}", "local media report",
    "it was announced",
)  # fmt: skip
_ADDS_MORE = re.compile(r", but | while |[.!?] |\"|\?")


@cache
def _retold(frames: Split) -> Sequence[tuple[str, str, Mapping[str, Range]]]:
    """Headline, first sentence and summary of a story, two at a time, where both name the same."""
    found = []
    told = {document.sentences[0]: document for document in documents(frames)}
    for frame in load_task_frames("news", frames):
        first = frame["body"][0]
        if first not in told:
            continue
        ranges = told[first].ranges
        texts = (frame["headline"], frame["summary"], re.sub(r"=int:[\d-]+", "", first))
        for one, other in ((0, 1), (0, 2), (1, 2)):
            pair = texts[one], texts[other]
            keys = set(keys_of(pair[0]))
            is_plain = not any(_ADDS_MORE.search(text) for text in pair)
            if len(keys) > 1 and keys == set(keys_of(pair[1])) and is_plain:
                found.append((*pair, ranges))
    return tuple(found)


def retold(label: str, frames: Split, world: World) -> Pair | None:
    """A story in brief, twice, or twice with one difference."""
    known = _retold(frames)
    if not known:
        return None
    first, second, ranges = world.rng.choice(known)
    texts = world.settle(first, ranges), world.settle(second, ranges)
    if label == "1":
        return world.text(texts[0]), world.text(texts[1])
    changed = world.changed(world.rng.choice(keys_of(texts[0])))
    return (world.text(texts[0]), changed.text(texts[1])) if changed else None


def events(label: str, _frames: Split, world: World) -> Pair | None:
    """An event in two wordings, or in one of them with another name, number or outcome."""
    rng = world.rng
    fact = rng.choice([f for f in facts() if f.news or rng.random() < 0.15])
    first, second = two_ways(fact, world)
    teller: World | None = world
    if label == "0":
        kind = rng.random()
        if kind < 0.5:
            teller = world.changed(rng.choice(keys_of(second)))
        elif kind < 0.8:
            second = settle(fact, fact.against, world)
        else:
            told = another(fact, rng)
            teller = world.keeping(fact.about)
            second = settle(told, told.same, teller)
    if teller is None:
        return None
    if rng.random() < 0.35 and teller is world:
        first, second = _both_said(first, second, world)
    return world.text(first), teller.text(second)


def _both_said(first: str, second: str, world: World) -> tuple[str, str]:
    """Both sentences with the same source, once before and once after."""
    source = world.settle(world.rng.choice(_SAID))
    start = source[:1].upper() + source[1:]
    texts = [f"{first.removesuffix('.')}, {source}.", f"{start} that {small(second)}"]
    if world.rng.random() < 0.5:
        texts = [f"{start} that {small(first)}", f"{second.removesuffix('.')}, {source}."]
    return texts[0], texts[1]


def sentences(label: str, frames: Split, world: World) -> Pair | None:
    """A sentence of the corpus and what became of it, or what stands near it."""
    rng = world.rng
    document = rng.choice(documents(frames))
    if document.kind == "plain":
        return None
    told = rng.choice(document.plain)
    settled = world.settle(told, document.ranges)
    if label == "1":
        other = reworded(settled, rng)
        return (world.text(settled), world.text(other)) if other != settled else None
    second, teller = _different(settled, told, document, world)
    if second is None or teller is None:
        return None
    return world.text(settled), teller.text(reworded(second, rng))


def _different(
    settled: str, told: str, document: Document, world: World
) -> tuple[str | None, World | None]:
    rng, kind = world.rng, world.rng.random()
    if kind < 0.25:
        return turned(settled, rng), world
    if kind < 0.35:
        return negated(settled), world
    if kind < 0.5:
        others = [text for text in document.plain if text != told]
        return (world.settle(rng.choice(others), document.ranges) if others else None), world
    keys = keys_of(settled)
    return settled, world.changed(rng.choice(keys)) if keys else None


SOURCES: Mapping[str, Callable[[str, Split, World], Pair | None]] = {
    "retold": retold,
    "events": events,
    "sentences": sentences,
}

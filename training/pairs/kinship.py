"""A sentence of the corpus beside what became of it or stands near it, and how alike they are."""

from training.lexicon import Split
from training.pairs.denial import negated
from training.pairs.documents import Document, documents
from training.pairs.rewording import reworded, shortened, turned
from training.pairs.world import Rated, World, keys_of

_SMALL_CHANGES = ("weekday", "month", "color", "#", "first_name", "last_name")


def sentences(world: World, frames: Split) -> Rated | None:
    """A sentence of the corpus and what became of it, or another sentence."""
    rng = world.rng
    document = rng.choice(documents(frames))
    told = rng.choice(document.plain)
    settled = world.settle(told, document.ranges)
    kind = rng.choice((_again, _with_one_change, _turned, _shortened, _beside, _elsewhere))
    return kind(settled, told, document, world, frames)


def _again(
    settled: str, _told: str, _document: Document, world: World, _frames: Split
) -> Rated | None:
    other = reworded(settled, world.rng)
    return (world.text(settled), world.text(other), 4.8) if other != settled else None


def _with_one_change(
    settled: str, _told: str, _document: Document, world: World, _frames: Split
) -> Rated | None:
    keys = keys_of(settled)
    if not keys:
        return None
    key = world.rng.choice(keys)
    changed = world.changed(key)
    if changed is None:
        return None
    score = 3.6 if key in world.ranges or key.startswith(_SMALL_CHANGES) else 3.2
    if len(keys) > 1 and world.rng.random() < 0.25:
        second = world.rng.choice([other for other in keys if other != key])
        changed, score = changed.changed(second) or changed, 2.6
    return world.text(settled), changed.text(reworded(settled, world.rng)), score


def _turned(
    settled: str, _told: str, _document: Document, world: World, _frames: Split
) -> Rated | None:
    other = negated(settled) if world.rng.random() < 0.5 else turned(settled, world.rng)
    if other is None:
        return None
    return world.text(settled), world.text(reworded(other, world.rng)), 2.4


def _shortened(
    settled: str, _told: str, _document: Document, world: World, _frames: Split
) -> Rated | None:
    short = shortened(settled)
    return (world.text(settled), world.text(short), 4.0) if short else None


def _beside(
    settled: str, told: str, document: Document, world: World, _frames: Split
) -> Rated | None:
    others = [text for text in document.plain if text != told]
    if not others or document.kind == "plain":
        return None
    other = world.settle(world.rng.choice(others), document.ranges)
    return world.text(settled), world.text(other), 1.4 if set(keys_of(other)) & set(
        keys_of(settled)
    ) else 1.0  # fmt: skip


def _elsewhere(
    settled: str, _told: str, document: Document, world: World, frames: Split
) -> Rated | None:
    beside = world.beside()
    other = world.rng.choice(documents(frames))
    if other.kind == document.kind and other.kind != "plain":
        return None
    text = beside.text(beside.settle(world.rng.choice(other.plain), other.ranges))
    return world.text(settled), text, 0.0

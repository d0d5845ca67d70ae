"""Two texts and how close in meaning they are, from 0 (nothing in common) to 5 (the same)."""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from training.lexicon import Split, load_task_frames
from training.pairs.apart import strange
from training.pairs.captioned import clashing, following, open_to
from training.pairs.captions import scene
from training.pairs.facts import another, facts, settle, two_ways
from training.pairs.kinship import sentences
from training.pairs.questions import asked, families
from training.pairs.words import rated
from training.pairs.world import Rated, World, keys_of


def captions(world: World, _frames: Split) -> Rated | None:
    """Two scenes."""
    rng = world.rng
    relation = rng.choice((following, clashing, open_to, strange))
    pair = relation(scene(rng, world.draw.split == "heldout"), rng)
    if pair.score is None:
        return None
    return world.say(pair.first), world.say(pair.second), pair.score


def statements(world: World, _frames: Split) -> Rated | None:
    """Two statements of fact."""
    rng = world.rng
    fact = rng.choice(facts())
    first, second = two_ways(fact, world)
    kind = rng.randrange(6)
    if kind == 0:
        return world.text(first), world.text(second), 4.8
    if kind == 1:
        changed = world.changed(rng.choice(keys_of(second)))
        return (world.text(first), changed.text(second), 3.2) if changed else None
    if kind == 2:
        return world.text(first), world.text(settle(fact, fact.against, world)), 2.2
    if kind == 3:
        other = world.keeping(fact.about)
        told = another(fact, rng)
        return world.text(first), other.text(settle(told, told.same, other)), 1.2
    beside = world.beside()
    if kind == 4:
        return world.text(first), beside.text(settle(fact, fact.same, beside)), 2.0
    told = rng.choice([other for other in facts() if other.about != fact.about])
    return world.text(first), beside.text(settle(told, told.same, beside)), 0.2


def questions(world: World, _frames: Split) -> Rated:
    """Two questions."""
    rng = world.rng
    family = rng.choice(families())
    first, second = rng.sample(family.same, 2)
    kind, score = rng.random(), 4.8
    if kind > 0.4:
        second, score = rng.choice(family.other), 1.8
    ranges = family.ranges
    if kind > 0.8:
        stranger = rng.choice(families())
        second, score, ranges = rng.choice(stranger.same), 0.2, stranger.ranges
    one = world.settle(asked(first, rng), family.ranges)
    teller = world.beside() if kind > 0.8 else world
    return world.text(one), teller.text(teller.settle(asked(second, rng), ranges)), score


@cache
def _places(frames: Split) -> Mapping[tuple[frozenset[str], object], tuple[Any, ...]]:
    groups: dict[tuple[frozenset[str], object], list[Any]] = {}
    for frame in load_task_frames("e2e_nlg", frames):
        key = (frozenset(frame["attributes"]), frame.get("familyFriendly"))
        groups.setdefault(key, []).append(frame)
    return {key: tuple(group) for key, group in groups.items() if len(group) > 1}


def eating_places(world: World, frames: Split) -> Rated | None:
    """Two texts that state the same facts about a restaurant, or all but one."""
    rng = world.rng
    groups = _places(frames)
    if not groups:
        return None
    key = rng.choice(sorted(groups, key=str))
    world.draw.memory["food"] = world.draw.slot("cuisine")
    first, second = (world.settle(frame["text"]) for frame in rng.sample(groups[key], 2))
    if rng.random() < 0.5:
        return world.text(first), world.text(second), 4.8
    changing = [attribute for attribute in keys_of(second) if attribute != "food"]
    changed = world.changed(rng.choice(changing)) if changing else None
    return (world.text(first), changed.text(second), 3.2) if changed else None


def words(world: World, _frames: Split) -> Rated:
    """Two sentences that differ in a word."""
    return rated(world)


SOURCES: Mapping[str, Callable[[World, Split], Rated | None]] = {
    "captions": captions,
    "statements": statements,
    "sentences": sentences,
    "questions": questions,
    "eating_places": eating_places,
    "words": words,
}

"""Two questions put to a forum: would one answer serve both."""

from collections.abc import Mapping

from training.frames import Draw
from training.lexicon import Split
from training.pairs.questions import asked, dressed, families, typed
from training.pairs.world import Pair, World, keys_of, make_pair
from training.tasks.labelled import frames_by_label
from training.tasks.sample import Sample

_WEIGHTS: Mapping[Split, Mapping[str, float]] = {
    "train": {"known": 4.0, "families": 6.0},
    "heldout": {"known": 1.0},
}
_DRESSED_SHARE = 0.08


def make(draw: Draw, frames: Split) -> Sample:
    """Fields question1 and question2; the answer is 1 or 0."""
    rng = draw.rng
    label = rng.choice(("1", "0"))
    weights = _WEIGHTS[frames]

    def attempt(world: World) -> Pair | None:
        source = rng.choices(list(weights), list(weights.values()))[0]
        return (_known if source == "known" else _families)(label, frames, world)

    pair = list(make_pair(draw, attempt))
    rng.shuffle(pair)
    if draw.split == "train":
        pair = [typed(text, rng) for text in pair]
    return Sample({"question1": pair[0], "question2": pair[1]}, label)


def _known(label: str, frames: Split, world: World) -> Pair | None:
    """A frame of the task, or one that asks the same about somebody or something else."""
    rng = world.rng
    is_changed = label == "0" and rng.random() < 0.25
    frame = rng.choice(frames_by_label("glue_qqp", frames)["1" if is_changed else label])
    first, second = world.settle(frame["question1"]), world.settle(frame["question2"])
    teller: World | None = world
    if is_changed:
        shared = [key for key in keys_of(first) if key in keys_of(second)]
        teller = world.changed(rng.choice(shared)) if shared else None
    return _told(first, second, world, teller) if teller else None


def _families(label: str, _frames: Split, world: World) -> Pair | None:
    """Two questions of one family; one and another that is close to it, or of something else."""
    rng = world.rng
    family = rng.choice(families())
    first, second = rng.sample(family.same, 2) if rng.random() < 0.8 else [family.same[0]] * 2
    kind = rng.random() if label == "0" else 1.0
    if kind < 0.65:
        second = rng.choice(family.other)
    one = asked(first, rng)
    # With the same beginning as often where they differ, so that it tells nothing.
    is_alike = first[-1] not in ".?" and second[-1] not in ".?" and rng.random() < 0.4
    other = one.replace(first, second) if is_alike else asked(second, rng)
    settled = world.settle(one, family.ranges), world.settle(other, family.ranges)
    if label == "1" or kind < 0.65:
        return _told(*settled, world, world) if settled[0] != settled[1] else None
    keys = keys_of(settled[1])
    changed = world.changed(rng.choice(keys)) if keys else None
    return _told(*settled, world, changed) if changed else None


def _told(first: str, second: str, world: World, teller: World) -> Pair:
    rng = world.rng
    if world.draw.split == "train" and rng.random() < _DRESSED_SHARE:
        first = world.settle(dressed(first, rng))
    return world.text(first), teller.text(second)

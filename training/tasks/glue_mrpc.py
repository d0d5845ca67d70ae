"""Two sentences from the news: do they report the same thing in other words."""

from collections.abc import Mapping

from training.frames import Draw
from training.lexicon import Split
from training.pairs.reports import SOURCES
from training.pairs.rewording import reworded
from training.pairs.world import Pair, World, keys_of, make_pair
from training.tasks.labelled import frames_by_label
from training.tasks.sample import Sample

_WEIGHTS: Mapping[Split, Mapping[str, float]] = {
    "train": {"known": 3.5, "events": 3.0, "sentences": 2.5, "retold": 1.0},
    "heldout": {"known": 2.5, "sentences": 1.5, "retold": 0.5},
}


def make(draw: Draw, frames: Split) -> Sample:
    """Fields sentence1 and sentence2; the answer is 1 or 0."""
    rng = draw.rng
    label = rng.choice(("1", "0"))
    weights = _WEIGHTS[frames]

    def attempt(world: World) -> Pair | None:
        source = rng.choices(list(weights), list(weights.values()))[0]
        made = _known if source == "known" else SOURCES[source]
        return made(label, frames, world)

    pair = list(make_pair(draw, attempt))
    rng.shuffle(pair)
    if draw.split == "train":
        pair = [_as_printed(text, draw) for text in pair]
    return Sample({"sentence1": pair[0], "sentence2": pair[1]}, label)


def _known(label: str, frames: Split, world: World) -> Pair | None:
    """A frame of the task, or one that says the same but for a single name or number."""
    rng = world.rng
    is_changed = label == "0" and rng.random() < 0.35
    frame = rng.choice(frames_by_label("glue_mrpc", frames)["1" if is_changed else label])
    first, second = world.settle(frame["sentence1"]), world.settle(frame["sentence2"])
    if world.draw.split == "train" and rng.random() < 0.6:
        first, second = reworded(first, rng), reworded(second, rng)
    if not is_changed:
        return world.text(first), world.text(second)
    shared = [key for key in keys_of(first) if key in keys_of(second)]
    changed = world.changed(rng.choice(shared)) if shared else None
    return (world.text(first), changed.text(second)) if changed else None


def _as_printed(text: str, draw: Draw) -> str:
    """Now and then in small letters, or without its last full stop."""
    if draw.rng.random() < 0.03:
        text = text.lower()
    return text.removesuffix(".") if draw.rng.random() < 0.05 else text

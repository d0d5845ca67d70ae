"""Two statements: does the second follow from the first, contradict it, or neither."""

from collections.abc import Callable, Mapping

from training.frames import Draw
from training.lexicon import Split
from training.pairs.answers import stems
from training.pairs.apart import nobody
from training.pairs.captioned import RELATIONS
from training.pairs.captions import scene
from training.pairs.denial import negated
from training.pairs.documents import ranges_in
from training.pairs.facts import denied
from training.pairs.inference import stated
from training.pairs.readings import documented
from training.pairs.rewording import reworded
from training.pairs.words import inferred
from training.pairs.world import Pair, World, make_pair
from training.tasks.labelled import frames_by_label
from training.tasks.sample import Sample

LABELS = ("entailment", "neutral", "contradiction")
_SOURCES: Mapping[Split, Mapping[str, float]] = {
    "train": {"known": 3.8, "captions": 1.7, "facts": 2.4, "documents": 1.7, "words": 0.7},
    "heldout": {"known": 1.0, "documents": 1.5},
}
_STRANGER_SHARE = 0.35
_ASSERTED_SHARE = 0.25
_Maker = Callable[[str, Split, World], Pair | None]


def make(draw: Draw, frames: Split) -> Sample:
    """Fields premise and hypothesis; the answer is the label."""
    label = draw.rng.choice(LABELS)
    weights = _SOURCES[frames]

    def attempt(world: World) -> Pair | None:
        source = draw.rng.choices(list(weights), list(weights.values()))[0]
        return _MAKERS[source](label, frames, world)

    premise, hypothesis = make_pair(draw, attempt)
    if draw.split == "train":
        premise, hypothesis = _as_written(premise, draw), _as_written(hypothesis, draw)
    return Sample({"premise": premise, "hypothesis": hypothesis}, label)


def _known(label: str, frames: Split, world: World) -> Pair | None:
    """A frame of the task; in training also in other words, and beside another statement."""
    rng = world.rng
    if label == "neutral" and rng.random() < _STRANGER_SHARE:
        return _strangers(frames, world)
    if label != "neutral" and rng.random() < _ASSERTED_SHARE:
        return _asserted(label, frames, world)
    frame = rng.choice(frames_by_label("glue_mnli", frames)[label])
    texts = [world.settle(frame["premise"]), world.settle(frame["hypothesis"])]
    if world.draw.split == "train" and rng.random() < 0.5:
        texts = [reworded(text, rng) for text in texts]
    # What one statement rules out rules that statement out.
    if label == "contradiction" and rng.random() < 0.3:
        texts.reverse()
    premise, hypothesis = (world.text(text) for text in texts)
    if world.draw.split == "train" and rng.random() < (0.2 if world.draw.memory else 0.6):
        other = rng.choice(frames_by_label("glue_mnli", frames)[rng.choice(LABELS)])
        if other["premise"] != frame["premise"] and '"' not in other["premise"]:
            premise = _together(premise, world.beside().say(other["premise"]), world)
    return premise, hypothesis


def _strangers(frames: Split, world: World) -> Pair | None:
    """A premise and another frame's hypothesis: without these, the second alone would tell."""
    rng, known = world.rng, frames_by_label("glue_mnli", frames)
    one, other = rng.choice(known[rng.choice(LABELS)]), rng.choice(known[rng.choice(LABELS)])
    if stems(one["premise"]) & stems(other["hypothesis"] + other["premise"]):
        return None
    beside = world.beside() if rng.random() < 0.5 else world
    hypothesis = beside.settle(other["hypothesis"], ranges_in(other["premise"]))
    return world.say(one["premise"]), beside.text(hypothesis)


def _asserted(label: str, frames: Split, world: World) -> Pair | None:
    """Any frame's hypothesis, which the premise states among other things, or denies."""
    rng, known = world.rng, frames_by_label("glue_mnli", frames)
    one, other = rng.choice(known[rng.choice(LABELS)]), rng.choice(known[rng.choice(LABELS)])
    told = world.settle(one["hypothesis"], ranges_in(one["premise"]))
    again = reworded(told, rng) if world.draw.split == "train" else told
    if other == one or told[-1] != ".":
        return None
    if label == "contradiction":
        told = negated(told) or denied(told, rng) if rng.random() < 0.7 else denied(told, rng)
    premise = _together(world.text(told), world.beside().say(other["premise"]), world)
    return premise, world.text(again)


def _together(one: str, other: str, world: World) -> str:
    """Two statements in any order, each with a mark at its end."""
    texts = [text if text[-1] in ".!?" else f"{text}." for text in (one, other)]
    world.rng.shuffle(texts)
    return " ".join(texts)


def _captions(label: str, _frames: Split, world: World) -> Pair:
    must_name = world.draw.split == "heldout"
    one = scene(world.rng, must_name)
    if not must_name and world.rng.random() < 0.15:
        pair = nobody(one, label, world.rng)
    else:
        pair = RELATIONS[label](one, world.rng)
    return world.say(pair.first), world.say(pair.second)


def _facts(label: str, _frames: Split, world: World) -> Pair | None:
    return stated(label, world)


def _words(label: str, _frames: Split, world: World) -> Pair:
    return inferred(label, world)


def _documents(label: str, frames: Split, world: World) -> Pair | None:
    return documented(label, frames, world)


_MAKERS: Mapping[str, _Maker] = {
    "known": _known,
    "captions": _captions,
    "facts": _facts,
    "documents": _documents,
    "words": _words,
}


def _as_written(text: str, draw: Draw) -> str:
    """Now and then in small letters, or without the last full stop."""
    if draw.rng.random() < 0.04:
        text = text.lower()
    return text.removesuffix(".") if draw.rng.random() < 0.04 else text

"""A question and a sentence: does the sentence hold the answer."""

import re
from collections.abc import Callable, Mapping

from training.frames import Draw
from training.lexicon import Split
from training.pairs.answers import (
    Asked,
    answered_entries,
    cannot_answer,
    other_entries,
    passages,
    stems,
)
from training.pairs.facts import another, dressed, facts, lengthened, settle
from training.pairs.questions import dressed as forum_style
from training.pairs.rewording import reworded
from training.pairs.world import Pair, World, keys_of, make_pair
from training.tasks.labelled import frames_by_label
from training.tasks.sample import Sample

_SOURCES: Mapping[Split, Mapping[str, float]] = {
    "train": {"known": 4.0, "facts": 3.5, "passages": 1.5, "entries": 1.0},
    "heldout": {"known": 3.0, "passages": 1.0},
}
_TRIES = 40
_NUMBER = re.compile(r"\{[a-z]\}")
"""A number that a sentence's own question names: beside another question it is nobody's."""


def make(draw: Draw, frames: Split) -> Sample:
    """Fields question and sentence; the answer is 1 or 0."""
    label = draw.rng.choice(("1", "0"))
    weights = _SOURCES[frames]

    def attempt(world: World) -> Pair | None:
        source = draw.rng.choices(list(weights), list(weights.values()))[0]
        return _MAKERS[source](label, frames, world)

    question, sentence = make_pair(draw, attempt)
    if draw.split == "train":
        question, sentence = _as_typed(question, draw), _as_typed(sentence, draw)
    return Sample({"question": question, "sentence": sentence}, label)


def _known(label: str, frames: Split, world: World) -> Pair | None:
    """A frame of the task, or a question and another frame's sentence on the same subject."""
    rng, known = world.rng, frames_by_label("glue_qnli", frames)
    frame = rng.choice(known[label])
    question, sentence = frame["question"], frame["sentence"]
    kind = rng.random() if label == "0" else 1.0
    if kind < 0.25:
        sentence = _elsewhere(question, frames, world) or sentence
    elif kind < 0.65:
        question, sentence = _strangers(frames, world)
    asked, told = world.settle(question), world.settle(sentence)
    if world.draw.split == "train":
        told = reworded(told, rng)
        if rng.random() < 0.1 and "." not in told[:-1]:
            told = dressed(told, world)
        if rng.random() < 0.1:
            asked = forum_style(asked, rng)
    return world.say(asked), world.text(told)


def _strangers(frames: Split, world: World) -> Pair:
    """A question and a sentence that answers another: its words alone must not tell the label."""
    known = frames_by_label("glue_qnli", frames)
    while True:
        asked, told = (world.rng.choice(known["1"]) for _ in range(2))
        question, sentence = asked["question"], told["sentence"]
        if not _NUMBER.search(sentence) and not stems(question) & (
            stems(sentence) | stems(told["question"])
        ):
            return question, sentence


def _elsewhere(question: str, frames: Split, world: World) -> str | None:
    """A sentence about the question's subject that lacks what the question asks for."""
    subject = set(keys_of(question))
    for _ in range(_TRIES):
        found = world.rng.choice(frames_by_label("glue_qnli", frames)[world.rng.choice("10")])
        names_all = not _NUMBER.search(found["sentence"])
        shares = names_all and subject and subject <= set(keys_of(found["sentence"]))
        if shares and found["question"] != question and cannot_answer(question, found["sentence"]):
            return str(found["sentence"])
    return None


def _facts(label: str, _frames: Split, world: World) -> Pair:
    """A fact asked about, beside a statement of it, of another fact, or of somebody else's."""
    rng = world.rng
    fact = rng.choice([fact for fact in facts() if fact.asks])
    question = world.text(settle(fact, fact.asks, world))
    teller, told = world, fact
    if label == "0":
        other = rng.random()
        if other < 0.25:
            teller = world.beside()
        else:
            told = another(fact, rng)
            teller = world if other < 0.6 else world.keeping(fact.about)
    sentence = reworded(settle(told, told.same, teller), rng)
    return question, lengthened(sentence, teller) if rng.random() < 0.35 else teller.text(sentence)


def _passages(label: str, frames: Split, world: World) -> Pair:
    return _ask(passages(frames, True), passages(frames, False), label, world)


def _entries(label: str, frames: Split, world: World) -> Pair:
    return _ask(answered_entries(frames), other_entries(frames), label, world)


def _ask(
    answered: tuple[Asked, ...], unanswered: tuple[Asked, ...], label: str, world: World
) -> Pair:
    """A question with its answer; or with another sentence near it, or the answer to another."""
    rng = world.rng
    chosen = rng.choice(answered if label == "1" else unanswered)
    teller, sentence, ranges = world, chosen.sentence, chosen.ranges
    if label == "0" and rng.random() < 0.5:
        stranger = rng.choice(answered)
        if not stems(chosen.question) & stems(stranger.question + stranger.sentence):
            teller, sentence, ranges = world.beside(), stranger.sentence, stranger.ranges
    question = world.text(world.settle(chosen.question, chosen.ranges))
    return question, teller.text(reworded(teller.settle(sentence, ranges), rng))


_MAKERS: Mapping[str, Callable[[str, Split, World], Pair | None]] = {
    "known": _known,
    "facts": _facts,
    "passages": _passages,
    "entries": _entries,
}


def _as_typed(text: str, draw: Draw) -> str:
    """Now and then in small letters, or without its last mark."""
    if draw.rng.random() < 0.05:
        text = text.lower()
    return text.rstrip("?.") if draw.rng.random() < 0.06 else text

"""Inference: what is denied, narrowed or left open follows from nothing it should not."""

import random
import re
from collections import Counter

import pytest

from training.frames import Draw
from training.pairs.apart import nobody
from training.pairs.captioned import open_to
from training.pairs.captions import scene
from training.pairs.denial import negated
from training.pairs.facts import another, facts
from training.pairs.words import inferred
from training.pairs.world import World
from training.passages.asked import parts
from training.tasks import load


def test_a_denial_may_stand_under_every_label() -> None:
    """Catches a "not" or "nobody" in the second statement that alone tells the label."""
    seen: Counter[str] = Counter()
    for example in load("glue_mnli").examples("train", 0, 1500):
        if re.search(r"\b(?:not|nobody|no|never)\b", example.fields["hypothesis"].lower()):
            seen[example.answer] += 1
    assert min(seen[label] for label in ("entailment", "neutral", "contradiction")) > 40


@pytest.mark.parametrize("label", ["entailment", "neutral", "contradiction"])
def test_a_denied_kind_denies_the_narrower_word_and_not_the_reverse(label: str) -> None:
    """Catches "no violin" taken to follow from nothing, or "no instrument" from "no violin"."""
    wider = {line["word"]: set(line["wider"]) for line in parts("pair_words")}
    for seed in range(300):
        first, second = inferred(label, World(Draw(random.Random(seed), "train")))
        denies = re.compile(r"\b(?:not|no|nobody)\b", re.IGNORECASE)
        if not (denies.search(first) and denies.search(second)):
            continue
        narrow = {word for word in wider if re.search(rf"\b{word}\b", second)}
        said = {word for word in narrow if any(w in first for w in wider[word])}
        assert bool(said) == (label == "entailment"), (first, second)


def test_quantified_and_linked_sentences_are_not_denied_by_a_single_not() -> None:
    """Catches "all lamps are not broken", which does not contradict "all lamps are broken"."""
    assert negated("The bakery in {city} is closed.") == "The bakery in {city} is not closed."
    assert negated("{person} sold the house.") == "{person} did not sell the house."
    for text in (
        "All of the lamps are broken.", "The man who is tired sleeps.", "There were {n} of them.",
        "Some of the boats were sold.", "It was cold, and they were ill.",
    ):  # fmt: skip
        assert negated(text) is None


def test_what_a_wider_caption_leaves_open_is_not_claimed() -> None:
    """Catches a neutral caption that says no more than its premise."""
    rng = random.Random(3)
    for _ in range(300):
        one = scene(rng)
        pair = open_to(one, rng)
        assert pair.first != pair.second
        assert nobody(one, "entailment", rng).first.startswith("Nobody")


def test_facts_of_the_same_topic_are_not_left_open() -> None:
    """Catches "retired" beside "works as a nurse" as neutral."""
    rng = random.Random(1)
    for fact in facts():
        for _ in range(20):
            other = another(fact, rng)
            assert (other.about, other.topic) != (fact.about, fact.topic)
            assert fact.alone or other.about == fact.about
            assert fact.alone or not other.alone

"""Reports: equal ones speak of the same world, different ones of one that differs in one thing."""

import random
import re

from training.frames import Draw
from training.pairs.documents import documents
from training.pairs.reports import SOURCES
from training.pairs.rewording import moved, reworded, shortened, turned
from training.pairs.world import World, keys_of


def test_other_words_keep_every_name_and_number() -> None:
    """Catches a rule that drops, doubles or invents a slot."""
    rng = random.Random(0)
    for document in documents("train"):
        for sentence in document.plain:
            settled = World(Draw(rng, "train")).settle(sentence, document.ranges)
            other = turned(settled, rng) or settled
            for text in (reworded(settled, rng), other):
                assert sorted(keys_of(text)) == sorted(keys_of(settled)), (settled, text)
            assert set(keys_of(shortened(settled) or "")) <= set(keys_of(settled))


def test_a_time_moves_whole() -> None:
    """Catches "October 2010 cars were banned on 24." for "On 24 October 2010 ..."."""
    rng = random.Random(0)
    text = "On {#0} {month} {#1} cars were banned from {street_or_area}."
    assert moved(text, rng) == text
    assert moved("The council met on {weekday}.", rng).startswith("On {weekday}")
    assert moved("They said that it rained on {weekday}.", rng).startswith("They said")


def test_the_same_event_has_the_same_numbers() -> None:
    """Catches two worlds in a pair that is to mean the same."""
    for name in ("events", "retold", "sentences"):
        for seed in range(200):
            world = World(Draw(random.Random(f"{name}{seed}"), "train"))
            pair = SOURCES[name]("1", "train", world)
            if pair is not None:
                first, second = (sorted(re.findall(r"\d+", text)) for text in pair)
                assert set(first) ^ set(second) <= {"12", "2"}, pair


def test_a_changed_world_differs_in_one_filler() -> None:
    """Catches a second name that changed beside the one that was to, and one that did not."""
    for seed in range(200):
        world = World(Draw(random.Random(seed), "train"))
        settled = world.settle("{person} of {city} sold {n=int:2-90} {things} to {person:2}.")
        for key in keys_of(settled):
            other = world.changed(key)
            assert other is not None
            before, after = world.draw.memory, other.draw.memory
            assert {k for k in keys_of(settled) if before[k] != after[k]} == {key}
            beside = world.beside()
            assert beside.text(beside.settle("{city}")) != world.text("{city}")

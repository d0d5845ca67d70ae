"""Slips and gaps: what is done to training texts must not invent words or touch held-out ones."""

import random

from training.lexicon import load_frames, load_task_frames
from training.noise import gaps, slip
from training.tasks import load
from training.words import words_of


def test_gaps_only_leave_words_out() -> None:
    """Catches a gap that reorders or empties a text."""
    text = "one two three four five six seven eight nine ten"
    made = [gaps(text, random.Random(seed)) for seed in range(400)]
    shares = [len(one.split()) / 10 for one in made]
    assert 0.3 < sum(one == text for one in made) / len(made) < 0.75
    assert 0.85 < sum(shares) / len(shares) < 0.97
    for one in made:
        words = iter(text.split())
        assert all(word in words for word in one.split())
        assert one
    assert gaps("one", random.Random(1)) == "one"


def test_a_slip_changes_one_word_and_no_name() -> None:
    """Catches a slip in a name: the name could then not be copied."""
    text = "Anna lost her umbrella in Oslo"
    for seed in range(100):
        slipped = slip(text, random.Random(seed)).split()
        changed = [a for a, b in zip(text.split(), slipped, strict=True) if a != b]
        assert len(changed) <= 1
        assert set(changed) <= {"umbrella", "lost"}
    assert slip("NHS", random.Random(0)) == "NHS"


def test_later_frames_are_for_training_alone() -> None:
    """Catches later frames among the held-out ones, and ones that repeat a held-out frame."""
    for task in ("covid", "dbpedia"):
        held_out = load_task_frames(task, "heldout")
        assert held_out == load_frames(task, "heldout")
        added = load_task_frames(task, "train")[len(load_frames(task, "train")) :]
        assert len(added) > 300
        texts = {words_of(frame["text"]) for frame in held_out}
        assert texts.isdisjoint(words_of(frame["text"]) for frame in added)


def test_held_out_examples_have_no_gaps() -> None:
    """Catches noise in the examples that scores rest on: their words are the frame's own."""
    contents = [e.fields["content"] for e in load("dbpedia").examples("heldout", 0, 60)]
    ends = [text.rstrip('"')[-1] for text in contents]
    assert sum(end in ".!?)" for end in ends) == len(ends)

"""Scenes with four endings: one is right, and neither length nor shared words give it away."""

import random
import re

import pytest

from training.frames import Draw
from training.scenes.grammar import form_of, stems
from training.scenes.retelling import retold
from training.scenes.scene import choose, known
from training.tasks import load


def _endings(shown: str) -> list[str]:
    return re.split(r"(?:^| )[0-3]: ", shown)[1:]


def test_endings_are_four_in_the_cards_form() -> None:
    """Catches a missing or doubled ending, and a capital that only some endings have."""
    for example in load("hellaswag").examples("train", 0, 500):
        endings = _endings(example.fields["endings"])
        assert len(set(endings)) == 4
        assert not any(ending[0].isupper() for ending in endings)
        assert example.answer in "0123"


def test_length_does_not_tell_the_right_ending() -> None:
    """Catches right endings that are mostly the longest or the shortest."""
    places = [0, 0, 0, 0]
    for seed in range(2000):
        scene = choose(random.Random(seed), "train")
        places[sum(len(wrong) < len(scene.ending) for wrong in scene.wrong)] += 1
    assert min(places) > 400
    assert max(places) < 600


def test_words_shared_with_the_beginning_do_not_tell_it_either() -> None:
    """Catches wrong endings that all repeat the beginning's words, the right one alone none."""
    hits = 0.0
    for seed in range(2000):
        scene = choose(random.Random(seed), "train")
        about = stems(scene.context)
        shared = [len(stems(text) & about) for text in (scene.ending, *scene.wrong)]
        hits += (shared[0] == min(shared)) / shared.count(min(shared))
    assert hits / 2000 < 0.4


@pytest.mark.parametrize(
    ("endings", "form"),
    [
        (("pours the tea.", "plants the pot."), "does"),
        (("rinse it well.", "eat the post."), "do"),
        (("took the dry clothes down.", "washed the line."), "did"),
        (("the doors slide shut.", "everyone sings."), "it does"),
        (("a pair of boots.", "an ice cube."), "a thing"),
    ],
)
def test_an_ending_from_another_scene_must_have_the_same_form(
    endings: tuple[str, ...], form: str
) -> None:
    """Catches `she pour the tea`: broken grammar would tell the wrong ending."""
    assert form_of(endings) == form


def test_a_retold_scene_keeps_its_endings_and_agrees_with_them() -> None:
    """Catches a woman who goes on as `he`, and a word changed in the beginning alone."""
    for seed in range(1500):
        rng = random.Random(seed)
        scene = retold(choose(rng, "train"), rng, named=False).filled(Draw(rng, "train"))
        assert "{" not in scene.context + scene.ending
        assert not re.search(r"\b(aunt|mother|girl|sister)\b.* (?:Then|Next,) he$", scene.context)
        assert not re.search(r"\b(\w+) \1\b(?<!that that)", scene.context), scene.context


def test_a_held_out_scene_names_somebody_or_a_place() -> None:
    """Catches held-out scenes that training may have read word for word."""
    made = load("hellaswag").stream("heldout", 0)
    assert all(next(made).entities for _ in range(200))
    assert not set(known("heldout")) & set(known("train"))

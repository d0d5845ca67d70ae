"""Texts with marked names: the answer is what stands in the text, whatever was done to it."""

import json
import random
import re

import pytest

from training.frames import Draw
from training.tasks import load
from training.tasks.entity_text import marked, natural, plant, sampled, tokenised, typed


def _told(frame: str, *names: str) -> str:
    """The frame with these names in its slots, in order; all of the first kind."""
    rest = iter(names)
    draw = Draw(random.Random(0), "train")
    return plant(frame, draw, lambda _slot: marked(next(rest), 0))


def _read(text: str) -> tuple[str, list[str]]:
    draw = Draw(random.Random(0), "train")
    sample = sampled("input", text, ("kind", "other"), draw, 500)
    assert sample is not None
    return sample.fields["input"], json.loads(sample.answer)["kind"]


@pytest.mark.parametrize(
    ("frame", "name", "text", "entity"),
    [
        ("{org} met.", "the Red Cross", "The Red Cross met.", "Red Cross"),
        ("The {org} met.", "the Red Cross", "The Red Cross met.", "Red Cross"),
        ("In southern {loc} .", "the Azores", "In southern Azores .", "Azores"),
        ("Ex-{org} boss", "the Old Bank", "Ex-Old Bank boss", "Old Bank"),
        ("a {misc} wool trader", "Irish", "an Irish wool trader", "Irish"),
        ("A {misc} wool trader", "Ukrainian", "A Ukrainian wool trader", "Ukrainian"),
    ],
)
def test_articles_fit_and_stand_outside_of_the_name(
    frame: str, name: str, text: str, entity: str
) -> None:
    """Catches "the the", "southern the Azores" and "a Irish", and answers that hold an article."""
    told = _read(_told(frame, name))
    assert told[0].lower() == text.lower()
    assert told[1] == [entity]


def test_a_name_is_listed_once_as_it_stands_first() -> None:
    """Catches an answer that counts mentions, or that corrects the text's capitals."""
    text = f"{marked('Aspirin', 0)} helps, {marked('aspirin', 0)} harms."
    assert _read(text) == ("Aspirin helps, aspirin harms.", ["Aspirin"])


def test_spaces_around_punctuation_leave_names_whole() -> None:
    """Catches a name that is cut at its own apostrophe, point or bracket."""
    names = ("O'Neil & Co.", "benzo[a]pyrene", "St. Oake")
    text = tokenised(_told('{a}\'s men, "{b} (old)", saw {c}.', *names))
    assert _read(text) == (
        "O'Neil & Co. 's men , \" benzo[a]pyrene ( old ) \" , saw St. Oake .",
        list(names),
    )
    assert _read(natural(text))[0] == "O'Neil & Co.'s men, \"benzo[a]pyrene (old)\", saw St. Oake."


def test_gaps_never_join_two_names() -> None:
    """Catches "Anna Voss Tom Reed", in which nobody could say where a name ends."""
    told = _told("{a} and {b} or {c}", "Voss", "Reed", "Lind")
    for seed in range(300):
        text = _read(typed(told, Draw(random.Random(seed), "train"), 0.0))[0]
        assert re.fullmatch(r"voss \w+ reed \w+ lind", text.lower()), text


def test_one_name_of_two_kinds_is_refused() -> None:
    """Catches texts whose answer is a guess."""
    text = f"{marked('Avila', 0)} left {marked('Avila', 1)}"
    draw = Draw(random.Random(0), "train")
    assert sampled("input", text, ("person", "location"), draw, 99) is None


@pytest.mark.parametrize("task", ["conllpp", "bc5cdr"])
def test_every_entity_stands_in_its_text_and_in_order(task: str) -> None:
    """Catches spans that a change of the text left behind, and private marks left in it."""
    for split in ("train", "heldout"):
        for example in load(task).examples(split, 5, 300):
            (text,) = example.fields.values()
            assert not re.search("[\ue000-\uf8ff{}]", text)
            for names in json.loads(example.answer).values():
                at = 0
                for name in names:
                    # A last name may stand inside the full name before it.
                    at = text.find(name, at)
                    assert at >= 0, f"{name!r} in {text!r}"


def test_a_refused_text_leaves_nothing_behind() -> None:
    """Catches a held-out name that stands in the second try and is noted as drawn in the first."""
    draw = Draw(random.Random(0), "heldout")
    draw.slot("city:1")
    assert sampled("input", "Nobody is named here.", ("person",), draw, 99) is None
    assert (draw.memory, draw.entities) == ({}, set())


@pytest.mark.parametrize("task", ["conllpp", "bc5cdr"])
def test_some_texts_name_nothing(task: str) -> None:
    """Catches a generator from which a model learns that there is always something to list."""
    answers = [json.loads(e.answer) for e in load(task).examples("train", 2, 1000)]
    empty = sum(not any(names.values()) for names in answers)
    assert 40 < empty < 140

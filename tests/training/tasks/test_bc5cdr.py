"""Drugs and diseases in abstracts: abbreviations, repeated names, and where a name begins."""

import json
import random
import re

import pytest

from training.frames import Draw
from training.tasks import load
from training.tasks.bc5cdr_names import Pharmacy, abbreviation


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("acute renal failure", "ARF"),
        ("cisplatin", "CSP"),
        ("5-fluorouracil", "5-FLR"),
        ("KX-4821", None),
        ("DDT", None),
    ],
)
def test_abbreviations_are_such_as_abstracts_have(name: str, short: str | None) -> None:
    """Catches abbreviations of what is one already, and those that lose a leading number."""
    assert abbreviation(name) == short


def test_a_name_in_brackets_shortens_the_one_before_it() -> None:
    """Catches "nephritis (gout)", which would teach that brackets hold anything."""
    for seed in range(100):
        text = Pharmacy(Draw(random.Random(seed), "train")).tell("{disease} ({disease:2}) is rare.")
        name, *short = re.findall("\ue001([^\ue0ff]*)", text)
        expected = abbreviation(name[:1].lower() + name[1:])
        assert [s.upper() for s in short] == ([expected] if expected else [])


def test_acute_and_chronic_belong_to_the_name_and_severe_does_not() -> None:
    """Catches two rules for one word: lists hold "acute kidney injury" as one name."""
    draw = Draw(random.Random(1), "train")
    assert Pharmacy(draw).tell("Acute {disease} was seen").startswith("\ue001Acute ")
    assert Pharmacy(draw).tell("Severe {disease} was seen").startswith("Severe \ue001")


def test_later_sentences_speak_of_the_same_things() -> None:
    """Catches passages in which no name stands twice: a model would list by counting."""
    repeated = 0
    for example in load("bc5cdr").examples("train", 3, 500):
        text = example.fields["tokens_concatenated"].lower()
        names = [n.lower() for found in json.loads(example.answer).values() for n in found]
        repeated += any(len(re.findall(rf"(?<!\w){re.escape(n)}(?!\w)", text)) > 1 for n in names)
    assert repeated > 120

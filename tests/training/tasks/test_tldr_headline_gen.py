"""Headlines: supported by their texts, in sentence case, short enough."""

import re
from itertools import islice

import pytest

from training.news.style import sentence_case
from training.tasks import load
from training.words import words_of


def test_a_text_holds_what_its_headline_says() -> None:
    """Catches a sentence left out that the headline needs, and a slip in a word it takes over."""
    task = load("tldr_headline_gen")
    for made in (*islice(task.stream("train", 0), 600), *islice(task.stream("heldout", 0), 300)):
        text, headline = made.example.fields["content"], made.example.answer
        assert set(re.findall(r"\d+", headline)) <= set(re.findall(r"\d+", text))
        told = [name for name in made.entities if words_of(name) in words_of(headline)]
        assert [name for name in told if words_of(name) not in words_of(text)] == []


def test_a_shorter_headline_leaves_out_who_says_it() -> None:
    """Catches a cut that takes more than the source, or none where there is one."""
    examples = list(load("tldr_headline_gen").examples("train", 0, 1500))
    shorter = [(e.answer, e.also[0]) for e in examples if e.also]
    assert len(shorter) > 20
    for answer, short in shorter:
        assert short.lower() in answer.lower()
        assert len(answer.split()) - len(short.split()) <= 3


@pytest.mark.parametrize(
    ("headline", "expected"),
    [
        ("{company} Kills Its Smart Watch", "{company} kills its smart watch"),
        ("A Robot That Folds Laundry, Slowly", "A robot that folds laundry, slowly"),
        ("{person} leaves {company} to build an AI lab", None),
        ("{street_or_area} closed to cars on Sundays", None),
    ],
)
def test_title_case_becomes_sentence_case(headline: str, expected: str | None) -> None:
    """Catches headlines in two cases, and a Sunday or a slot that loses its capital."""
    assert sentence_case(headline) == (expected or headline)

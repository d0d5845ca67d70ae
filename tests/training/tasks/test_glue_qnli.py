"""Answers: which sentences cannot hold one, and that neither half tells the label alone."""

from collections import defaultdict

import pytest

from training.pairs.answers import answered_entries, cannot_answer, other_entries, passages
from training.tasks import load


@pytest.mark.parametrize(
    ("question", "sentence", "cannot"),
    [
        ("Where was {person} born?", "{person} wrote three plays.", True),
        ("Where was {person} born?", "{person} grew up in {city}.", False),
        ("Where was {person} born?", "{person} was born on a ship.", False),
        ("When was {company} founded?", "{company} makes {things}.", True),
        ("When was {company} founded?", "{company} opened in {#0}.", False),
        ("Who wrote {book_title}?", "{book_title} is a novel.", True),
        ("Who wrote {book_title}?", "{book_title} is by {person}.", False),
        ("How many people live in {city}?", "{city} lies on a river.", True),
        ("How many people live in {city}?", "Nearly three thousand live in {city}.", False),
        ("What does {company} make?", "{company} is old.", False),
    ],
)
def test_a_sentence_without_the_kind_of_word_asked_for_cannot_answer(
    question: str, sentence: str, cannot: bool
) -> None:
    """Catches a sentence that holds the answer under the label 0."""
    assert cannot_answer(question, sentence) is cannot


def test_the_same_questions_are_answered_and_not() -> None:
    """Catches questions that occur under one label alone: nobody would read the sentence."""
    answered = {asked.question for asked in answered_entries("train")}
    assert {asked.question for asked in other_entries("train")} >= answered
    told = {asked.question for asked in passages("train", True)}
    assert {asked.question for asked in passages("train", False)} <= told
    for asked in passages("train", True):
        assert (asked.question, asked.sentence) not in {
            (other.question, other.sentence) for other in passages("train", False)
        }


def test_known_sentences_stand_under_both_labels() -> None:
    """Catches a sentence that is always the answer, whatever is asked."""
    labels = defaultdict(set)
    for example in load("glue_qnli").examples("train", 0, 3000):
        if example.fields["sentence"].startswith("Yeast gives off gas"):
            labels["yeast"].add(example.answer)
    assert labels["yeast"] == {"0", "1"}

"""Questions about passages: answers that stand there, comparisons that hold, names that are new."""

import random
import re

import pytest

from adapters.card import Example
from training.lexicon import CORPUS, is_open, load_lexicon
from training.passages import rankings
from training.passages.composing import compose
from training.passages.questions import reworded
from training.tasks import load
from training.tasks.task import ExampleSplit
from training.words import words_of


@pytest.fixture(scope="module")
def examples() -> list[Example]:
    splits: tuple[ExampleSplit, ...] = ("train", "heldout")
    return [e for split in splits for e in load("drop").examples(split, 2, 400)]


PARTS = (
    "amounts", "changes", "conditions", "facts", "operations", "rankings", "timelines", "wholes",
)  # fmt: skip
AMOUNT = re.compile(r"(\{[a-z_]+(?::\d)?\})[^{}.]*?\b(\d+)\b")


def test_an_answer_is_a_number_or_stands_in_the_passage(examples: list[Example]) -> None:
    """Catches fillers that were mended in the passage and not in the answer."""
    for example in examples:
        is_number = re.fullmatch(r"\d[\d,]*", example.answer)
        assert is_number or example.answer in example.fields["passage"], example


def test_texts_are_finished(examples: list[Example]) -> None:
    """Catches slots and choices that nobody filled or made."""
    texts = [text for e in examples for text in (*e.fields.values(), e.answer)]
    assert [text for text in texts if re.search(r"[{}\[\]<>|]", text)] == []


def test_the_winner_of_a_ranking_has_the_most() -> None:
    """Catches an answer by place instead of by amount: the first one told would always win."""
    places = set()
    for seed in range(1500):
        asked = rankings.compose(random.Random(seed))
        amounts = {name: int(value) for name, value in AMOUNT.findall(asked.passage)}
        if "the most" in asked.question and asked.answer in amounts:
            assert amounts[asked.answer] == max(amounts.values()), asked
            places.add(list(amounts).index(asked.answer))
    assert places >= {0, 1, 2}


def test_other_words_keep_names_and_numbers() -> None:
    """Catches a question that lost what it is about."""
    for seed in range(1500):
        rng = random.Random(seed)
        question = compose(rng).question
        said = reworded(question, seed % 2 == 0, rng)
        assert sorted(re.findall(r"\{.+?\}|\d+", said)) == sorted(
            re.findall(r"\{.+?\}|\d+", question)
        )
        assert said[-1] in "?.", said


def test_no_held_out_name_stands_in_the_parts() -> None:
    """Catches a leak beside the frames: the lexicon looks for its names in frames alone."""
    paths = [CORPUS / "parts" / f"{name}.jsonl" for name in PARTS]
    raw = " | ".join(path.read_text(encoding="utf-8") for path in paths)
    read = words_of(re.sub(r"\{[^{}]*\}", " . ", raw))
    held_out = load_lexicon()["heldout"]
    names = [name for slot in held_out if is_open(slot) for name in held_out[slot]]
    assert [name for name in names if words_of(name) in read] == []

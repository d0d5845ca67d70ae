"""Sums in words: right step by step, composed without seams, said otherwise without a change."""

import random
import re

import pytest

from adapters.card import Example
from training.expressions import NotWhole, evaluate
from training.frames import Draw
from training.rewording import people, units
from training.stories.composing import compose
from training.tasks import load
from training.tasks.task import ExampleSplit


@pytest.fixture(scope="module")
def examples() -> list[Example]:
    splits: tuple[ExampleSplit, ...] = ("train", "heldout")
    return [e for split in splits for e in load("gsm8k").examples(split, 2, 400)]


def test_every_step_is_right_and_the_last_one_is_the_answer(examples: list[Example]) -> None:
    """Catches a number put into the wrong place: the metric judges the end alone."""
    for example in examples:
        *steps, final = example.answer.split(". ")
        for step in steps:
            left, _, right = step.partition(" = ")
            assert evaluate(left, {}) == int(right), example.answer
            assert int(right) > 0
        assert final == f"Answer: {steps[-1].rpartition(' ')[2]}"


def test_questions_are_finished_text(examples: list[Example]) -> None:
    """Catches slots, tenses and choices that nobody filled or made."""
    questions = [example.fields["question"] for example in examples]
    assert [text for text in questions if re.search(r"[{}\[\]<>|@]", text)] == []


def test_a_composed_problem_tells_every_number_of_its_steps() -> None:
    """Catches a step with a number that the text keeps to itself: nobody could solve it."""
    for seed in range(400):
        frame = compose(random.Random(seed))
        told = set(re.findall(r"\{(\w)\}", frame["text"]))
        used = {name for step in frame["steps"] for name in re.findall(r"\b[a-k]\b", step)}
        assert used == told == set(frame["ranges"]), frame


def test_a_pronoun_stands_for_the_only_person() -> None:
    """Catches `him has` and a pronoun that could mean two people."""
    draw = Draw(random.Random(0), "heldout", memory={"first_name": "Clara"})
    text = "{first_name} has {a}. Then {first_name} gives {b} away. Are they new to {first_name}?"
    said = {people(text, draw).replace("{first_name}", "Clara") for _ in range(60)}
    assert "Clara has {a}. Then she gives {b} away. Are they new to her?" in said
    two = "{first_name} has {a}. {first_name:2} has {b}. How many has {first_name}?"
    assert not any(re.search(r"\b(he|she|him|her)\b", people(two, draw)) for _ in range(60))


def test_units_change_everywhere_or_nowhere() -> None:
    """Catches kilometres in the story and miles in its question."""
    text = "It is 3 kilometres to town. How many kilometres is that, if one kilometre is added?"
    for seed in range(60):
        said = units(text, random.Random(seed))
        assert len(re.findall(r"kilomet(?:re|er)s?|km|miles?", said)) == 3
        assert len({word[:2] for word in re.findall(r"kilometre|kilometer|km|mile", said)}) == 1


@pytest.mark.parametrize("text", ["__import__('os')", "a.b", "2 ** 9", "f(1)", "'x'", "c + 1"])
def test_only_arithmetic_is_evaluated(text: str) -> None:
    """Catches an evaluator that runs what stands in a frame."""
    with pytest.raises(ValueError, match="not arithmetic"):
        evaluate(text, {"a": 1})


def test_a_division_with_a_rest_is_refused() -> None:
    """Catches halves of apples."""
    assert evaluate("a % 2 == 0 and a/2 > 1", {"a": 5}) == 0
    with pytest.raises(NotWhole):
        evaluate("a / 2", {"a": 5})

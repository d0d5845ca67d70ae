"""Small functions: the code passes its tests, under every name, in the room that the card gives."""

import random
import re

import pytest
from tokenizers import Tokenizer

from adapters import sandbox
from adapters.card import Example, load_cards
from adapters.catalog import PROFILES
from training.frames import Draw
from training.functions.renaming import rename_in_code, rename_in_words, renamed
from training.functions.telling import imperative
from training.tasks import load
from training.tasks.task import ExampleSplit

CARD = load_cards(PROFILES["mini"].cards)["magicoder"]


@pytest.fixture(scope="module")
def examples() -> list[Example]:
    splits: tuple[ExampleSplit, ...] = ("train", "heldout")
    return [e for split in splits for e in load("magicoder").examples(split, 2, 300)]


@pytest.mark.parametrize("place", range(0, 600, 30))
def test_the_code_passes_its_tests(examples: list[Example], place: int) -> None:
    """Catches a constant or a name that changed in one of task, code and tests."""
    example = examples[place]
    assert sandbox.tests_passed(example.answer, example.tests) == len(example.tests) > 0, example


def test_the_task_names_the_function_that_the_tests_call(examples: list[Example]) -> None:
    """Catches a task from which the name cannot be known: every test would fail."""
    for example in examples:
        found = re.match(r"def (\w+)\(", example.answer)
        assert found, example
        assert re.search(rf"\b{found[1]}\b", example.fields["problem"]), example
        assert all(f"{found[1]}(" in test for test in example.tests), example
        assert sandbox.is_harmless(example.answer)


def test_code_fits_the_cards_answer(examples: list[Example]) -> None:
    """Catches answers that the server would cut off."""
    tokenizer = Tokenizer.from_file(str(PROFILES["mini"].base / "tokenizer.json"))
    longest = max(len(tokenizer.encode(f" {e.answer}").ids) for e in examples)
    assert longest < CARD.max_tokens


def test_renaming_spares_strings_and_attributes() -> None:
    """Catches `text.bar` and a changed string where a function `count` becomes `bar`."""
    code = "def count(text):\n    return text.count('count') + count(text[1:])"
    assert rename_in_code(code, "count", "bar") == (
        "def bar(text):\n    return text.count('count') + bar(text[1:])"
    )


def test_an_english_word_is_no_name() -> None:
    """Catches `take the bar element` for a function called last."""
    told = "Return the last element of a list: last(items). Call it last."
    assert rename_in_words(told, "last", "bar") == (
        "Return the last element of a list: bar(items). Call it bar."
    )


def test_a_changed_constant_changes_the_tests() -> None:
    """Catches tests that still expect what the old number gave."""
    frame = {
        "problem": "Write over(nums): which numbers are above 10?",
        "code": "def over(nums):\n    return [n for n in nums if n > 10]",
        "tests": ["assert over([5, 11]) == [11]", "assert over([10]) == []"],
    }
    for seed in range(20):
        made = renamed(frame, Draw(random.Random(seed), "train"), {"10": (2, 99)})
        assert sandbox.tests_passed(made.code, made.tests) == 2
        assert set(re.findall(r"> (\d+)", made.code)) <= set(re.findall(r"\d+", made.problem))


def test_an_order_is_told_from_a_description() -> None:
    """Catches `counts the vowels.` where somebody asks for it."""
    assert imperative("checks whether it is even") == "check whether it is even"
    assert imperative("multiplies n by 3 and adds 4") == "multiply n by 3 and add 4"
    assert imperative("replaces the zeros and returns None") == "replace the zeros and return None"

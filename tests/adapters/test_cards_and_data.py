"""Cards and the code that makes their data: two sources of the same labels, fields and answers."""

import pytest

from adapters.answers import parse
from adapters.card import Card, load_cards
from adapters.catalog import PROFILES
from adapters.metrics import mark
from training.tasks import task as tasks

pytestmark = pytest.mark.breeds
CARDS = load_cards(PROFILES["mini"].cards)


@pytest.mark.parametrize("task", [task for task, card in CARDS.items() if card.kind == "label"])
def test_every_label_is_trained_and_offered(task: str) -> None:
    """Catches a label that is trained but can never be right, or offered but never trained."""
    made = tasks.load(task).examples("train", seed=5, count=600)
    assert {example.answer for example in made} == set(CARDS[task].labels)


@pytest.mark.parametrize("split", ["train", "validation", "heldout"])
@pytest.mark.parametrize("card", CARDS.values(), ids=lambda card: card.task)
def test_made_examples_fit_the_card(card: Card, split: tasks.ExampleSplit) -> None:
    """Catches data with other fields than the template's, and answers that the metric refuses."""
    for example in tasks.load(card.task).examples(split, seed=5, count=100):
        card.prompt(example.fields)
        answer = parse(card, f" {example.answer}", example.fields)
        assert answer.valid, (answer.why, example)
        assert mark(card, example, f" {example.answer}").score == 1.0, example


def test_every_card_has_a_generator_and_the_other_way_round() -> None:
    """Catches a task that can be tuned but not shown, or shown but not tuned."""
    assert set(CARDS) == set(tasks.NAMES)

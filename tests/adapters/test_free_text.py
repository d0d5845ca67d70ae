"""What tasks do with a text that nobody wrote for them."""

import pytest

from adapters.card import load_cards
from adapters.catalog import PROFILES
from adapters.errors import DoesNotFit
from adapters.free_text import fields_for

CARDS = load_cards(PROFILES["mini"].cards)
TEXT = 'It said "no." Then it rained. All day.'


@pytest.mark.parametrize("task", CARDS)
def test_every_card_takes_the_text_or_says_why_not(task: str) -> None:
    """Catches a card whose other fields stay empty, so that its prompt cannot be made."""
    card = CARDS[task]
    if card.fits in ("table", "none"):
        with pytest.raises(DoesNotFit, match="This task needs"):
            fields_for(card, TEXT)
    else:
        prompt = card.prompt(fields_for(card, TEXT))
        assert "Then it rained. All day." in prompt


def test_two_texts_are_the_first_sentence_and_the_rest() -> None:
    """Catches a quotation mark that is lost at the cut, and a cut in the middle of a number."""
    assert fields_for(CARDS["glue_mnli"], TEXT) == {
        "premise": 'It said "no."',
        "hypothesis": "Then it rained. All day.",
    }
    fields = fields_for(CARDS["glue_qnli"], "It cost 3.50 in all. Was it dear?")
    assert fields == {"question": "It cost 3.50 in all.", "sentence": "Was it dear?"}


def test_one_sentence_is_not_two() -> None:
    """Catches a pair whose second half is empty."""
    with pytest.raises(DoesNotFit, match="two sentences"):
        fields_for(CARDS["glue_mnli"], "Only one here. ")

"""Cards: what a template does with fields, what a card may not say, and that ours do not drift."""

from dataclasses import replace
from pathlib import Path

import pytest

from adapters.answers import parse
from adapters.card import Card, Example, Field, load_card, load_cards
from adapters.catalog import PROFILES
from adapters.errors import BadCard, BadFields
from adapters.metrics import mark

CARDS = load_cards(PROFILES["mini"].cards)
EXAMPLES = [
    pytest.param(card, example, id=f"{card.task}-{example.example_id}")
    for card in CARDS.values()
    for example in card.examples
]
ROOT = Path(__file__).resolve().parents[2]

COVID = CARDS["covid"]


def test_prompt_fills_fields_and_marks_what_was_left_out() -> None:
    """Catches an empty optional field that leaves "### Date: " and so an unseen prompt."""
    prompt = COVID.prompt({"OriginalTweet": " So  tired\nof this ", "Location": "Leeds"})
    assert prompt == "### Tweet: So tired of this\n### Date: -\n### Place: Leeds\n### Sentiment:"


def test_prompt_takes_braces_in_a_text_as_text() -> None:
    """Catches a second pass over the filled template, which would expand a visitor's {TweetAt}."""
    prompt = COVID.prompt({"OriginalTweet": "{TweetAt} {0} {", "TweetAt": "01-04-2020"})
    assert prompt.startswith("### Tweet: {TweetAt} {0} {\n### Date: 01-04-2020")


def test_segments_join_to_the_prompt_and_mark_only_own_words() -> None:
    """Catches grey template text shown as the visitor's words, the "-" of an empty field too."""
    fields = {"OriginalTweet": "hello", "Location": ""}
    segments = COVID.segments(fields)
    assert "".join(text for text, _ in segments) == COVID.prompt(fields)
    assert [text for text, own in segments if own] == ["hello"]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, "“Tweet” is empty"),
        ({"OriginalTweet": " \n"}, "“Tweet” is empty"),
        ({"OriginalTweet": "x", "tweet": "y"}, "no field 'tweet'"),
    ],
)
def test_prompt_refuses_what_does_not_fit(fields: dict[str, str], said: str) -> None:
    """Catches a prompt built from a blank or misspelt field instead of a sentence for a person."""
    with pytest.raises(BadFields, match=said):
        COVID.prompt(fields)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"category": "sort"}, "category 'sort'"),
        ({"metric": "slot_share"}, "judges 'label' answers"),
        ({"fits": "all"}, "fits 'all'"),
        ({"fits": "two-texts"}, "fits two texts and has 3 fields"),
        ({"main_field": "Location"}, "needs a filler for 'OriginalTweet'"),
        ({"fields": (*COVID.fields[:2], Field("Location", "Place", 1, True, "Leeds"))}, "no use"),
        ({"template": "### Tweet: {OriginalTweet}\n### Sentiment:"}, "each of its fields"),
        ({"template": COVID.template + " "}, "ends in white space"),
        ({"main_field": "Tweet"}, "main field"),
        ({"labels": ()}, "labels"),
        ({"labels": ("Neutral", "Neutral")}, "labels"),
        ({"max_tokens": 0}, "0 tokens"),
        ({"stop": ("",)}, "empty stop"),
        ({"examples": COVID.examples[:1] * 2}, "same id"),
        ({"examples": (Example("a", {"OriginalTweet": "x"}, "Good"),)}, "not one of its labels"),
        ({"examples": (Example("a", {}, "Neutral"),)}, "unusable example 'a'"),
    ],
)
def test_card_refuses_a_contradiction(change: dict[str, object], said: str) -> None:
    """Catches a card whose parts disagree before anybody is shown a page made from it."""
    with pytest.raises(BadCard, match=said):
        replace(COVID, **change)  # type: ignore[arg-type]


@pytest.mark.parametrize("num_lines", [0, 21])
def test_field_refuses_an_absurd_height(num_lines: int) -> None:
    """Catches a box of no lines, which a page would not show."""
    with pytest.raises(BadCard, match=f"{num_lines} lines"):
        Field("title", "Title", num_lines)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('kind = "label"', "", "lacks the key 'kind'"),
        ("max_tokens = 12", 'max_tokens = "12"', "wants int for 'max_tokens'"),
        ("max_tokens = 12", "max_tokens = true", "wants int for 'max_tokens'"),
        ("max_tokens = 12", "max_tokens = 12\nmax_token = 12", "unknown key 'max_token'"),
        ("optional = true", "optinal = true", "unknown key 'optinal'"),
        ("title = ", "title ", "cannot be read"),
        ('answer = "Neutral"', "answer = 1", "wants str for 'answer'"),
    ],
)
def test_load_card_refuses_a_damaged_file(tmp_path: Path, old: str, new: str, said: str) -> None:
    """Catches a misspelt key that would be ignored, and a wrong type that would fail much later."""
    text = (PROFILES["mini"].cards / "covid.toml").read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "covid.toml"
    path.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(BadCard, match=said):
        load_card(path)


def test_a_folder_without_cards_is_an_error(tmp_path: Path) -> None:
    """Catches an installation whose card files were not packaged: a page without tasks."""
    with pytest.raises(BadCard, match="no card"):
        load_cards(tmp_path)


@pytest.mark.parametrize("card", CARDS.values(), ids=lambda card: card.task)
def test_our_cards_keep_their_promises(card: Card) -> None:
    """Catches a card that lost its "(mini)", an example, or the file that makes its data."""
    assert card.title.endswith("(mini)")
    assert len(card.examples) >= 5
    assert (ROOT / card.data).is_file()
    assert "\n" not in card.description


@pytest.mark.parametrize(("card", "example"), EXAMPLES)
def test_the_right_answer_of_an_example_is_right(card: Card, example: Example) -> None:
    """Catches an example that no answer could get right: the page would call every model wrong."""
    answer = parse(card, f" {example.answer}", example.fields)
    assert answer.valid, answer.why
    assert mark(card, example, f" {example.answer}\n").score == 1.0


def test_examples_of_label_tasks_are_varied() -> None:
    """Catches examples that a model with one constant answer would pass."""
    for card in CARDS.values():
        if card.kind == "label":
            num_different = len({example.answer for example in card.examples})
            assert num_different == min(len(card.labels), len(card.examples)), card.task

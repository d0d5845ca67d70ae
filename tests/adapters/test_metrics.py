"""Metrics: strict where strictness is promised, and one rule for facts that have no words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.card import load_cards
from adapters.catalog import PROFILES
from adapters.errors import BadFields
from adapters.metrics import is_right, read_facts, score

CARDS = load_cards(PROFILES["mini"].cards)
TWEET = {"OriginalTweet": "hello"}
TABLE = {"table": "Player, Points", "question": "?"}


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (" Positive", 1.0),
        ("Extremely Positive", 0.0),
        ("positive", 0.0),
        ("Positive!", 0.0),
        ("", 0),
    ],
)
def test_accuracy_wants_the_very_label(answer: str, expected: float) -> None:
    """Catches case folding, prefixes or punctuation being forgiven."""
    assert score(CARDS["covid"], TWEET, answer, "Positive") == expected


def test_an_answer_that_is_no_label_is_wrong_even_if_it_equals_the_gold() -> None:
    """Catches held-out data whose answers are no labels scoring as right."""
    assert score(CARDS["covid"], TWEET, "Joyful", "Joyful") == 0.0


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (" select  player from table\nwhere points > 30 ", True),
        ("SELECT Player FROM table WHERE Points >30", False),
        ("SELECT Player FROM table WHERE Points > 30;", False),
        ("SELECT Player FROM table WHERE Points > 3", False),
    ],
)
def test_exact_sql_forgives_only_case_and_white_space(answer: str, expected: bool) -> None:
    """Catches a comparison of meaning, or one that still minds a line break."""
    gold = "SELECT Player FROM table WHERE Points > 30"
    assert is_right(CARDS["wikisql"], TABLE, answer, gold) is expected


def share(facts: str, text: str) -> float:
    return score(CARDS["e2e_nlg"], {"meaning_representation": facts}, text, "unused")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("THE VAULTS is a pub by the riverside.", 1.0),
        ("Bathe Vaults is a brewpub, driverside.", 0.0),
        ("The  Vaults is a pub.", 2 / 3),
        ("Vaults is a public place by the river.", 0.0),
        ("", 0.0),
    ],
)
def test_slot_share_counts_values_as_whole_words(text: str, expected: float) -> None:
    """Catches "pub" found in "public", and half a name counted."""
    facts = "name[The Vaults], eatType[pub], area[riverside]"
    assert share(facts, text) == pytest.approx(expected)


def test_slot_share_takes_signs_in_a_value_literally() -> None:
    """Catches a value read as a pattern, and a word boundary that fails beside a sign."""
    assert (
        share(
            "name[Browns' (Old) Inn], priceRange[less than £20]",
            "browns' (old) inn, less than £20.",
        )
        == 1
    )


def test_an_echo_of_the_facts_is_no_text() -> None:
    """Catches a base that repeats its input being marked right."""
    facts = "name[The Vaults], eatType[pub]"
    assert share(facts, facts) == 0.0
    assert share(facts, f"{facts} The Vaults is nice.") == 0.5


def test_a_text_is_right_only_with_all_facts() -> None:
    """Catches a text marked right on the page although a fact is missing."""
    card, fields = CARDS["e2e_nlg"], {"meaning_representation": "name[Zizzi], food[Thai]"}
    assert is_right(card, fields, "Zizzi has Thai food.", "")
    assert not is_right(card, fields, "Zizzi has food.", "")


WELCOMING = [
    "Zizzi welcomes families.",
    "Kids in tow? Zizzi is family friendly.",
    "It is not cheap, but children are welcome.",
    "Not far from the park, Zizzi takes children and is open to all ages.",
    "Zizzi isn't near the river; bring the little ones.",
    "Is Zizzi good for kids? Yes.",
]
REFUSING = [
    "Zizzi is not family-friendly.",
    "Zizzi doesn't welcome families and their children.",
    "Zizzi doesn’t allow kids.",
    "A pub, no children.",
    "Is Zizzi good for kids? No. It is cheap.",
    "Leave the kids at home.",
    "Zizzi keeps children out.",
    "Families should look elsewhere.",
    "It is unsuitable for children.",
    "Enjoy it without the family.",
    "Adults only.",
    "Grown-ups only at Zizzi.",
    "The food is meant for adults.",
]
SILENT = [
    "Zizzi is a pub.",
    "Adults will like it.",
    "The Family Inn is not far.",
    "A childish pub.",
]


@pytest.mark.parametrize("name", ["Zizzi", "The Family Inn"])
@pytest.mark.parametrize(
    ("texts", "is_yes", "is_no"),
    [(WELCOMING, True, False), (REFUSING, False, True), (SILENT, False, False)],
)
def test_family_friendly_is_read_by_the_stated_rule(
    name: str, texts: list[str], is_yes: bool, is_no: bool
) -> None:
    """Catches a refusal read as a welcome, and a place's name read as either."""
    for text in texts:
        if "Family Inn" in text and name == "Zizzi":
            continue
        found = text if name in text else f"{name}: {text}"
        assert share(f"name[{name}], familyFriendly[yes]", found) == (1.0 if is_yes else 0.5), text
        assert share(f"name[{name}], familyFriendly[no]", found) == (1.0 if is_no else 0.5), text


@pytest.mark.parametrize("facts", ["", "a pub", "name[]", "name[Zizzi], food[ ]"])
def test_facts_that_cannot_be_read_are_refused(facts: str) -> None:
    """Catches a division by zero facts, and an empty value that stands in every text."""
    with pytest.raises(BadFields, match="must look like"):
        read_facts(facts)


@given(st.text(), st.sampled_from(sorted(CARDS)))
def test_no_text_of_a_model_breaks_a_metric(text: str, task: str) -> None:
    """Catches an answer, however odd, that stops an evaluation or scores outside 0 to 1."""
    example = CARDS[task].examples[1]
    assert 0.0 <= score(CARDS[task], example.fields, text, example.answer) <= 1.0

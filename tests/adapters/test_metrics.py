"""Metrics: strict where strictness is promised, lenient beside it, and never broken by a text."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.card import Card, Example, Field, load_cards
from adapters.catalog import PROFILES
from adapters.metrics import Mark, mark

CARDS = load_cards(PROFILES["mini"].cards)
COVID, SQL, FACTS = CARDS["covid"], CARDS["wikisql"], CARDS["e2e_nlg"]


def card_of(kind: str, metric: str, labels: tuple[str, ...] = ()) -> Card:
    """A card that judges in this way; nothing else about it matters here."""
    return Card(
        task="t", title="T", category="reason", description="", template="{x}:",
        fields=(Field("x", "X", 1),), main_field="x", metric=metric, kind=kind, labels=labels,
        max_tokens=8, stop=(), fits="none", data="", examples=(),
    )  # fmt: skip


def gold(answer: str, *also: str, tests: tuple[str, ...] = (), **fields: str) -> Example:
    return Example("x", fields, answer, also, tests)


@pytest.mark.parametrize(
    ("answer", "score", "lenient"),
    [
        (" Positive", 1, 1),
        ("Extremely Positive", 0, 0),
        ("positive", 0, 1),
        ("Positive!", 0, 1),
        ("It is Positive, not Negative", 0, 1),
        ("Negative or Positive", 0, 0),
        ("", 0, 0),
    ],
)
def test_accuracy_wants_the_very_label(answer: str, score: float, lenient: float) -> None:
    """Catches case folding, prefixes or punctuation being forgiven where nothing is forgiven."""
    assert mark(COVID, gold("Positive"), answer) == Mark(score, lenient, bool(score))


def test_an_answer_that_is_no_label_is_wrong_even_if_it_equals_the_gold() -> None:
    """Catches held-out data whose answers are no labels scoring as right."""
    assert mark(COVID, gold("Joyful"), "Joyful") == Mark(0, 0, False)


@pytest.mark.parametrize(
    ("answer", "score", "lenient"),
    [
        (" select  player from table\nwhere points > 30 and team = 'a'", 1, 1),
        ("SELECT Player FROM table WHERE Team = 'A' AND Points > 30", 0, 1),
        ("SELECT Player FROM table WHERE Points >30 AND Team = 'A';", 0, 1),
        ("SELECT Player FROM table WHERE Points > 3 AND Team = 'A'", 0, 0),
    ],
)
def test_exact_sql_forgives_only_case_and_white_space(
    answer: str, score: float, lenient: float
) -> None:
    """Catches a comparison of meaning, or one that still minds a line break."""
    right = "SELECT Player FROM table WHERE Points > 30 AND Team = 'A'"
    assert mark(SQL, gold(right), answer) == Mark(score, lenient, bool(score))


@pytest.mark.parametrize(
    ("answer", "score", "lenient"),
    [
        ("6 * 8 = 48. 48 - 10 = 38. Answer: 38", 1, 1),
        ("38", 1, 1),
        ("1,038", 0, 0),
        ("Answer: 38 pencils", 0, 1),
        ("48 - 10 = 38. Answer: 39", 0, 0),
        ("none", 0, 0),
    ],
)
def test_exact_number_judges_the_result_not_the_steps(
    answer: str, score: float, lenient: float
) -> None:
    """Catches a right step taken for the result, and an answer that goes on after it."""
    card = card_of("number", "exact_number")
    assert mark(card, gold("50 - 12 = 38. Answer: 38"), answer) == Mark(score, lenient, bool(score))


@pytest.mark.parametrize(
    ("answer", "score", "lenient"),
    [("3.0", 0.8, 0.8), ("4", 1, 1), ("about 3.0", 0, 0.8), ("3.0 or 4.0", 0, 0.8), ("", 0, 0)],
)
def test_closeness_wants_a_number_alone(answer: str, score: float, lenient: float) -> None:
    """Catches a number fished out of a sentence, and a degree shown as right or wrong."""
    given = mark(card_of("number", "closeness"), gold("4.0"), answer)
    assert (given.score, given.lenient) == pytest.approx((score, lenient))
    assert given.is_right is None


RIGHT = '{"person": ["Anna Voss"], "place": ["Leeds", "York"]}'


@pytest.mark.parametrize(
    ("answer", "score", "lenient"),
    [
        ('{"place": ["York", "Leeds"], "person": ["Anna Voss"]}', 1, 1),
        ('{"person": ["Anna Voss"], "place": ["Leeds"]}', 0.8, 0.8),
        ('{"person": ["Leeds"], "place": ["Anna Voss"]}', 0, 0),
        (f"Here: {RIGHT.upper().replace('PERSON', 'person').replace('PLACE', 'place')}!", 0, 1),
        ('{"person": ["Anna Voss"]}', 0, 0),
        ("Anna Voss, Leeds, York", 0, 0),
    ],
)
def test_entities_count_by_kind_and_name(answer: str, score: float, lenient: float) -> None:
    """Catches names counted under any kind, the order minded, and broken JSON mended."""
    card = card_of("entities", "entity_f1", ("person", "place"))
    given = mark(card, gold(RIGHT), answer)
    assert (given.score, given.lenient) == pytest.approx((score, lenient))
    assert given.is_right is (score == 1)


def test_nothing_found_where_there_is_nothing_is_right() -> None:
    """Catches zero divided by zero."""
    card = card_of("entities", "entity_f1", ("person",))
    assert mark(card, gold('{"person": []}'), '{"person": []}') == Mark(1, 1, True)


def test_a_span_may_be_said_in_any_of_the_right_ways() -> None:
    """Catches other right answers being left unread, and a whole sentence passing for the span."""
    card, example = card_of("span", "exact_span"), gold("Anna Voss", "Voss")
    assert mark(card, example, "voss") == Mark(1, 1, True)
    assert mark(card, example, "It was Anna Voss.") == Mark(0, 1, False)
    assert mark(card, example, "Vossler") == Mark(0, 0, False)


def test_prose_is_held_against_the_nearest_of_the_right_answers() -> None:
    """Catches a second right answer that counts for nothing."""
    card = card_of("prose", "rouge_l")
    example = gold("A dog ran away.", "The cat slept on the mat.")
    assert mark(card, example, "the cat slept on the mat") == Mark(1, 1, None)
    assert mark(card, example, "The cat slept").score == pytest.approx(2 * 1 * 0.5 / 1.5)


def test_a_text_is_right_only_with_all_facts() -> None:
    """Catches a text marked right on the page although a fact is missing."""
    example = gold("unused", meaning_representation="name[Zizzi], food[Thai]")
    assert mark(FACTS, example, "Zizzi has Thai food.") == Mark(1, 1, True)
    lacking = mark(FACTS, example, "Zizzi has food.")
    assert lacking == Mark(0.5, 0.5, False, "left out: food[Thai]")


def test_code_is_right_if_all_its_tests_hold() -> None:
    """Catches code that is compared as a text, and one failed test that is overlooked."""
    card = card_of("code", "tests_passed")
    example = gold("unused", tests=("assert f(1) == 2", "assert f(2) == 4"))
    assert mark(card, example, "def f(x):\n    return x * 2") == Mark(1, 1, True)
    assert mark(card, example, "def f(x):\n    return x + 1") == Mark(0, 0.5, False)


@given(st.text(), st.sampled_from(sorted(CARDS)))
@settings(deadline=None)
def test_no_text_of_a_model_breaks_a_metric(text: str, task: str) -> None:
    """Catches an answer, however odd, that stops an evaluation or scores outside 0 to 1."""
    given = mark(CARDS[task], CARDS[task].examples[1], text)
    assert 0.0 <= given.score <= given.lenient <= 1.0

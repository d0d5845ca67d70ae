"""Answers: what counts as a label, as SQL, as a text; and what is said about the rest."""

import pytest

from adapters.answers import parse
from adapters.card import load_cards
from adapters.catalog import PROFILES
from adapters.entities import NotEntities, read_entities

CARDS = load_cards(PROFILES["mini"].cards)
TWEET = {"OriginalTweet": "hello"}
WINES = {"table": "Wine, Height (cm), Men's winner, Year, Year built, From club", "question": "?"}


@pytest.mark.parametrize("text", ["Neutral", " Neutral", " Extremely Negative\n"])
def test_a_label_is_taken_without_its_outer_space(text: str) -> None:
    """Catches the space that every answer begins with being held against it."""
    answer = parse(CARDS["covid"], text, TWEET)
    assert answer.valid
    assert answer.value == answer.text == text.strip()


@pytest.mark.parametrize("text", ["neutral", "Neutral.", "Neutral Positive", "It is Neutral", "-"])
def test_a_label_is_never_guessed(text: str) -> None:
    """Catches leniency: whatever is not letter by letter a label is no label."""
    answer = parse(CARDS["covid"], text, TWEET)
    assert (answer.valid, answer.value) == (False, None)
    assert answer.why == "This is not one of the 5 labels."


@pytest.mark.parametrize("task", CARDS)
def test_an_empty_answer_is_invalid_for_every_task(task: str) -> None:
    """Catches a silent model being shown as a valid one."""
    answer = parse(CARDS[task], " \n", CARDS[task].examples[0].fields)
    assert not answer.valid
    assert answer.why == "The answer is empty."


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT Wine FROM table",
        "select wine from table where year > 1990",
        "SELECT MAX(Height (cm)) FROM table WHERE Men's winner = 'Ann O''Hara'",
        "SELECT COUNT( Wine ) FROM table WHERE Year = 3 AND Year built < -2.5",
        "SELECT From club FROM table WHERE From club = 'from'",
        "SELECT Wine  FROM  table\nWHERE Year=7",
    ],
)
def test_sql_of_the_dialect_is_valid(sql: str) -> None:
    """Catches column names with spaces, signs or keywords in them being taken for errors."""
    answer = parse(CARDS["wikisql"], sql, WINES)
    assert answer.valid, answer.why


@pytest.mark.parametrize(
    ("sql", "why"),
    [
        ("Wine FROM table", "SELECT is missing before “Wine FROM table”."),
        ("SELECT Grape FROM table", "The table has no column at “Grape FROM table”."),
        ("SELECT Wines FROM table", "The table has no column at “Wines FROM table”."),
        ("SELECT MAX(Wine FROM table", "“)” is missing before “FROM table”."),
        ("SELECT MEDIAN(Year) FROM table", "The table has no column at “MEDIAN(Year) FROM table”."),
        ("SELECT Wine FROM wines", "table is missing before “wines”."),
        ("SELECT Wine FROM tables", "table is missing before “tables”."),
        ("SELECT Wine FROM table; DROP table", "WHERE is missing before “; DROP table”."),
    ],
)
def test_other_sql_is_invalid_and_says_where(sql: str, why: str) -> None:
    """Catches broken or invented SQL called valid, and a reason that points to the wrong place."""
    answer = parse(CARDS["wikisql"], sql, WINES)
    assert not answer.valid
    assert answer.why == why


@pytest.mark.parametrize(
    ("condition", "why"),
    [
        ("", "The table has no column at the end."),
        ("Year", "One of = < > is missing before the end."),
        ("Year = 'x", "A number or a quoted text is missing before “'x”."),
        ("Year = x", "A number or a quoted text is missing before “x”."),
        ("Year = 3.", "A number or a quoted text is missing before “3.”."),
        ("Year = 3 OR Year = 4", "AND is missing before “OR Year = 4”."),
        ("Year = 3 and then it goes on", "The table has no column at “then it goes on”."),
        ("Year=3 and " + "x" * 30, f"The table has no column at “{'x' * 24}…”."),
    ],
)
def test_a_broken_condition_is_invalid_and_says_where(condition: str, why: str) -> None:
    """Catches a WHERE that is read only up to the part that makes sense."""
    answer = parse(CARDS["wikisql"], f"SELECT Wine FROM table WHERE {condition}", WINES)
    assert not answer.valid
    assert answer.why == why


def test_a_text_is_valid_as_it_stands() -> None:
    """Catches a check on prose that belongs to the metric."""
    facts = CARDS["e2e_nlg"].examples[0].fields
    answer = parse(CARDS["e2e_nlg"], " A pub.", facts)
    assert (answer.valid, answer.text, answer.value, answer.why) == (True, "A pub.", "A pub.", None)


def test_an_answer_of_a_hundred_thousand_brackets_is_no_json() -> None:
    """Catches the parser's own end of patience, which would end the step that marks the answer."""
    with pytest.raises(NotEntities, match="not valid JSON"):
        read_entities("[" * 100_000, ("person",))

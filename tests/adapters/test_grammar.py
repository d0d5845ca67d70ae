"""Grammars: every right answer is of its task's grammar, near misses are not.

A grammar that forbids a right answer is the worst of its bugs: a constrained model could never
give that answer, and its score would say that the model is to blame.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.answers import parse
from adapters.card import Card, Example, load_cards
from adapters.catalog import PROFILES
from adapters.grammar import Grammar, grammar_of
from adapters.heldout import WRITTEN_NAME, load_examples, load_visitors
from adapters.metrics import mark
from training.tasks import load

MINI = PROFILES["mini"]
CARDS = load_cards(MINI.cards)
FREE = {task for task, card in CARDS.items() if card.kind in ("span", "prose")}
BOUND = sorted(CARDS.keys() - FREE)
VISITORS = Path(__file__).parents[1] / "visitors"
WINES = {"table": "Wine, Height (cm), Men's winner, Year, Year built, Yes|No", "question": "?"}
FEW = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def grammar(task: str, fields: Mapping[str, str] | None = None) -> Grammar:
    found = grammar_of(CARDS[task], fields)
    assert found is not None
    return found


def forbidden(task: str, examples: tuple[Example, ...]) -> list[str]:
    """The right answers that the grammar does not allow, knowing the fields or not."""
    return [
        answer
        for example in examples
        for answer in (example.answer, *example.also)
        for fields in (example.fields, None)
        if not grammar(task, fields).allows(answer)
    ]


@pytest.mark.parametrize("task", BOUND)
def test_right_answers_by_all_hands_are_allowed(task: str) -> None:
    """Catches a grammar made for the generator alone, or for the card's five examples."""
    written = load_examples(MINI.packaged / task / WRITTEN_NAME)
    visitors = load_visitors(VISITORS / f"{task}.toml")
    assert forbidden(task, (*CARDS[task].examples, *written, *visitors)) == []


@pytest.mark.breeds
@pytest.mark.parametrize("task", BOUND)
def test_right_answers_of_training_are_allowed(task: str) -> None:
    """Catches rare forms that only the generator writes, such as invented columns with signs."""
    assert forbidden(task, tuple(load(task).examples("train", seed=11, count=50))) == []


def test_only_free_text_has_no_grammar() -> None:
    """Catches a kind of answer that was forgotten, and free text that is held to some form."""
    assert {task for task, card in CARDS.items() if grammar_of(card) is None} == FREE


@pytest.mark.parametrize("task", BOUND)
def test_outer_white_space_is_not_of_the_grammar(task: str) -> None:
    """Catches the joining space inside a grammar: with the decoder's own there would be two; and
    a `$` that lets a line break pass."""
    for example in CARDS[task].examples:
        for answer in (f" {example.answer}", f"{example.answer}\n", ""):
            assert not grammar(task, example.fields).allows(answer)


# The grammar of code is of lines only: nothing short of Python's parser says what is valid there.
@pytest.mark.parametrize("task", [task for task in BOUND if CARDS[task].kind != "code"])
@given(data=st.data())
@FEW
def test_whatever_is_allowed_is_valid(task: str, data: st.DataObject) -> None:
    """Catches a grammar through which a constrained model can still give an invalid answer."""
    card = CARDS[task]
    fields = WINES if card.kind == "sql" else card.examples[0].fields
    answer = data.draw(_allowed(grammar(task, fields), card))
    assert grammar(task, fields).allows(answer)
    found = parse(card, f" {answer}", fields)
    assert found.valid, found.why


def _allowed(found: Grammar, card: Card) -> st.SearchStrategy[str]:
    if found.form == "regex":
        return st.from_regex(found.text, fullmatch=True)
    names = st.lists(st.text(max_size=8), max_size=3)
    as_json = st.sampled_from([False, True])
    return st.builds(
        lambda lists, plain: json.dumps(
            dict(zip(card.labels, lists, strict=True)), ensure_ascii=plain
        ),
        st.tuples(*[names for _ in card.labels]),
        as_json,
    )


@pytest.mark.parametrize(
    "answer",
    ["neutral", "Neutral.", "Neutral Positive", "Extremely", "Neutral  ", "Neutral|Positive"],
)
def test_what_is_almost_a_label_is_not_allowed(answer: str) -> None:
    """Catches a label that may go on, or be one part of the list of labels taken as text."""
    assert not grammar("covid").allows(answer)


def test_a_label_is_text_and_no_pattern() -> None:
    """Catches labels of one's own data whose signs mean something in a regex."""
    labels = ("C++", "a|b", "(none)", "50%.", "x^2 [sic]", "back\\slash", "{}")
    found = grammar_of(replace(CARDS["covid"], labels=labels, examples=()))
    assert found is not None
    assert all(found.allows(label) for label in labels)
    assert not any(found.allows(near) for near in ("C", "CC", "a", "none", "50%!", "xx2 s"))


def test_every_step_of_the_scale_is_allowed_and_no_other_number() -> None:
    """Catches a scale that ends early or late, and a second decimal that no example has."""
    scale = [f"{tenths / 10:.1f}" for tenths in range(51)]
    assert all(grammar("glue_stsb").allows(answer) for answer in scale)
    for answer in ("5.15", "5.1", "6.0", "-0.0", "3", "3.", ".5", "10.0", "3.8 points", "3,8"):
        assert not grammar("glue_stsb").allows(answer), answer
    example = replace(CARDS["glue_stsb"].examples[0], answer="5.0")
    marks = [mark(CARDS["glue_stsb"], example, answer).score for answer in scale]
    assert marks == pytest.approx([tenths / 50 for tenths in range(51)])


@pytest.mark.parametrize(
    ("answer", "right"),
    [
        ("6 * 8 = 48. 48 - 10 = 38. Answer: 38", True),
        ("38", True),
        ("-1,250.5.", True),
        ("Ten are given away. That leaves $38.", True),
        ("6 * 8 = 48. 48 - 10 = 38. Answer: ", False),
        ("6 * 8 = 48. 48 - 10 = 38. Answer: 38 apples", False),
        ("6 * 8 = 48.\n48 - 10 = 38", False),
        ("room38", False),
        ("room v.38", False),
    ],
)
def test_a_worked_answer_ends_in_its_number(answer: str, right: bool) -> None:
    """Catches steps that must have one form, an answer that never comes to its number, and a line
    break, at which decoding stops before the number."""
    assert grammar("gsm8k").allows(answer) is right


def test_steps_may_stand_on_lines_where_a_card_lets_them() -> None:
    """Catches a grammar that knows one kind of card: own data may have steps line by line."""
    lines = grammar_of(replace(CARDS["gsm8k"], stop=("\n###",)))
    assert lines is not None
    assert lines.allows("6 * 8 = 48\n48 - 10 = 38\n#### 38")
    assert lines.allows("Six boxes.\n38")
    assert not lines.allows("Six boxes.\n")


@pytest.mark.parametrize(
    "answer",
    [
        '{"chemical": []}',
        '{"disease": [], "chemical": []}',
        '{"chemical": [], "disease": [], "gene": []}',
        '{"chemical": [], "disease": [], "disease": []}',
        '{"chemical": "zinc", "disease": []}',
        '{"chemical": [1], "disease": []}',
        '{"chemical": [null], "disease": []}',
        '{"chemical": {}, "disease": []}',
        '{"chemical": ["zinc"], "disease": []',
        '{"chemical": ["zinc",], "disease": []}',
        "{'chemical': [], 'disease': []}",
        '[["chemical", []], ["disease", []]]',
        '{"chemical": [], "disease": []} and so on',
        "[" * 100_000,
    ],
)
def test_other_json_is_not_allowed(answer: str) -> None:
    """Catches a referee that lets pass what no decoder can write, or that fails on hostile text."""
    assert not grammar("bc5cdr").allows(answer)


def test_the_schema_asks_for_every_label_and_nothing_else() -> None:
    """Catches a key that a decoder may leave out or add: our own referee would not show it."""
    names = {"type": "array", "items": {"type": "string"}}
    found = json.loads(grammar("bc5cdr").text)
    assert list(found["properties"].items()) == [("chemical", names), ("disease", names)]
    assert (found["type"], found["required"]) == ("object", ["chemical", "disease"])
    assert found["additionalProperties"] is False


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT Wine FROM table",
        "SELECT MAX(Height (cm)) FROM table WHERE Men's winner = 'Ann O''Hara'",
        "SELECT COUNT(Wine) FROM table WHERE Year > 3 AND Year built < -2.5 AND Wine = ''",
        "SELECT Yes|No FROM table WHERE Yes|No = 'No = 1 AND Yes'",
    ],
)
def test_sql_of_the_dialect_is_allowed(sql: str) -> None:
    """Catches column names with signs in them that are taken for patterns or for syntax."""
    assert grammar("wikisql", WINES).allows(sql)
    assert grammar("wikisql").allows(sql)


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT Grape FROM table",
        "SELECT Wines FROM table",
        "SELECT Yes FROM table",
        "SELECT MEDIAN(Year) FROM table",
        "SELECT Wine FROM table WHERE Grape = 3",
    ],
)
def test_a_column_that_the_table_lacks_is_not_allowed(sql: str) -> None:
    """Catches fields that are not used, and a header that is split or matched in the wrong way."""
    assert not grammar("wikisql", WINES).allows(sql)
    assert grammar("wikisql").allows(sql)


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT Wine",
        "SELECT Wine FROM wines",
        "SELECT Wine FROM table;",
        "SELECT Wine FROM table WHERE",
        "SELECT Wine FROM table WHERE Year",
        "SELECT Wine FROM table WHERE Year = x",
        "SELECT Wine FROM table WHERE Year = 'x",
        "SELECT Wine FROM table WHERE Year = 3.",
        "SELECT Wine FROM table WHERE Year = 3 OR Year = 4",
        "SELECT Wine FROM table WHERE Year = 3 AND",
        "SELECT Wine FROM table WHERE Year >= 3",
        "SELECT Wine FROM table WHERE Wine = 'a\nb'",
    ],
)
def test_other_sql_is_not_allowed(sql: str) -> None:
    """Catches a SELECT that is held to its form only up to some part."""
    assert not grammar("wikisql", WINES).allows(sql)
    assert not grammar("wikisql").allows(sql)


@pytest.mark.parametrize(
    ("code", "right"),
    [
        ("def f(x):\n    return x", True),
        ("import math\n\ndef f(x: int) -> int:\n    y = x\n\n    return math.floor(y)", True),
        ("def g():\n    return 1\n\n\ndef f(x):\n    return g()", True),
        ("def f(x):\n    if x:\n        return ')'\n    return '('", True),
        ("def f(x):", False),
        ("def f(x)\n    return x", False),
        ("def f(x):\nreturn x", False),
        ("def f(x):\n  return x", False),
        ("def f(x):\n    return x\nprint(f(1))", False),
        ("def f(x):\n    return x\n### Task: next", False),
        ("Here is the code:\ndef f(x):\n    return x", False),
        ("```python\ndef f(x):\n    return x\n```", False),
        ("return x", False),
    ],
)
def test_code_is_functions_and_what_they_import(code: str, right: bool) -> None:
    """Catches talk around the code, a body that does not begin, and code that runs on its own."""
    assert grammar("magicoder").allows(code) is right


@pytest.mark.parametrize("task", [task for task in BOUND if CARDS[task].kind != "entities"])
def test_a_regex_is_one_that_every_library_reads(task: str) -> None:
    """Catches what Python alone understands, such as (?:...) or \\w, and alternatives outside a
    group, which would set free of the joining space all but the first."""
    example = CARDS[task].examples[0]
    for fields in (example.fields, None):
        text = grammar(task, fields).text
        bare = re.sub(r"\[[^\]]+\]", "", re.sub(r"\\[n\\.^$*+?{}()|\[\]]", "", text))
        assert not set(bare) & set("\\.^${}")
        assert "(?" not in bare
        assert re.fullmatch(f" {text}", f" {example.answer}")
        assert not re.fullmatch(f" {text}", example.answer)
        assert all(_top_level_is_plain(bare))


def _top_level_is_plain(bare: str) -> Iterator[bool]:
    depth = 0
    for sign in bare:
        depth += {"(": 1, ")": -1}.get(sign, 0)
        yield not (sign == "|" and depth == 0)

"""Answers as what they are: valid or not said so, nothing mended, every text escaped."""

from html.parser import HTMLParser

import pytest

from adapters.catalog import Catalog
from app.page import answer_view

CARDS = {task: entry.card for task, entry in Catalog.open().entries.items()}
SQL = {"table": "Player, Points", "question": "Who?"}
HOSTILE = """<script>alert(1)</script><b id="x">'"&"""


class Seen(HTMLParser):
    """The text of a view, and the texts inside each kind of tag."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.inside: list[str] = []
        self.tags: dict[str, list[str]] = {}
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.inside.append(tag)
        self.tags.setdefault(tag, []).append("")

    def handle_endtag(self, tag: str) -> None:
        self.inside.pop()

    def handle_data(self, data: str) -> None:
        self.text += data
        for tag in self.inside:
            self.tags[tag][-1] += data


def seen(task: str, fields: dict[str, str], text: str) -> Seen:
    return Seen(answer_view.by_kind(CARDS[task], fields, text))


@pytest.mark.parametrize("task", sorted(CARDS))
def test_hostile_answers_and_inputs_stay_text(task: str) -> None:
    """Catches one kind of answer whose view lets markup through."""
    fields = {item.name: HOSTILE for item in CARDS[task].fields}
    view = seen(task, fields, HOSTILE)
    assert "script" not in view.tags
    assert HOSTILE in view.text


def test_a_named_hostile_entity_stays_text() -> None:
    """Catches markup that arrives as an entity, in the text or beside it."""
    card = CARDS["conllpp"]
    kinds = ", ".join(f'"{kind}": []' for kind in card.labels[1:])
    said = f'{{"{card.labels[0]}": ["<b>Anna</b>", "<i>Bo</i>"], {kinds}}}'
    view = seen("conllpp", {card.main_field: "Here is <b>Anna</b>."}, said)
    assert ("b" in view.tags, "i" in view.tags) == (False, False)
    assert view.tags["mark"] == [f"<b>Anna</b>{card.labels[0]}"]
    assert f"not in the text: <i>Bo</i> ({card.labels[0]})" in view.text


def test_label_that_is_none_is_said_to_be_none() -> None:
    """Catches a chip that makes any text look like a label."""
    card = CARDS["covid"]
    assert seen("covid", {}, f" {card.labels[0]}").text == card.labels[0]
    assert "not one of the 5 labels" in seen("covid", {}, "Nice").text


def test_sql_is_judged_by_its_columns_and_its_values_are_no_keywords() -> None:
    """Catches validity without the header, and a value set as if it were a command."""
    view = seen("wikisql", SQL, "SELECT Points FROM table WHERE Player = 'AND FROM'")
    assert "Valid SQL" in view.text
    assert view.tags["b"] == ["SELECT", "FROM", "WHERE"]
    assert "The table has no column" in seen("wikisql", SQL, "SELECT Year FROM table").text


@pytest.mark.parametrize(
    ("text", "names", "spots"),
    [
        ("New York and York", {"a": ("York", "New York")}, ["New York", "York"]),
        ("Annas Anna", {"a": ("Anna",)}, ["Anna"]),
        ("U.S. (U.S.)", {"a": ("U.S.",)}, ["U.S.", "U.S."]),
        ("nothing", {"a": ("", " ")}, []),
    ],
)
def test_entities_are_found_as_whole_words(
    text: str, names: dict[str, tuple[str, ...]], spots: list[str]
) -> None:
    """Catches half words, overlapping marks and an empty name that is everywhere."""
    assert [text[start:end] for start, end, _ in answer_view.found_in(text, names)] == spots


def test_a_name_of_two_kinds_shows_both() -> None:
    """Catches an answer that is made to look more decided than it is."""
    assert answer_view.found_in("Paris", {"person": ("Paris",), "place": ("Paris",)}) == [
        (0, 5, ("person", "place"))
    ]

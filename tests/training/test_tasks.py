"""All tasks' examples: seeded, answerable, and held out where they say so."""

import re
from itertools import islice
from pathlib import Path

import pytest

from adapters.card import Card, load_cards
from adapters.catalog import PROFILES
from adapters.metrics import mark
from training.heldout import NAMES_FILE, freeze, known_words
from training.tasks import load
from training.tasks.task import NAMES, UnknownTask
from training.words import words_of

pytestmark = pytest.mark.breeds
CARDS = load_cards(PROFILES["mini"].cards)


@pytest.fixture(params=NAMES)
def card(request: pytest.FixtureRequest) -> Card:
    return CARDS[request.param]


def test_the_same_seed_gives_the_same_examples(card: Card) -> None:
    """Catches hidden state: a resumed training would read other data."""
    task = load(card.task)
    first = list(task.examples("train", 7, 40))
    assert first == list(task.examples("train", 7, 40))
    assert first != list(task.examples("train", 8, 40))
    assert first != list(task.examples("validation", 7, 40))


def test_every_right_answer_is_right_by_the_metric(card: Card) -> None:
    """Catches answers that their own metric marks wrong: no adapter could reach 1.0."""
    examples = list(load(card.task).examples("train", 0, 400))
    wrong = [e for e in examples if mark(card, e, e.answer).score != 1.0]
    assert wrong == []


def test_examples_fill_the_card_and_fit_the_context(card: Card) -> None:
    """Catches fields that the card lacks, and prompts far beyond what the base can read."""
    for example in load(card.task).examples("train", 1, 300):
        assert len(card.prompt(example.fields)) < 1500


def test_held_out_examples_name_only_held_out_names(card: Card) -> None:
    """Catches a name drawn from the wrong list: the score would measure memory."""
    task = load(card.task)
    made = list(islice(task.stream("heldout", 0), 150))
    training = known_words(
        " ".join((*e.fields.values(), e.answer)) for e in task.examples("train", 0, 1500)
    )
    assert all(one.entities for one in made if one.frames == "train")
    shared = [name for one in made for name in one.entities if words_of(name) in training]
    assert len(shared) <= 2  # two-word names of common words may coincide; freeze drops those
    assert {one.frames for one in made} == {"train", "heldout"}


def test_a_frozen_file_holds_no_name_that_was_read(card: Card, tmp_path: Path) -> None:
    """Catches a freeze that lets a known name through."""
    task = load(card.task)
    one = next(made for made in task.stream("heldout", 0) if made.entities)
    read = known_words([f"They spoke of {one.entities[0]} at length."])
    freeze(task, card, tmp_path, read, seed=0, count=20)
    names = (tmp_path / NAMES_FILE).read_text(encoding="utf-8").splitlines()
    assert one.entities[0] not in names
    assert len((tmp_path / "heldout.jsonl").read_text(encoding="utf-8").splitlines()) == 20


def test_sql_answers_use_the_header_verbatim() -> None:
    """Catches columns that the question renamed: the answer could not be derived."""
    for example in load("wikisql").examples("train", 3, 300):
        header = example.fields["table"].split(", ")
        match = re.match(r"SELECT (?:[A-Z]+\((.*)\)|(.*)) FROM table WHERE (.*)", example.answer)
        assert match is not None, example.answer
        assert (match[1] or match[2]) in header
        assert any(match[3].startswith(f"{column} ") for column in header)


def test_an_unknown_task_is_refused_in_one_sentence() -> None:
    """Catches a traceback for a slip of the keyboard."""
    with pytest.raises(UnknownTask, match="no task 'covd'; the tasks are bc5cdr"):
        load("covd")

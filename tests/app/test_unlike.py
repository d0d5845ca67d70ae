"""Own text that a miniature can make little of: when that is said, and when not."""

import pytest

from adapters.catalog import Catalog
from app.page import task_view
from app.task import Task
from app.unlike import KnownWords, Unlike

TASKS = {
    task: Task(entry)
    for task, entry in Catalog.open().entries.items()
    if task in {"covid", "conllpp", "customer_support"}
}


@pytest.fixture(scope="module")
def words() -> KnownWords:
    return KnownWords()


@pytest.mark.parametrize(
    ("text", "is_unlike"),
    [
        ("Der Hund schläft im Garten und träumt von Würsten.", True),
        ("Quantum entanglement violates Bell inequalities in photonic lattices", True),
        ("My neighbour is ill and the shop is closed today.", False),
        ("Merkel", False),
        ("", False),
        ("2020 12 !!!", False),
    ],
)
def test_only_text_of_many_unknown_words_is_unlike(
    words: KnownWords, text: str, is_unlike: bool
) -> None:
    """Catches a warning at every name, and silence about another language."""
    assert (words.unlike(TASKS, text) is not None) is is_unlike


def test_no_example_is_unlike_what_was_read(words: KnownWords) -> None:
    """Catches a warning beside the demo's own text."""
    for task in TASKS.values():
        for example in task.heldout:
            assert words.unlike(TASKS, example.fields[task.card.main_field]) is None


def test_the_notice_is_quiet_and_escaped() -> None:
    """Catches a word of the visitor's that becomes markup, and an alarm."""
    shown = task_view.unlike(Unlike(("<b>", "x", "y"), 5))
    assert "3 of these 5 words" in shown
    assert ("<b>" in shown, "alert" in shown) == (False, False)
    assert task_view.unlike(None) == ""

"""Who answers: what addresses, choices and other tasks make of a pair, and how it is named."""

import pytest

from adapters.catalog import Catalog
from app.contenders import BASE, HELD_BASE, Contender, adapter_of
from app.page import pairing, who_view

WIKISQL, COVID = (Catalog.open().entries[task].card for task in ("wikisql", "covid"))
ABLE = (
    adapter_of(WIKISQL),
    Contender(BASE, "Base alone"),
    Contender(HELD_BASE, "Base, held", is_held=True),
    adapter_of(COVID),
)


def ids(pair: pairing.Pair) -> tuple[str, str]:
    return pair[0].contender_id, pair[1].contender_id


@pytest.mark.parametrize(
    ("a", "b", "shown"),
    [
        ("", "", ("wikisql", BASE)),
        ("covid", "", ("covid", BASE)),
        ("", "wikisql", (BASE, "wikisql")),
        (BASE, "", (BASE, "wikisql")),
        (BASE, BASE, (BASE, "wikisql")),
        ("covid", "covid", ("covid", BASE)),
        ("<b>", "unknown", ("wikisql", BASE)),
        (HELD_BASE, "wikisql", (HELD_BASE, "wikisql")),
    ],
)
def test_an_address_opens_two_different_contenders(a: str, b: str, shown: tuple[str, str]) -> None:
    """Catches a link that opens one contender twice, or nobody, or another pair than it says."""
    pair = pairing.settled(WIKISQL, ABLE, a, b)
    assert ids(pair) == shown
    assert ids(pairing.settled(WIKISQL, ABLE, *pairing.in_address(WIKISQL, pair))) == shown


def test_an_adapter_that_is_not_served_keeps_its_place() -> None:
    """Catches a page that quietly compares something else where an adapter is missing."""
    assert ids(pairing.settled(WIKISQL, ABLE[1:], "", "")) == ("wikisql", BASE)


def test_another_task_brings_its_own_adapter() -> None:
    """Catches the adapter of the task before, answering the prompts of this one."""
    assert pairing.moved(HELD_BASE, "wikisql", "wikisql", "covid") == (HELD_BASE, "covid")
    assert pairing.moved("dbpedia", BASE, "wikisql", "covid") == ("dbpedia", BASE)


def test_choosing_who_stands_opposite_changes_places() -> None:
    """Catches a choice that is refused because the other pane has it."""
    assert pairing.exchanged("wikisql", BASE, 0, BASE) == (BASE, "wikisql")
    assert pairing.exchanged("wikisql", BASE, 1, "covid") == ("wikisql", "covid")


def test_choice_shows_who_is_chosen_and_escapes_names() -> None:
    """Catches a heading that names another than who answers, and a title that is markup."""
    hostile = Contender("x", "<img src=x>", "x")
    pair = (hostile, ABLE[1])
    a, b = who_view.choices(WIKISQL, (*ABLE, hostile), pair)
    assert '<option value="x" selected>&lt;img src=x&gt;</option>' in a
    assert f'<option value="{BASE}" selected>' in b
    assert a.count("selected") == b.count("selected") == 1
    assert ('data-address="x"' in a, 'data-address=""' in b) == (True, True)
    assert who_view.named(pair) == "A, <img src=x>, and B, Base alone"

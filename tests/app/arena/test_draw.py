"""Who meets whom in which place, over many draws."""

import random
import sqlite3
from collections import Counter

import pytest
from scipy.stats import binom

from app.arena.arena import Arena, Ending
from app.arena.draw import playable
from app.compare import ComparisonService, RunRefused
from app.feedback.store import FeedbackStore
from tests.app.arena.conftest import SQL

ME = "0" * 32
MEETING = {"wikisql", "base", "base-format", "generalist"}


async def texts_of(arena: Arena, task: str) -> tuple[str, str, str]:
    """The run's id and both texts as they were shown; a contender says its own name."""
    drawn, shown = arena.draw(ME, task), ["", ""]
    async for event in arena.run(drawn):
        if isinstance(event, Ending):
            assert event.problem is None
        else:
            shown = [shown[0] + event.a, shown[1] + event.b]
    return drawn.run_id, *shown


async def test_places_are_fair_and_the_database_has_them_as_shown(
    arena: Arena, store: FeedbackStore
) -> None:
    """Catches an order that favours a contender, a pair that never meets, and positions that are
    recorded before the shuffle."""
    arena.chance = random.Random(20)
    shown = [await texts_of(arena, "wikisql") for _ in range(200)]
    pairs = Counter((a, b) for _, a, b in shown)
    assert set(pairs) == {(a, b) for a in MEETING for b in MEETING if a != b}
    num_met = sum(number for pair, number in pairs.items() if "wikisql" in pair)
    num_left = sum(number for pair, number in pairs.items() if pair[0] == "wikisql")
    low, high = binom.interval(0.999, num_met, 0.5)
    assert low <= num_left <= high

    query = "SELECT client_nonce, contestant_id FROM outputs JOIN comparisons USING (comparison_id)"
    for place, position in enumerate("AB", 1):
        with sqlite3.connect(store.path) as db:
            kept = dict(db.execute(f"{query} WHERE position = ?", [position]))
        db.close()
        for run_id, *texts in shown:
            contender = kept[run_id].removeprefix("adapter:").partition("@")[0].partition(":")[0]
            assert contender == texts[place - 1]


def test_only_tasks_with_two_contenders_are_offered(comparisons: ComparisonService) -> None:
    """Catches a task without an adapter and without a form that meets itself, and one of labels
    left out although the base can be held to them."""
    offered = {task.card.task for task in playable(comparisons)}
    assert {"wikisql", "covid", "glue_sst2"} <= offered


def test_an_example_is_one_that_nobody_learned_from(arena: Arena) -> None:
    """Catches a specialist that is asked what it was taught."""
    arena.chance = random.Random(1)
    for _ in range(20):
        drawn = arena.draw(ME)
        assert drawn.fields in [dict(example.fields) for example in drawn.task.heldout]


@pytest.mark.parametrize(
    ("task", "fields", "field", "words"),
    [
        ("wikisql", SQL | {"question": " "}, "question", "fill in"),
        ("wikisql", SQL | {"question": "who " * 500}, "question", "too long"),
        ("nothing", None, None, "no task named"),
    ],
)
def test_what_cannot_be_asked_is_refused(
    arena: Arena, task: str, fields: dict[str, str] | None, field: str | None, words: str
) -> None:
    """Catches a bad text that is only noticed when the answers are due."""
    with pytest.raises(RunRefused, match=words) as refusal:
        arena.draw(ME, task, fields)
    assert refusal.value.field == field


def test_forgotten_draws_do_not_pile_up(arena: Arena, monkeypatch: pytest.MonkeyPatch) -> None:
    """Catches a memory that grows with every visitor who draws and leaves."""
    monkeypatch.setattr("app.arena.arena.MAX_DRAWN", 3)
    run_ids = [arena.draw(ME, "wikisql", SQL).run_id for _ in range(5)]
    assert [arena.take(ME, run_id) is not None for run_id in run_ids] == [False] * 2 + [True] * 3

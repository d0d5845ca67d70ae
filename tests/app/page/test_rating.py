"""The vote bar after a refusal: it must show what the store has."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import gradio as gr
import pytest

from app.feedback.errors import FeedbackUnavailable
from app.feedback.store import FeedbackStore
from app.page import rating
from app.page.parts import Parts, lay_out
from app.page.rating import Rating
from app.page.ticket import Ticket
from app.page.updates import Update
from tests.app.feedback.recording import SESSION, complete

NOBODY = gr.Request()
USUAL = ("covid", "base")


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FeedbackStore]:
    monkeypatch.setattr(rating, "session_of", lambda request: SESSION)
    with FeedbackStore.open(tmp_path / "ratings.db") as opened:
        yield opened


@pytest.fixture
async def parts() -> Parts:
    # Outside a loop, Gradio makes loops for its locks and leaves them open.
    with gr.Blocks():
        return lay_out()


def bar(parts: Parts, update: Update) -> dict[str, Any]:
    """What the update makes of the bar."""
    buttons = [update[button] for button in parts.votes.buttons]
    return {
        "live": [button["interactive"] for button in buttons],
        "chosen": [n for n, button in enumerate(buttons) if button["variant"] == "primary"],
        "undo": update[parts.votes.undo]["visible"],
    }


VOTED_A = {"live": [False] * 4, "chosen": [0], "undo": True}
UNVOTED = {"live": [True] * 4, "chosen": [], "undo": False}


def fail(*_: object, **__: object) -> None:
    raise FeedbackUnavailable("The file is gone.")


async def test_second_of_two_quick_keys_shows_the_first(store: FeedbackStore, parts: Parts) -> None:
    """Catches live buttons and no Undo beside a stored vote, and an internal key in the note."""
    ticket, bar_of = Ticket("run", complete(store)), Rating(parts, store)

    await bar_of.voter(0)("covid", *USUAL, ticket.to_text(), "", NOBODY)
    update = await bar_of.voter(1)("covid", *USUAL, ticket.to_text(), "", NOBODY)
    assert bar(parts, update) == VOTED_A
    assert "Another rating came first" in update[parts.votes.note]
    assert ticket.vote_key not in update[parts.votes.note]


async def test_a_vote_without_figures_is_still_a_vote(
    store: FeedbackStore, parts: Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Catches a stored vote that is shown as refused because counting failed after it."""
    monkeypatch.setattr(store, "counts", fail)
    ticket = Ticket("run", complete(store)).to_text()
    update = await Rating(parts, store).voter(0)("covid", *USUAL, ticket, "", NOBODY)
    assert bar(parts, update) == VOTED_A
    assert "Your rating is kept" in update[parts.votes.note]


async def test_an_undo_that_fails_leaves_the_vote(
    store: FeedbackStore, parts: Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Catches buttons that come alive though the rating still stands."""
    ticket, bar_of = Ticket("run", complete(store)).to_text(), Rating(parts, store)
    monkeypatch.setattr(store, "retract_vote", fail)
    await bar_of.voter(0)("covid", *USUAL, ticket, "", NOBODY)
    update = await bar_of.undo(ticket, NOBODY)
    assert bar(parts, update) == VOTED_A
    assert "The file is gone." in update[parts.votes.note]


async def test_an_undo_of_nothing_leaves_the_buttons_live(
    store: FeedbackStore, parts: Parts
) -> None:
    """Catches a pair that nobody can rate after a refusal."""
    ticket = Ticket("run", complete(store)).to_text()
    update = await Rating(parts, store).undo(ticket, NOBODY)
    assert bar(parts, update) == UNVOTED


async def test_a_store_that_cannot_be_read_moves_nothing(
    store: FeedbackStore, parts: Parts, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Catches a guess about the vote where only the reason is known."""
    for name in ("cast_vote", "active_vote"):
        monkeypatch.setattr(store, name, fail)
    ticket = Ticket("run", complete(store)).to_text()
    update = await Rating(parts, store).voter(0)("covid", *USUAL, ticket, "", NOBODY)
    assert list(update) == [parts.votes.note]


async def test_other_pairs_are_not_counted_as_adapter_against_base(
    store: FeedbackStore, parts: Parts
) -> None:
    """Catches thanks with counts that the rating is not among."""
    ticket = Ticket("run", complete(store)).to_text()
    update = await Rating(parts, store).voter(0)("covid", "covid", "dbpedia", ticket, "", NOBODY)
    assert rating.KEPT in update[parts.votes.note]

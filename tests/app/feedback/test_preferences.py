"""Battles and preferences: the prompt as it was read, clear winners only, the rest counted."""

import io
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from adapters.card import Card
from adapters.catalog import Catalog
from app.feedback.erasure import erase
from app.feedback.export import EVERYTHING, Manifest, export_ratings
from app.feedback.prompts import template_sha256
from app.feedback.records import Filter, Format
from app.feedback.store import FeedbackStore
from tests.app.feedback.recording import ADAPTER, BASE, A, B, rated

CARDS = {name: entry.card for name, entry in Catalog.open().entries.items()}
CARD = CARDS["covid"]
TWEET = {"OriginalTweet": "Bread  for\nall", "TweetAt": ""}
STOPPED = replace(B, finish_reason="stop")


def rate(store: FeedbackStore, nonce: str, choice: str, **more: Any) -> str:
    fitting = {"template_sha256": template_sha256(CARD), "inputs": TWEET, "results": (A, B)}
    return rated(store, nonce, choice, **(fitting | more))


def lines(
    path: Path, form: Format, cards: dict[str, Card] = CARDS, wanted: Filter = EVERYTHING
) -> tuple[list[dict[str, Any]], Manifest]:
    out = io.StringIO(newline="")
    manifest = export_ratings(path, form, out, cards, wanted)
    return [json.loads(line) for line in out.getvalue().splitlines()], manifest


def test_a_preference_is_what_the_model_read_and_wrote(store: FeedbackStore) -> None:
    """Catches a prompt that differs from the one that was answered, or texts tidied up."""
    comparison_id = rate(store, "1", "A")
    (line,), manifest = lines(store.path, "dpo")
    assert line.pop("voted_at").endswith("+00:00")
    assert line == {
        "prompt": CARD.prompt(TWEET),
        "chosen": A.text,
        "rejected": B.text,
        "chosen_id": ADAPTER.contestant_id,
        "rejected_id": BASE.contestant_id,
        "task": "covid",
        "mode": "named",
        "comparison_id": comparison_id,
    }
    assert "### Tweet: Bread for all\n" in line["prompt"]
    assert (manifest.num_rows, manifest.left_out) == (1, {})


def test_what_teaches_nothing_is_left_out_and_counted(store: FeedbackStore) -> None:
    """Catches ties as preferences, a chosen text cut off in mid-word, a prompt never asked."""
    rate(store, "tie", "tie")
    rate(store, "bad", "both_bad")
    rate(store, "cut", "B")
    rate(store, "same", "A", results=(A, replace(STOPPED, text=A.text)))
    rate(store, "template", "A", template_sha256="cd" * 32)
    rate(store, "fields", "A", inputs={"Tweet": "x"})
    rate(store, "card", "A", task="gone")
    rate(store, "erased", "A", session_id="session-2")
    erase(store.path, "session-2")
    rate(store, "good", "B", results=(A, STOPPED))
    undone = rate(store, "undone", "A")
    store.retract_vote(undone, "session-1", "undo")
    (line,), manifest = lines(store.path, "dpo")
    assert (line["chosen"], line["rejected"]) == (B.text, A.text)
    assert manifest.left_out == {
        "tie or both bad": 2,
        "preferred answer cut off at its limit": 1,
        "both texts equal": 1,
        "template changed since": 2,
        "no card of the task": 1,
        "erased on request": 1,
    }


def test_a_correction_is_preferred_to_both(store: FeedbackStore) -> None:
    """Catches a better answer that somebody took the trouble to write, and nobody learns from."""
    rate(store, "1", "both_bad", correction=" Positive\n")
    over_a, over_b = lines(store.path, "dpo")[0]
    assert [over_a["chosen"], over_b["chosen"]] == [" Positive", " Positive"]
    assert [over_a["rejected"], over_b["rejected"]] == [A.text, B.text]
    assert over_a["chosen_id"] is None


@pytest.mark.parametrize(
    ("choice", "winner"),
    [("A", "model_a"), ("B", "model_b"), ("tie", "tie"), ("both_bad", "tie (bothbad)")],
)
def test_a_battle_has_the_words_of_arenas(store: FeedbackStore, choice: str, winner: str) -> None:
    """Catches a file that programs for arenas' battles cannot read."""
    rate(store, "1", choice, mode="blind", sides=(BASE, ADAPTER))
    (line,), manifest = lines(store.path, "arena")
    assert line["winner"] == winner
    assert (line["model_a"], line["model_b"]) == (BASE.contestant_id, ADAPTER.contestant_id)
    assert (line["anony"], line["turn"], manifest.left_out) == (True, 1, {})
    for side, text in (("conversation_a", A.text), ("conversation_b", B.text)):
        asked, answered = line[side]
        assert asked == {"role": "user", "content": CARD.prompt(TWEET)}
        assert answered == {"role": "assistant", "content": text}


@pytest.mark.parametrize("form", ["jsonl", "csv", "arena", "dpo"])
def test_a_filter_filters_and_is_told(store: FeedbackStore, form: Format) -> None:
    """Catches a file of everything that claims to be of one task, or of hidden names only."""
    rate(store, "1", "A")
    rate(store, "2", "A", mode="blind")
    rate(store, "3", "A", task="dbpedia", mode="blind")
    for wanted, expected in (
        (Filter(), 3),
        (Filter(task="covid"), 2),
        (Filter(mode="blind"), 2),
        (Filter("covid", "blind"), 1),
        (Filter("nothing"), 0),
    ):
        out = io.StringIO()
        manifest = export_ratings(store.path, form, out, CARDS, wanted)
        assert manifest.num_rows + sum(manifest.left_out.values()) == expected
        assert manifest.filter == wanted
        assert manifest.max_event_id == 3

"""Comparisons and votes through the store: what is kept, what is refused, and in which words."""

import sqlite3
import threading
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from app.feedback.errors import FeedbackUnavailable, RecordRefused, VoteRefused
from app.feedback.records import SideResult, SideStart, VoteCounts
from app.feedback.store import FeedbackStore
from tests.app.feedback.recording import ADAPTER, BASE, SESSION, START, A, B, begin, complete, vote


def rows(store: FeedbackStore, query: str) -> list[Any]:
    with closing(sqlite3.connect(store.path)) as connection:
        return connection.execute(query).fetchall()


def test_a_vote_refers_to_what_was_shown(store: FeedbackStore) -> None:
    """Catches a vote without the texts, the weights, the sampling or the times it was about."""
    comparison_id = complete(store)
    given = vote(store, comparison_id, comment="  short and right ")
    assert store.active_vote(comparison_id, SESSION) == given
    assert given.comment == "short and right"
    assert given.tags == ("format",)
    assert rows(
        store,
        "SELECT choice, winner_id, text, first_token_ms, weights_digest, params_json FROM votes"
        " JOIN outputs USING (comparison_id) JOIN contestants USING (contestant_id)"
        " JOIN comparisons USING (comparison_id) WHERE position = 'A'",
    ) == [
        (
            "A",
            ADAPTER.contestant_id,
            A.text,
            A.first_token_ms,
            ADAPTER.weights_digest,
            '{"temperature": 0.0, "seed": null, "stop": ["\\n"]}',
        )
    ]


def test_no_column_could_hold_an_address(store: FeedbackStore) -> None:
    """Catches a visitor's address creeping into the schema."""
    columns = rows(
        store,
        "SELECT t.name || '.' || c.name FROM sqlite_schema t, pragma_table_info(t.name) c"
        " WHERE t.type = 'table'",
    )
    assert len(columns) > 30
    assert not [name for (name,) in columns if "ip" in name.split(".")[1].split("_")]


def test_the_same_nonce_is_the_same_comparison(store: FeedbackStore) -> None:
    """Catches a double click on Run that makes two rows, or one that crosses sessions."""
    assert begin(store) == begin(store)
    assert begin(store, session_id="other") != begin(store)
    assert rows(store, "SELECT count(*) FROM outputs") == [(4,)]


def test_an_id_stands_for_one_set_of_weights(store: FeedbackStore) -> None:
    """Catches old votes that come to speak for new weights; a new title is no new contestant."""
    begin(store)
    retitled = replace(ADAPTER, name="Sentiment of tweets")
    store.start_comparison(
        replace(START, client_nonce="2", sides=(SideStart("A", BASE), SideStart("B", retitled)))
    )
    retrained = replace(ADAPTER, weights_digest="sha256:cc")
    with pytest.raises(RecordRefused, match="sha256:cc"):
        store.start_comparison(
            replace(
                START, client_nonce="3", sides=(SideStart("A", BASE), SideStart("B", retrained))
            )
        )
    assert rows(store, "SELECT count(*) FROM comparisons") == [(2,)]
    assert rows(store, "SELECT name FROM contestants WHERE kind = 'adapter'") == [
        ("Sentiment of tweets",)
    ]


def test_a_finished_comparison_stays_as_it_is(store: FeedbackStore) -> None:
    """Catches a late second run that overwrites the texts people have seen."""
    comparison_id = complete(store)
    with pytest.raises(RecordRefused, match="already complete"):
        store.finish_comparison(comparison_id, "failed", (replace(A, text="other"), B))
    with pytest.raises(RecordRefused, match="no comparison nowhere"):
        store.finish_comparison("nowhere", "failed", ())
    assert rows(store, "SELECT text FROM outputs ORDER BY position") == [(A.text,), (B.text,)]


@pytest.mark.parametrize(
    ("sides", "state"),
    [
        ((A, B), "failed"),
        ((A, B), "cancelled"),
        ((A,), "complete"),
        ((A, replace(B, finish_reason="cancelled")), "complete"),
        ((replace(A, finish_reason="error", error="out of memory"), B), "complete"),
    ],
)
def test_only_two_whole_answers_can_be_rated(
    store: FeedbackStore, sides: tuple[SideResult, ...], state: Any
) -> None:
    """Catches votes on answers that were cut off by Stop, by a failure, or that never came."""
    comparison_id = complete(store, state=state, sides=sides)
    with pytest.raises(VoteRefused, match="two answers were finished"):
        vote(store, comparison_id)
    assert store.counts("covid").num_votes == 0


def test_a_running_pair_cannot_be_rated(store: FeedbackStore) -> None:
    """Catches a vote that arrives before the answers do."""
    with pytest.raises(VoteRefused, match="two answers were finished"):
        vote(store, begin(store))


def test_only_the_owner_votes(store: FeedbackStore) -> None:
    """Catches a stolen comparison id; the words do not tell whether the id exists."""
    comparison_id = complete(store)
    store.ensure_session("thief")
    with pytest.raises(VoteRefused, match="not one of yours") as stolen:
        vote(store, comparison_id, session_id="thief")
    with pytest.raises(VoteRefused) as invented:
        vote(store, "nowhere")
    assert str(stolen.value) == str(invented.value)
    with pytest.raises(VoteRefused, match="not one of yours"):
        store.retract_vote(comparison_id, "thief", "key-2")
    assert store.active_vote(comparison_id, "thief") is None


def test_a_replay_changes_nothing(store: FeedbackStore) -> None:
    """Catches a retried request that counts twice, or brings a vote back after its undoing."""
    comparison_id = complete(store)
    first = vote(store, comparison_id)
    assert vote(store, comparison_id) == first
    store.retract_vote(comparison_id, SESSION, "undo-1")
    store.retract_vote(comparison_id, SESSION, "undo-1")
    assert vote(store, comparison_id) == first
    assert store.active_vote(comparison_id, SESSION) is None
    again = vote(store, comparison_id, "tie", "key-2")
    store.retract_vote(comparison_id, SESSION, "undo-1")
    assert store.active_vote(comparison_id, SESSION) == again
    assert rows(store, "SELECT kind, choice FROM vote_events ORDER BY event_id") == [
        ("cast", "A"),
        ("retract", None),
        ("cast", "tie"),
    ]


def test_a_key_belongs_to_one_rating(store: FeedbackStore) -> None:
    """Catches a reused key that returns some other pair's vote as if it were this one's."""
    first, second = complete(store), complete(store, "nonce-2")
    vote(store, first)
    for attempt in (
        lambda: vote(store, second),
        lambda: vote(store, first, "B"),
        lambda: store.retract_vote(first, SESSION, "key-1"),
    ):
        with pytest.raises(VoteRefused, match="Another rating came first"):
            attempt()
    theirs = complete(store, session_id="other")
    assert vote(store, theirs, "both_bad", session_id="other").choice == "both_bad"


def test_one_active_vote_at_a_time(store: FeedbackStore) -> None:
    """Catches a second vote on top of the first, and an undo of nothing."""
    comparison_id = complete(store)
    with pytest.raises(VoteRefused, match="no rating"):
        store.retract_vote(comparison_id, SESSION, "undo-0")
    vote(store, comparison_id)
    with pytest.raises(VoteRefused, match="already"):
        vote(store, comparison_id, "B", "key-2")
    store.retract_vote(comparison_id, SESSION, "undo-1")
    with pytest.raises(VoteRefused, match="no rating"):
        store.retract_vote(comparison_id, SESSION, "undo-2")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"choice": "C"}, "'C' is not a rating"),
        ({"comment": "x" * 4001}, "4001 characters"),
        ({"comment": "\ud83d"}, "half a character"),
        ({"tags": ("x",) * 17}, "16 tags"),
        ({"tags": ("x" * 41,)}, "40 characters"),
        ({"idem_key": ""}, "key"),
        ({"idem_key": "k" * 101}, "key"),
        ({"idem_key": "\ud83d"}, "half a character"),
        ({"think_ms": -1}, "think_ms"),
        ({"think_ms": 2**63}, "think_ms"),
    ],
)
def test_malformed_votes_are_refused(
    store: FeedbackStore, change: dict[str, Any], words: str
) -> None:
    """Catches input of a client that reaches the database as a crash or a stored absurdity."""
    asked: dict[str, Any] = {"choice": "A", "idem_key": "key-1", "identities_visible": True}
    with pytest.raises(VoteRefused, match=words):
        store.cast_vote(complete(store), SESSION, **(asked | change))


def test_counts_go_by_who_won_and_by_position(store: FeedbackStore) -> None:
    """Catches an adapter's wins counted by position when it was shown on the right."""
    for nonce, choice in zip("123456", ("A", "A", "A", "B", "tie", "both_bad"), strict=True):
        vote(store, complete(store, nonce), choice, f"key-{nonce}")
    store.retract_vote(begin(store, "1"), SESSION, "undo")
    swapped = store.start_comparison(
        replace(START, client_nonce="7", sides=(SideStart("A", BASE), SideStart("B", ADAPTER)))
    )
    store.finish_comparison(swapped, "complete", (A, B))
    vote(store, swapped, "B", "key-7")
    assert store.counts("covid") == VoteCounts(
        num_votes=6, a=2, b=2, tie=1, both_bad=1, adapter_better=3, base_better=1
    )
    assert store.counts("dbpedia") == VoteCounts(0, 0, 0, 0, 0, 0, 0)
    assert store.counts("covid", "blind").num_votes == 0


def test_two_threads_one_vote(store: FeedbackStore) -> None:
    """Catches two tabs that vote on one pair at the same moment and both succeed."""
    for nonce in range(20):
        comparison_id = complete(store, str(nonce))
        barrier = threading.Barrier(2)
        refused: list[str] = []

        def tab(choice: str, pair: str, gate: threading.Barrier, log: list[str]) -> None:
            gate.wait()
            try:
                vote(store, pair, choice, f"{pair}-{choice}")
            except VoteRefused as error:
                log.append(str(error))

        threads = [
            threading.Thread(target=tab, args=(choice, comparison_id, barrier, refused))
            for choice in "AB"
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(refused) == 1
        assert "already" in refused[0]
    assert store.counts("covid").num_votes == 20


def test_reading_goes_on_while_another_writes(store: FeedbackStore) -> None:
    """Catches readers that wait behind the writer."""
    comparison_id = complete(store)
    vote(store, comparison_id)
    with closing(sqlite3.connect(store.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert store.counts("covid").num_votes == 1
        other.execute("ROLLBACK")


def test_a_locked_file_is_a_sentence_and_passes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Catches a writer that dies, or keeps half a transaction, when another program locks."""
    monkeypatch.setattr("app.feedback.connections.BUSY_TIMEOUT_S", 0)
    with FeedbackStore.open(tmp_path / "ratings.db") as store:
        comparison_id = complete(store)
        with closing(sqlite3.connect(store.path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            with pytest.raises(FeedbackUnavailable, match="locked by another program"):
                vote(store, comparison_id)
        assert vote(store, comparison_id).event_id == 1


def test_a_closed_store_says_so(store: FeedbackStore) -> None:
    """Catches a call that waits for ever for a thread that has ended."""
    comparison_id = complete(store)
    store.close()
    store.close()
    with pytest.raises(FeedbackUnavailable, match="was closed"):
        vote(store, comparison_id)

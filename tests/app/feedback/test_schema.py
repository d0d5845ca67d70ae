"""The rules that the database keeps by itself, whoever writes to it."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest

from app.feedback.store import FeedbackStore
from tests.app.feedback.recording import SESSION, begin, complete, vote


@pytest.fixture
def raw(store: FeedbackStore) -> Iterator[sqlite3.Connection]:
    """Another program's connection to a file with a rated pair "c" and a running one "r"."""
    rated, running = complete(store), begin(store, "nonce-2")
    vote(store, rated)
    with closing(sqlite3.connect(store.path, isolation_level=None)) as connection:
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA recursive_triggers = ON")  # or REPLACE deletes in silence
        connection.create_function("c", 0, lambda: rated)
        connection.create_function("r", 0, lambda: running)
        yield connection


@pytest.mark.parametrize(
    ("statement", "rule"),
    [
        ("UPDATE vote_events SET choice = 'B'", "append_only"),
        ("DELETE FROM vote_events", "append_only"),
        (
            (
                "INSERT OR REPLACE INTO vote_events SELECT event_id, comparison_id, session_id, 2,"
                " 'retract', NULL, NULL, '[]', NULL, NULL, 1, 'k', NULL FROM vote_events"
            ),
            "append_only",
        ),
        ("UPDATE outputs SET text = 'better' WHERE comparison_id = c()", "already_finished"),
        ("UPDATE outputs SET total_ms = 1 WHERE comparison_id = c()", "already_finished"),
        ("DELETE FROM outputs", "outputs_are_kept"),
        (
            (
                "UPDATE comparisons SET state = 'running', finished_at_ms = NULL"
                " WHERE comparison_id = c()"
            ),
            "already_finished",
        ),
        ("UPDATE comparisons SET inputs_json = '{}' WHERE comparison_id = c()", "already_finished"),
        ("UPDATE contestants SET weights_digest = 'x'", "other_weights"),
        ("UPDATE contestants SET task = 'x' WHERE task IS NULL", "other_weights"),
        ("DELETE FROM contestants", "FOREIGN KEY"),
        ("DELETE FROM comparisons WHERE comparison_id = c()", "FOREIGN KEY"),
        ("DELETE FROM sessions", "FOREIGN KEY"),
        (
            "UPDATE comparisons SET finished_at_ms = 1 WHERE comparison_id = r()",
            "state = 'running'",
        ),
        ("UPDATE comparisons SET state = 'done' WHERE comparison_id = r()", "state IN"),
        ("UPDATE comparisons SET mode = 'secret' WHERE comparison_id = r()", "mode IN"),
        ("UPDATE comparisons SET inputs_json = '{' WHERE comparison_id = r()", "inputs_json"),
        ("UPDATE comparisons SET params_json = '{' WHERE comparison_id = r()", "params_json"),
        ("UPDATE comparisons SET client_nonce = 'nonce-1' WHERE comparison_id = r()", "UNIQUE"),
        ("UPDATE comparisons SET created_at_ms = 'now' WHERE comparison_id = r()", "cannot store"),
        ("UPDATE outputs SET finish_reason = 'bored' WHERE comparison_id = r()", "finish_reason"),
        ("UPDATE outputs SET position = 'C' WHERE comparison_id = r()", "position IN"),
        ("UPDATE outputs SET contestant_id = 'nobody' WHERE comparison_id = r()", "constraint"),
        (
            (
                "UPDATE outputs SET contestant_id = (SELECT min(contestant_id) FROM contestants)"
                " WHERE comparison_id = r()"
            ),
            "UNIQUE",
        ),
        ("UPDATE contestants SET kind = 'judge'", "constraint|other_weights"),
        ("UPDATE sessions SET consent_version = NULL", "consent_at_ms"),
    ],
)
def test_the_file_refuses(raw: sqlite3.Connection, statement: str, rule: str) -> None:
    """Catches a rule that only the server's code keeps, and another program would break."""
    with pytest.raises(sqlite3.IntegrityError, match=rule):
        raw.execute(statement)


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({}, None),
        ({"comparison_id": "r()"}, "not_complete"),
        ({"session_id": "'thief'"}, "not_yours"),
        ({"comparison_id": "'nowhere'"}, "not_yours"),
        ({"seq": "3"}, "bad_sequence"),
        ({"seq": "1"}, "bad_sequence"),
        ({"kind": "'cast'", "choice": "'A'", "identities_visible": "1"}, "already_voted"),
        ({"kind": "'retract'", "comparison_id": "free()", "seq": "1"}, "nothing_to_undo"),
        ({"kind": "'erase'"}, "kind IN"),
        ({"choice": "'A'"}, "choice IS NOT NULL"),
        ({"identities_visible": "1"}, "identities_visible IS NOT NULL"),
        ({"choice": "'C'"}, "choice IN"),
        ({"comment": "printf('%.*c', 4001, 'x')"}, "length"),
        ({"tags_json": "'['"}, "tags_json"),
        ({"think_ms": "-1"}, "think_ms"),
        ({"correction": "'better'"}, "correction"),
        ({"idem_key": "'key-1'"}, "UNIQUE"),
    ],
)
def test_an_event_has_to_fit(
    raw: sqlite3.Connection, store: FeedbackStore, change: dict[str, str], rule: str | None
) -> None:
    """Catches a guard with a hole: each row differs from a good retract in one thing."""
    free = complete(store, "nonce-3")
    raw.create_function("free", 0, lambda: free)
    event = {
        "comparison_id": "c()",
        "session_id": f"'{SESSION}'",
        "seq": "2",
        "kind": "'retract'",
        "created_at_ms": "1",
        "idem_key": "'key-2'",
    } | change
    statement = f"INSERT INTO vote_events({', '.join(event)}) VALUES ({', '.join(event.values())})"
    if rule is None:
        raw.execute(statement)
    else:
        with pytest.raises(sqlite3.IntegrityError, match=rule):
            raw.execute(statement)

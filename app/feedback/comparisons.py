"""Comparisons in SQL: begun, finished, left over. Each function runs inside a transaction."""

import json
import sqlite3
import time
import uuid
from collections.abc import Sequence
from dataclasses import asdict

from sqlite_utils import Database

from app.feedback.errors import RecordRefused
from app.feedback.records import ComparisonStart, Contestant, FinalState, SideResult


def now_ms() -> int:
    """Milliseconds since 1970, UTC."""
    return time.time_ns() // 1_000_000


def ensure_session(db: Database, session_id: str) -> None:
    """Record the session when it is new, and that it was seen."""
    db.execute(
        "INSERT INTO sessions(session_id, created_at_ms, last_seen_at_ms) VALUES (:id, :now, :now)"
        " ON CONFLICT(session_id) DO UPDATE SET last_seen_at_ms = :now",
        {"id": session_id, "now": now_ms()},
    )


def agree(db: Database, session_id: str, version: str) -> None:
    """Record that the session agrees to this version of the consent's text, the first time."""
    ensure_session(db, session_id)
    db.execute(
        "UPDATE sessions SET consent_version = :version, consent_at_ms = :now"
        " WHERE session_id = :id AND consent_version IS NOT :version",
        {"id": session_id, "version": version, "now": now_ms()},
    )


def agreed(db: Database, session_id: str) -> str | None:
    """The version that the session has agreed to, None if to none."""
    query = "SELECT consent_version FROM sessions WHERE session_id = ?"
    found = db.execute(query, [session_id]).fetchone()
    return None if found is None else found[0]


def start(db: Database, new: ComparisonStart) -> str:
    """Record what is about to be shown; the same nonce again gives the id of the first time."""
    known = db.execute(
        "SELECT comparison_id FROM comparisons WHERE session_id = ? AND client_nonce = ?",
        [new.session_id, new.client_nonce],
    ).fetchone()
    if known:
        return str(known[0])
    comparison_id = uuid.uuid4().hex
    db.table("comparisons").insert(
        {
            "comparison_id": comparison_id,
            "session_id": new.session_id,
            "client_nonce": new.client_nonce,
            "mode": new.mode,
            "task": new.task,
            "template_sha256": new.template_sha256,
            "inputs_json": json.dumps(dict(new.inputs)),
            "example_id": new.example_id,
            "params_json": json.dumps(dict(new.params)),
            "app_version": new.app_version,
            "created_at_ms": now_ms(),
        }
    )
    for side in new.sides:
        _ensure_contestant(db, side.contestant)
        db.table("outputs").insert(
            {
                "comparison_id": comparison_id,
                "position": side.position,
                "contestant_id": side.contestant.contestant_id,
            }
        )
    return comparison_id


def _ensure_contestant(db: Database, contestant: Contestant) -> None:
    try:
        db.execute(
            "INSERT INTO contestants(contestant_id, kind, name, task, weights_digest, base_model)"
            " VALUES (:contestant_id, :kind, :name, :task, :weights_digest, :base_model)"
            " ON CONFLICT(contestant_id) DO UPDATE SET name = excluded.name, kind = excluded.kind,"
            " task = excluded.task, weights_digest = excluded.weights_digest,"
            " base_model = excluded.base_model",
            asdict(contestant),
        )
    except sqlite3.IntegrityError as error:
        if str(error) != "other_weights":
            raise
        raise RecordRefused(
            f"{contestant.contestant_id} is recorded with other weights than"
            f" {contestant.weights_digest}; give the new weights an id of their own."
        ) from error


def finish(
    db: Database, comparison_id: str, state: FinalState, outputs: Sequence[SideResult]
) -> None:
    """Record how the answers ended; from now on they are frozen."""
    found = db.execute(
        "SELECT state FROM comparisons WHERE comparison_id = ?", [comparison_id]
    ).fetchone()
    if not found:
        raise RecordRefused(f"There is no comparison {comparison_id}; start it first.")
    if found[0] != "running":
        raise RecordRefused(
            f"Comparison {comparison_id} is already {found[0]}; what was shown is not rewritten."
        )
    for output in outputs:
        db.table("outputs").update((comparison_id, output.position), asdict(output))
    db.execute(
        "UPDATE comparisons SET state = ?, finished_at_ms = ? WHERE comparison_id = ?",
        [state, now_ms(), comparison_id],
    )


def fail_leftovers(db: Database) -> None:
    """Whatever still runs when a server starts was cut off by the end of the one before."""
    db.execute(
        "UPDATE comparisons SET state = 'failed', finished_at_ms = ? WHERE state = 'running'",
        [now_ms()],
    )

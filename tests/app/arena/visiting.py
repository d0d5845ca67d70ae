"""What a visitor's browser sends to the arena, and what stands in the database then."""

import json
import sqlite3
from typing import Any

import httpx
from fastapi.testclient import TestClient

from app import consent
from app.feedback.store import FeedbackStore
from tests.app.arena.conftest import SQL

ASKED = {"task": "wikisql", "fields": SQL}
VOTABLE = {"votable": True, "problem": None}


def run(client: TestClient, asked: dict[str, Any] | None = None) -> str:
    """A whole run that can be rated; returns its id."""
    run_id = str(client.post("/arena/runs", json=asked or ASKED).json()["run"])
    assert events(client, run_id)[-1] == VOTABLE
    return run_id


def events(client: TestClient, run_id: str) -> list[dict[str, Any]]:
    response = client.get(f"/arena/runs/{run_id}/events")
    assert response.status_code == 200, response.text
    lines = response.text.splitlines()
    return [json.loads(line[6:]) for line in lines if line.startswith("data: ")]


def agree(client: TestClient) -> None:
    response = client.post("/arena/consent", json={"version": consent.VERSION})
    assert response.status_code == 204


def vote(client: TestClient, run_id: str, choice: str = "A", **more: Any) -> httpx.Response:
    body = {"run": run_id, "choice": choice, "key": "k1"} | more
    return client.post("/arena/votes", json=body)


def rows(store: FeedbackStore, query: str) -> list[tuple[Any, ...]]:
    with sqlite3.connect(store.path) as db:
        found = db.execute(query).fetchall()
    db.close()
    return found

"""What the arena's routes refuse, in which words."""

from typing import Any

import pytest

from app.feedback.errors import FeedbackUnavailable
from app.feedback.store import FeedbackStore
from tests.app.arena.conftest import SQL, Visit
from tests.app.arena.visiting import agree, run, vote


@pytest.mark.parametrize(
    ("path", "body", "status", "words"),
    [
        ("runs", {"task": "wikisql", "fields": {"table": "A"}}, 400, "fill in"),
        ("runs", {"task": "wikisql", "fields": SQL | {"table": " " * 20_001}}, 400, "fields.table"),
        ("runs", {"task": "<b>"}, 400, "no task named “<b>”"),
        ("votes", {"run": "x", "choice": "C", "key": "k"}, 400, "choice"),
        ("votes", {"run": "x", "choice": "A", "key": "k", "tags": ["nice"]}, 400, "tags"),
        ("votes", {"run": "x", "choice": "A", "key": "k"}, 409, "not a finished one"),
        ("votes", {"choice": "A", "key": "k"}, 400, "run"),
    ],
)
def test_errors_are_one_sentence(
    visit: Visit, path: str, body: dict[str, Any], status: int, words: str
) -> None:
    """Catches a traceback, or a list of codes, where a visitor reads."""
    response = visit().post(f"/arena/{path}", json=body)
    message = response.json()["error"]["message"]
    assert (response.status_code, words in message) == (status, True), message
    assert message.endswith(".")


def test_a_page_of_another_site_cannot_vote(visit: Visit) -> None:
    """Catches a form elsewhere that votes with a visitor's cookie."""
    client = visit()
    agree(client)
    run_id = run(client)
    body = {"run": run_id, "choice": "A", "key": "k"}
    foreign = {"origin": "https://evil.example"}
    assert client.post("/arena/votes", json=body, headers=foreign).status_code == 403


def test_a_broken_database_is_not_named_to_visitors(
    visit: Visit, store: FeedbackStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Catches the path of a file on the server in a visitor's browser."""
    client = visit()
    agree(client)
    run_id = run(client)

    def fail(*_: object, **__: object) -> None:
        raise FeedbackUnavailable(f"The ratings database {store.path} is damaged.")

    monkeypatch.setattr(store, "cast_vote", fail)
    response = vote(client, run_id)
    assert (response.status_code, str(store.path) in response.text) == (503, False)

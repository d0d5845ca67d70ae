"""The page's routes on a real port, over a real engine: what a script is told."""

import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from adapters.catalog import Catalog
from app.api.application import create_api
from app.feedback.store import FeedbackStore
from app.rush.runs import Runs
from app.services import Services, Shelf
from app.settings import load_settings
from app.site import all_at_once
from engine.worker import EngineWorker
from tests.app.api.conftest import eventually, serving
from tests.app.rush.conftest import TASKS

BODY = {"mode": "own", "order": "batch", "seed": 1}


@pytest.fixture
def gate(worker: EngineWorker) -> threading.Event:
    """While it is clear, the engine takes no step."""
    go, step = threading.Event(), worker._engine.step
    go.set()

    def gated() -> Any:
        return step() if go.wait(0.01) else []

    worker._engine.step = gated  # type: ignore[method-assign]
    return go


@pytest.fixture
def client(worker: EngineWorker, rush_catalog: Catalog, tmp_path: Path) -> Iterator[httpx.Client]:
    """A visitor who has opened the page."""
    settings = load_settings(home=tmp_path)
    with FeedbackStore.open(settings.database_path) as feedback:
        shelf = Shelf(worker, rush_catalog, None, {})
        app = create_api(Services(settings, worker, shelf, feedback))
        app.state.runs = Runs()
        app.include_router(all_at_once.router)
        with serving(app, worker) as server, httpx.Client(base_url=server.url) as client:
            client.get("/all").raise_for_status()
            yield client


def begun(client: httpx.Client, **more: Any) -> str:
    response = client.post("/all/runs", json=BODY | more)
    assert response.status_code == 201, response.text
    return f"/all/runs/{response.json()['run']}"


def test_events_come_in_order(client: httpx.Client) -> None:
    """Catches a name that the script does not listen for, a body that is no JSON, a cached run."""
    response = client.get(f"{begun(client)}/events")
    assert response.headers["content-type"].startswith("text/event-stream")
    lines = response.text.splitlines()
    names = [line.removeprefix("event: ") for line in lines if line.startswith("event: ")]
    data = [json.loads(line[6:]) for line in lines if line.startswith("data: ")]
    assert (names[0], names[-1]) == ("start", "end")
    assert names.count("row") == len(data[0]["rows"]) == len(TASKS) + 1
    assert set(names) == {"start", "tick", "row", "end"}
    assert data[-1]["is_whole"]


def test_the_page_has_a_cell_for_every_task(client: httpx.Client, rush_catalog: Catalog) -> None:
    """Catches a task that is forgotten, and one without an adapter that does not say so."""
    page = client.get("/all").text
    for task in rush_catalog.entries:
        assert f'data-cell="{task}"' in page
    assert page.count('data-state="idle"') == len(TASKS) + 1
    assert "The adapter for this task is not loaded." in page
    assert 'data-cell="generalist"' not in page


def test_a_second_run_is_refused_until_the_first_has_gone(
    client: httpx.Client, gate: threading.Event, worker: EngineWorker
) -> None:
    """Catches a visitor who fills the engine, and rows that go on for a page that was closed."""
    gate.clear()
    with client.stream("GET", f"{begun(client)}/events") as events:
        lines = events.iter_lines()
        while "tick" not in next(lines):
            pass
        refused = client.post("/all/runs", json=BODY)
        assert refused.status_code == 429
        assert "under way" in refused.json()["error"]["message"]
    gate.set()
    eventually(lambda: worker.status().num_running == 0, "the engine is idle")
    eventually(lambda: client.post("/all/runs", json=BODY).status_code == 201, "a new run")


def test_a_run_can_be_stopped(client: httpx.Client, gate: threading.Event) -> None:
    """Catches a button that stops nothing, or after which the page waits for ever."""
    gate.clear()
    run = begun(client)
    with client.stream("GET", f"{run}/events") as events:
        lines = events.iter_lines()
        while "tick" not in next(lines):
            pass
        assert client.delete(run).status_code == 204
        gate.set()
        last = [line for line in lines if line.startswith("data: ")][-1]
    assert json.loads(last[6:])["is_whole"] is False


@pytest.mark.parametrize(("method", "path"), [("GET", "/events"), ("DELETE", "")])
def test_an_unknown_run_is_not_found(client: httpx.Client, method: str, path: str) -> None:
    """Catches a page that reconnects for ever, and an error that is no sentence."""
    response = client.request(method, f"/all/runs/{'0' * 32}{path}")
    assert response.status_code == 404
    assert "no run" in response.json()["error"]["message"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"mode": "one-text", "text": "word " * 9000}, "too long"),
        ({"mode": "one-text"}, "Please write"),
        ({"order": "backwards"}, "order"),
    ],
)
def test_what_cannot_run_is_refused_in_a_sentence(
    client: httpx.Client, change: dict[str, str], said: str
) -> None:
    """Catches a run that breaks off where it should never have begun."""
    response = client.post("/all/runs", json=BODY | change)
    assert response.status_code == 400
    assert said in response.json()["error"]["message"]

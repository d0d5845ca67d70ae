"""An arena over a scripted engine whose contenders answer at once, and browsers without a page."""

import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from adapters.catalog import Catalog
from app.api.application import create_api
from app.arena.arena import Arena
from app.compare import ComparisonService
from app.feedback.store import FeedbackStore
from app.services import Services, Shelf
from app.settings import load_settings
from app.site import arena as site
from engine.request import GenerationRequest
from tests.app.scripted_engine import FedStream, ScriptedWorker, finish

SQL = {"table": "Player, Points", "question": "Who has 3 points?"}


def name_of(request: GenerationRequest) -> str:
    """The contender that a request is for."""
    return request.adapter_id or ("base-format" if request.sampling.constraint else "base")


class AnsweringWorker(ScriptedWorker):
    """Ends each answer as soon as it is asked for; `answer` says how."""

    answer: Callable[[GenerationRequest, FedStream], None] | None = None

    def watch(self, watcher: object) -> None:
        """Nobody counts here."""

    def submit_many(self, requests: list[GenerationRequest]) -> list[FedStream]:
        streams = super().submit_many(requests)
        for request, stream in zip(requests, streams, strict=True):
            if self.answer is None:
                finish(stream, f" {name_of(request)}")
            else:
                self.answer(request, stream)
        return streams


class Rigged(random.Random):
    """Chance that always draws `pair`, and the first of everything else."""

    def __init__(self, *pair: str) -> None:
        super().__init__(0)
        self.pair = pair

    def sample(self, population: Sequence[Any], k: int, **_: Any) -> list[Any]:
        assert set(self.pair) <= set(population)
        return list(self.pair)

    def choice(self, seq: Any) -> Any:
        return seq[0]


@pytest.fixture(scope="session")
def catalog() -> Catalog:
    return Catalog.open()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[FeedbackStore]:
    with FeedbackStore.open(tmp_path / "ratings.db") as opened:
        yield opened


@pytest.fixture
def worker() -> AnsweringWorker:
    return AnsweringWorker(["wikisql", "covid", "generalist"])


@pytest.fixture
def services(
    tmp_path: Path, store: FeedbackStore, worker: AnsweringWorker, catalog: Catalog
) -> Services:
    engine: Any = worker
    shelf = Shelf(engine, catalog, None, {"dbpedia": "The file is cut off."})
    return Services(load_settings(home=tmp_path, port=7860), engine, shelf, store)


@pytest.fixture
def comparisons(services: Services) -> ComparisonService:
    return ComparisonService(services.shelf, services.worker, services.feedback, "sha256:base")


@pytest.fixture
def arena(comparisons: ComparisonService, store: FeedbackStore) -> Arena:
    return Arena(comparisons, store, Rigged("wikisql", "base"))


@pytest.fixture
def app(services: Services, arena: Arena) -> FastAPI:
    app = create_api(services)
    app.state.arena = arena
    app.include_router(site.router)
    return app


Visit = Callable[[], TestClient]


@pytest.fixture
def visit(app: FastAPI) -> Iterator[Visit]:
    """Makes visitors who have opened the page, each with a cookie of their own."""
    with ExitStack() as stack:

        def visit() -> TestClient:
            client = TestClient(app, base_url="http://127.0.0.1:7860")
            stack.callback(client.close)
            assert client.get("/arena").status_code == 200
            return client

        yield visit

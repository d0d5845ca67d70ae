"""Servers for the API's tests: one over a scripted engine, one over a real tiny one."""

import asyncio
import contextlib
import queue
import re
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from adapters.catalog import Catalog
from app.api.application import create_api
from app.feedback.store import FeedbackStore
from app.land_server import LandServer
from app.listening import bound_socket
from app.services import Services, Shelf
from app.settings import load_settings
from engine.in_flight import Watcher
from engine.opening import open_worker
from engine.request import (
    Event,
    FinishEvent,
    FinishReason,
    GenerationRequest,
    TokenChance,
    TokenEvent,
)
from engine.status import AdapterInfo, EngineStatus
from engine.vocabulary import Piece
from tests.conftest import TinyAdapter

ADAPTERS = ("covid", "wikisql")
NO_TIME = {"queue_s": 0.0, "first_token_s": 0.01, "total_s": 0.02}


END_OF_TEXT = 1
TEXTS = {END_OF_TEXT: "</s>", 7: " good", 8: " day", 9: "\ufffd"}
CHANCE = TokenChance(-0.5, ((7, -0.5), (8, -1.5)))


def token(text: str, num_tokens: int = 1, **more: Any) -> TokenEvent:
    token_id = more.pop("token_id", 7)
    return TokenEvent(text, token_id, num_tokens, step=num_tokens, num_rows=1, at_s=0.01, **more)


class WordVocabulary:
    """A tokenizer's outside: every word is a token, and <s> stands before every text."""

    eos_ids = special_ids = frozenset({END_OF_TEXT})
    longest_token = 20
    template: str | None = None

    def token_text(self, token_id: int) -> str:
        return TEXTS.get(token_id, f" t{token_id}")

    def pieces(self, text: str) -> list[Piece]:
        words = [Piece(20, word[0], word.end()) for word in re.finditer(r"\s*\S+", text)]
        return [Piece(0, "<s>", 0), *words]

    def chat(self, messages: Sequence[dict[str, str]]) -> str | None:
        if self.template is None:
            return None
        return "".join(self.template.format(**message) for message in messages)


def finish(text: str, reason: FinishReason = FinishReason.STOP, **more: Any) -> FinishEvent:
    return FinishEvent(
        reason, text, more.pop("tail", ""), num_prompt_tokens=5, num_tokens=2, **NO_TIME, **more
    )


class ScriptedStream:
    """A stream whose events the test feeds by hand, and which remembers being cancelled."""

    def __init__(self, request: GenerationRequest, watchers: Sequence[Watcher] = ()) -> None:
        self.request = request
        self._watchers = list(watchers)
        self.request_id = request.request_id
        self.adapter_id = request.adapter_id
        self.cancelled = threading.Event()
        self._events: queue.Queue[Event] = queue.Queue()

    def feed(self, *events: Event) -> None:
        for event in events:
            while isinstance(event, FinishEvent) and self._watchers:  # an answer ends once
                self._watchers.pop()(self.request, event)
            self._events.put(event)

    def cancel(self) -> None:
        if not self.cancelled.is_set():
            self.cancelled.set()
            self.feed(finish("", FinishReason.CANCELLED))

    async def __aiter__(self) -> AsyncIterator[Event]:
        while True:
            event = await asyncio.to_thread(self._events.get)
            yield event
            if isinstance(event, FinishEvent):
                return


class ScriptedWorker:
    """An engine's outside without an engine: `answer` feeds each new stream."""

    def __init__(self) -> None:
        self.streams: queue.Queue[ScriptedStream] = queue.Queue()
        self.requests: list[GenerationRequest] = []
        self.error: Exception | None = None
        self.alive = True
        self.vocabulary = WordVocabulary()
        self.answer: Callable[[ScriptedStream], None] = lambda stream: stream.feed(
            token(" good"), finish(" good day", tail=" day")
        )
        self.watchers: list[Watcher] = []
        self.adapters: tuple[AdapterInfo, ...] = ()
        for name in ADAPTERS:
            self.serve(name)
        self.closed = threading.Event()
        self._all: list[ScriptedStream] = []

    def serve(self, adapter_id: str) -> None:
        if all(info.adapter_id != adapter_id for info in self.adapters):
            info = AdapterInfo(adapter_id, f"sha256:{adapter_id}", 8, ("q_proj",), 500_000)
            self.adapters += (info,)

    def watch(self, watcher: Watcher) -> None:
        self.watchers.append(watcher)

    def submit_many(self, requests: Sequence[GenerationRequest]) -> list[ScriptedStream]:
        if self.error is not None:
            raise self.error
        self.requests += requests
        streams = [ScriptedStream(request, self.watchers) for request in requests]
        for stream in streams:
            self._all.append(stream)
            self.answer(stream)
            self.streams.put(stream)
        return streams

    def count_tokens(self, text: str) -> int:
        return len(self.vocabulary.pieces(text))

    def status(self) -> EngineStatus:
        error = None if self.alive else "The engine broke."
        return EngineStatus(
            alive=self.alive,
            error=error,
            num_running=0,
            num_waiting=0,
            step=3,
            kernel="float32",
            bits=32,
            context_length=512,
            num_parameters=1000,
            base_name="tiny",
        )

    def close(self) -> None:
        self.closed.set()
        for stream in self._all:
            stream.cancel()


@dataclass
class Server:
    """A server that listens, and how to stop it."""

    url: str
    stop: Callable[[], None]
    worker: Any


@contextlib.contextmanager
def serving(app: Any, worker: Any) -> Iterator[Server]:
    """`app` on a free port in a thread; it has stopped, without an error, when this ends."""
    ready = threading.Event()
    listener = bound_socket("127.0.0.1", 0)
    server = LandServer(app, worker, ready.set)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()

    def stop() -> None:
        server.should_exit = True
        thread.join(60)
        assert not thread.is_alive(), "the server did not stop"

    try:
        assert ready.wait(20)
        yield Server(f"http://127.0.0.1:{listener.getsockname()[1]}", stop, worker)
    finally:
        stop()
        listener.close()


def eventually(is_so: Callable[[], bool], what: str, timeout_s: float = 30) -> None:
    """Ask again, gently, until it is so."""
    deadline = time.monotonic() + timeout_s
    while not is_so():
        assert time.monotonic() < deadline, f"never so: {what}"
        time.sleep(0.02)


@pytest.fixture
def services(tmp_path: Path) -> Iterator[Services]:
    """Services over a scripted worker, the packaged cards and a fresh database."""
    settings = load_settings(home=tmp_path, port=7860)
    with FeedbackStore.open(settings.database_path) as feedback:
        worker: Any = ScriptedWorker()
        unavailable = {"dbpedia": "The file adapter_model.safetensors is cut off."}
        shelf = Shelf(worker, Catalog.open(), None, unavailable)
        yield Services(settings, worker, shelf, feedback)


@pytest.fixture
def worker(services: Services) -> ScriptedWorker:
    assert isinstance(services.worker, ScriptedWorker)
    return services.worker


@pytest.fixture
async def client(services: Services) -> AsyncIterator[httpx.AsyncClient]:
    """The API in this process; for what needs no open connection."""
    transport = httpx.ASGITransport(create_api(services), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:7860") as client:
        yield client


@pytest.fixture
def server(services: Services, worker: ScriptedWorker) -> Iterator[Server]:
    """The API over the scripted worker on a real port; for streams and disconnects."""
    with serving(create_api(services), worker) as server:
        yield server


@pytest.fixture(scope="module")
def live(
    tiny_base: Path, tiny_adapter: TinyAdapter, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Server]:
    """The API over a real, tiny engine on a real port: mini-base, covid and wikisql."""
    settings = load_settings(home=tmp_path_factory.mktemp("home"))
    with (
        FeedbackStore.open(settings.database_path) as feedback,
        open_worker(tiny_base, bits=32, max_rows=8, max_waiting=8, num_threads=1) as worker,
    ):
        worker.load_adapter("covid", tiny_adapter(seed=1))
        worker.load_adapter("wikisql", tiny_adapter(rank=3, seed=2))
        shelf = Shelf(worker, Catalog.open(), None, {})
        app = create_api(Services(settings, worker, shelf, feedback))
        with serving(app, worker) as server:
            yield server

"""A whole demo on a free port: real engine, real page, a database of its own.

The embedded base and adapters serve where they are; a tiny random base stands in where they are
not yet trained. The engine can be slowed down, so that a browser sees what a larger base does.
"""

import asyncio
import contextlib
import json
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fastapi import FastAPI

from adapters.card import Card
from adapters.catalog import MINI_BASE, PROFILES, Catalog, Profile
from app.feedback.store import FeedbackStore
from app.land_server import LandServer
from app.listening import bound_socket
from app.local_catalog import MINI_BASE_ID
from app.server import create_app
from app.services import load_adapters
from app.settings import load_settings
from engine.opening import open_engine
from engine.options import EngineOptions
from engine.worker import EngineWorker

TASKS = ("covid", "dbpedia", "e2e_nlg", "wikisql")


@dataclass
class Pace:
    """`step_s` is the least time that a step of the engine takes."""

    step_s: float = 0.0


@dataclass(frozen=True)
class Demo:
    """A demo that answers at `url`."""

    url: str
    worker: EngineWorker
    feedback: FeedbackStore
    catalog: Catalog
    pace: Pace

    def card(self, task: str) -> Card:
        return self.catalog.entries[task].card


def has_embedded_base() -> bool:
    packaged = PROFILES["mini"].packaged
    return (MINI_BASE / "config.json").is_file() and all(
        (packaged / task / "adapter_config.json").is_file() for task in TASKS
    )


def stand_in(folder: Path, base: Path, adapters: Mapping[str, Path]) -> Profile:
    """A profile of random weights: the packaged cards, their examples as held-out data."""
    for task, adapter in adapters.items():
        (folder / task).mkdir(parents=True)
        for file in adapter.iterdir():
            (folder / task / file.name).write_bytes(file.read_bytes())
    profile = Profile("mini", base, PROFILES["mini"].cards, folder)
    for task, entry in Catalog.open(profile).entries.items():
        lines = [
            json.dumps({"id": f"heldout-{n}", "fields": dict(e.fields), "answer": e.answer})
            for n, e in enumerate(entry.card.examples)
        ]
        (folder / task / "heldout.jsonl").write_text("\n".join(lines), "utf-8")
    return profile


@contextlib.contextmanager
def running_demo(
    home: Path, profile: str | Profile = "mini", bits: int = 4, max_rows: int = 8
) -> Iterator[Demo]:
    catalog = Catalog.open(profile)
    options = EngineOptions(max_rows=max_rows, max_waiting=2 * max_rows)
    engine = open_engine(catalog.profile.base, bits, options, name=MINI_BASE_ID)
    pace, step = Pace(), engine.step

    def paced() -> Any:
        time.sleep(pace.step_s)
        return step()

    engine.step = paced  # type: ignore[method-assign]
    listener = bound_socket("127.0.0.1", 0)
    port = listener.getsockname()[1]
    settings = load_settings(home=home, port=port, base=str(catalog.profile.base))
    with FeedbackStore.open(settings.database_path) as feedback, EngineWorker(engine) as worker:
        unavailable = load_adapters(worker, catalog, None, lambda _: None)

        async def build() -> FastAPI:
            return create_app(settings, worker, catalog, feedback, unavailable)

        # Outside a loop, Gradio makes loops for its locks and leaves them open.
        app = asyncio.run(build())
        with _serving(app, worker, listener):
            yield Demo(f"http://127.0.0.1:{port}", worker, feedback, catalog, pace)


@contextlib.contextmanager
def _serving(app: Any, worker: EngineWorker, listener: Any) -> Iterator[None]:
    ready = threading.Event()
    server = LandServer(app, worker, ready.set)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        assert ready.wait(60), "the server did not start"
        yield
    finally:
        server.should_exit = True
        thread.join(60)
        listener.close()
        assert not thread.is_alive(), "the server did not stop"


def eventually(is_so: Callable[[], bool], what: str, timeout_s: float = 30) -> None:
    """Ask again, gently, until it is so."""
    deadline = time.monotonic() + timeout_s
    while not is_so():
        assert time.monotonic() < deadline, f"never so: {what}"
        time.sleep(0.02)

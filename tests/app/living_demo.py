"""The whole application in this process, for tests that change its adapters while it runs."""

import contextlib
import shutil
import threading
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx

from adapters.catalog import PROFILES, Catalog
from app.feedback.store import FeedbackStore
from app.server import create_app
from app.services import load_adapters
from app.settings import load_settings
from engine.engine import Engine
from engine.opening import open_engine
from engine.options import EngineOptions
from engine.request import GenerationRequest, SamplingParams
from engine.worker import EngineWorker

PROMPT = "### Tweet: the small shop\n### Sentiment:"


@dataclass(frozen=True)
class Demo:
    """The application in this process, over a real tiny engine and a home of its own."""

    client: httpx.AsyncClient
    engine: Engine
    worker: EngineWorker
    root: Path
    """The home's folder of adapters."""
    base_digest: str

    async def models(self) -> list[str]:
        answer = (await self.client.get("/v1/models")).json()
        return [model["id"] for model in answer["data"]][1:]

    async def page(self, task: str = "") -> str:
        """What the page's load event fills in, asked for as a browser does."""
        config = (await self.client.get("/config")).json()
        events = config["dependencies"]
        load = next(e["id"] for e in events if [t[1] for t in e["targets"]] == ["load"])
        body = {"data": [], "fn_index": load, "session_hash": "visitor"}
        query = {"task": task} if task else {}
        response = await self.client.post("/gradio_api/run/predict", json=body, params=query)
        assert response.status_code == 200, response.text
        return "\n".join(str(value) for value in response.json()["data"])

    async def ask(self, model: str, num_tokens: int = 12) -> httpx.Response:
        body = {"model": model, "prompt": PROMPT, "max_tokens": num_tokens, "temperature": 0}
        return await self.client.post("/v1/completions", json=body | {"ignore_eos": True})

    async def text(self, model: str, num_tokens: int = 12) -> str:
        response = await self.ask(model, num_tokens)
        assert response.status_code == 200, response.text
        text: str = response.json()["choices"][0]["text"]
        return text

    def alone(self, folder: Path, num_tokens: int = 12) -> str:
        """What the weights in `folder` answer, asked past everything that is tested here."""
        self.worker.load_adapter("alone", folder)
        sampling = SamplingParams(max_tokens=num_tokens, ignore_eos=True)
        end = self.worker.submit(GenerationRequest(PROMPT, "alone", sampling)).result()
        self.worker.unload_adapter("alone")
        return end.text


@contextlib.asynccontextmanager
async def opened_demo(base: Path, home: Path, **given: Any) -> AsyncIterator[Demo]:
    """A demo of the base in a folder, with an empty packaged root beside the home's adapters.

    What is `given` are more settings.
    """
    profile = replace(PROFILES["mini"], base=base, packaged=home / "packaged")
    catalog = Catalog.open(profile, home=home)
    settings = load_settings(home=home, base=str(base), port=7860, **given)
    engine = open_engine(base, 32, EngineOptions(max_rows=8), num_threads=1)
    with FeedbackStore.open(settings.database_path) as store, EngineWorker(engine) as worker:
        unavailable = load_adapters(worker, catalog, None, lambda _: None)
        app = create_app(settings, worker, catalog, store, unavailable)
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:7860") as c:
            assert catalog.base_digest is not None
            yield Demo(c, engine, worker, home / "adapters", catalog.base_digest)


def publish(root: Path, task: str, weights: Path, card: str | None = None) -> Path:
    """Put an adapter where it is served from as `tune` does: written aside, then moved."""
    new, folder = root / f".{task}.new", root / task
    shutil.copytree(weights, new)
    if card is not None:
        (new / "card.toml").write_text(card, encoding="utf-8")
    if folder.exists():
        folder.rename(root / f".{task}.old")
    new.rename(folder)
    shutil.rmtree(root / f".{task}.old", ignore_errors=True)
    return folder


def damaged(folder: Path, into: Path) -> Path:
    """A copy of an adapter whose weights are no weights."""
    shutil.copytree(folder, into)
    (into / "adapter_model.safetensors").write_bytes(b"damaged")
    return into


def held_back(engine: Engine) -> tuple[threading.Event, threading.Event]:
    """Keep answers from getting past their third token until `go` is set; `is_held` says they wait.

    The engine's thread still does between steps what it is asked to.
    """
    is_held, go, step = threading.Event(), threading.Event(), engine.step

    def held() -> Any:
        if any(row.num_new_tokens >= 3 for row in engine.scheduler.running):
            is_held.set()
            if not go.wait(0.001):
                return []
        return step()

    engine.step = held  # type: ignore[method-assign]
    return is_held, go

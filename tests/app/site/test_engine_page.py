"""GET /engine as it comes without a script, over a real engine held in the middle of its work."""

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from html import unescape
from pathlib import Path
from typing import Any

import httpx
import pytest

from adapters.catalog import Catalog
from app.api.application import create_api
from app.feedback.store import FeedbackStore
from app.services import Services, Shelf
from app.settings import load_settings
from app.site import engine_page
from engine.engine import Engine
from engine.opening import open_engine
from engine.options import EngineOptions
from engine.request import GenerationRequest, SamplingParams
from engine.worker import EngineWorker
from tests.app.living_demo import held_back
from tests.app.site.outlines import heights
from tests.conftest import TinyAdapter

HOSTILE = "<b onclick=x>'\"&{{7*7}}"
SAMPLING = SamplingParams(max_tokens=9, ignore_eos=True)


@pytest.fixture
def engine(tiny_base: Path) -> Engine:
    return open_engine(tiny_base, 32, EngineOptions(max_rows=8), num_threads=1)


@pytest.fixture
def worker(engine: Engine) -> Iterator[EngineWorker]:
    with EngineWorker(engine) as worker:
        yield worker


@pytest.fixture
def settings() -> dict[str, Any]:
    return {"price_per_hour": 0.5, "currency": "CHF"}


@pytest.fixture
async def client(
    worker: EngineWorker, settings: dict[str, Any], tmp_path: Path
) -> AsyncIterator[httpx.AsyncClient]:
    told = load_settings(home=tmp_path, **settings)
    with FeedbackStore.open(told.database_path) as feedback:
        shelf = Shelf(worker, Catalog.open(), None, {})
        app = create_api(Services(told, worker, shelf, feedback))
        app.include_router(engine_page.router)
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client:
            yield client


async def page(client: httpx.AsyncClient) -> str:
    response = await client.get("/engine")
    assert response.status_code == 200
    assert "'unsafe-inline'" not in response.headers["content-security-policy"]
    return response.text


async def test_figures_are_the_engines_own(
    client: httpx.AsyncClient, engine: Engine, worker: EngineWorker, tiny_adapter: TinyAdapter
) -> None:
    """Catches a page that shows nothing without a script, or the figures of another moment."""
    for seed, name in enumerate(("one", "two", HOSTILE)):
        worker.load_adapter(name, tiny_adapter(seed=seed))
    worker.submit(GenerationRequest("### Tweet: tea", "two", SAMPLING)).result()
    is_held, go = held_back(engine)
    requests = [GenerationRequest("### Tweet: tea", name, SAMPLING) for name in ("one", None)]
    streams = worker.submit_many(requests)
    await asyncio.to_thread(is_held.wait)
    html, status = await page(client), worker.status()
    go.set()
    for stream in streams:
        await asyncio.to_thread(stream.result)
    shown = dict(re.findall(r'<dt>(.*?)</dt>\s*<dd class="value">(.*?)</dd>', html))
    assert shown["Rows running"] == f"{status.num_running}" == "2"
    assert shown["KV cache"] == f"{status.kv.num_held} tokens"
    assert status.kv.num_held > 0
    assert f"{status.kv.num_promised} promised" in html
    assert shown["Adapters on the device"] == f"{status.slots.num_used}" == "2"
    assert shown["Adapters in RAM"] == f"{status.host.num_used / 1e6:.1f} MB"
    assert "ms" in shown["Time to the first token"]
    assert "%" in shown["LoRA tax"]
    rows = re.findall(r'<th scope="row">(.*?)</th>\s*<td>(.*?)</td>\s*<td.*?>(\d+)</td>', html)
    places = [(unescape(name), place, int(number)) for name, place, number in rows]
    assert places == [("one", "device", 1), ("two", "device", 0), (HOSTILE, "RAM", 0)]
    assert HOSTILE not in html


async def test_the_picture_is_that_of_the_step_log(
    client: httpx.AsyncClient, worker: EngineWorker
) -> None:
    """Catches a picture that is drawn from anything else than what the engine did."""
    requests = [GenerationRequest("### Tweet: tea", None, SAMPLING) for _ in range(3)]
    for stream in worker.submit_many(requests):
        stream.result()
    html, records = await page(client), worker.steps_since(0)
    outlines = re.findall(r'<path class="(whole|part)" d="(.*?)"/>', html)
    assert [name for name, _ in outlines] == ["whole", "part", "whole", "part"]
    ceilings = [float(top) for top in re.findall(r'viewBox="0 0 240 (\d+)"', html)]
    assert heights(outlines[0][1], ceilings[0]) == [len(record.rows) for record in records]
    decoding = [sum(row.is_decoding for row in record.rows) for record in records]
    assert heights(outlines[1][1], ceilings[0]) == decoding
    assert len(heights(outlines[2][1], ceilings[1])) == len(records)


async def test_the_price_is_the_operators(client: httpx.AsyncClient) -> None:
    """Catches a price that was set and is not used."""
    assert "An hour of this machine costs 0.50 CHF." in await page(client)


@pytest.mark.parametrize("settings", [{}])
async def test_without_a_price_the_page_says_how_to_set_it(client: httpx.AsyncClient) -> None:
    """Catches a cost of nothing where nothing is known."""
    html = await page(client)
    assert "LORA_LAND_PRICE_PER_HOUR" in html
    assert "An hour of this machine" not in html


async def test_a_dead_engine_is_said_to_be_dead(
    client: httpx.AsyncClient, worker: EngineWorker
) -> None:
    """Catches a page of zeros that looks like a quiet day."""
    await asyncio.to_thread(worker.close)
    html = await page(client)
    assert 'role="alert">The engine has stopped. The engine has been shut down.' in html

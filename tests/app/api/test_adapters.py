"""Adapters that come and go over HTTP while answers run, on a real, tiny engine."""

import asyncio
import gc
import json
import shutil
import weakref
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from adapters.files import digest
from app.settings import load_settings
from tests.app.api.conftest import eventually
from tests.app.api.guarded import TOKEN, bearer
from tests.app.living_demo import Demo, held_back, opened_demo, publish
from tests.conftest import TinyAdapter


@pytest.fixture
async def demo(tiny_base: Path, tmp_path: Path) -> AsyncIterator[Demo]:
    async with opened_demo(tiny_base, tmp_path, admin_token=TOKEN) as demo:
        demo.client.headers.update(bearer(TOKEN))
        yield demo


async def load(demo: Demo, name: str, path: str, **more: Any) -> httpx.Response:
    body = {"lora_name": name, "lora_path": path, **more}
    return await demo.client.post("/v1/load_lora_adapter", json=body)


async def unload(demo: Demo, name: str) -> httpx.Response:
    return await demo.client.post("/v1/unload_lora_adapter", json={"lora_name": name})


async def listed(demo: Demo) -> dict[str, Any]:
    answer = (await demo.client.get("/adapters")).json()
    return {adapter.pop("id"): adapter for adapter in answer["adapters"]}


async def test_a_loaded_adapter_is_served_by_its_name(
    demo: Demo, tiny_adapter: TinyAdapter
) -> None:
    """Catches an adapter that is loaded and cannot be asked, or answers with other weights."""
    weights = tiny_adapter(rank=4, seed=1)
    shutil.copytree(weights, demo.root / "versions" / "3")
    loaded = await load(demo, "new", "versions/3")
    assert loaded.status_code == 200, loaded.text
    assert await listed(demo) == {
        "new": {
            "tier": "host",
            "rank": 4,
            "target_modules": loaded.json()["target_modules"],
            "num_bytes": loaded.json()["num_bytes"],
            "digest": digest(weights),
            "num_requests": 0,
            "last_used_ago_s": None,
        }
    }
    assert await demo.models() == ["new"]
    assert await demo.text("new") == demo.alone(weights)
    assert (await listed(demo))["new"]["last_used_ago_s"] >= 0


async def test_a_look_at_the_disk_undoes_no_load(demo: Demo, tiny_adapter: TinyAdapter) -> None:
    """Catches an adapter that is gone as soon as anything else on the disk changes."""
    shutil.copytree(tiny_adapter(seed=1), demo.root / "versions" / "3")
    await load(demo, "new", "versions/3")
    other = publish(demo.root, "wikisql", tiny_adapter(seed=2))
    assert await demo.models() == ["new", "wikisql"]
    shutil.rmtree(other)
    assert await demo.models() == ["new"]
    assert (await demo.ask("new")).status_code == 200


async def test_an_unload_outlives_the_next_look(demo: Demo, tiny_adapter: TinyAdapter) -> None:
    """Catches an adapter that comes back by itself, and one that nobody can bring back."""
    publish(demo.root, "covid", tiny_adapter(seed=1))
    assert await demo.models() == ["covid"]
    assert (await unload(demo, "covid")).json() == {"id": "covid"}
    publish(demo.root, "wikisql", tiny_adapter(seed=2))
    publish(demo.root, "covid", tiny_adapter(seed=3))
    assert await demo.models() == ["wikisql"]
    refused = await demo.ask("covid")
    assert refused.status_code == 404
    assert "was unloaded while the server ran" in refused.json()["error"]["message"]
    assert "was unloaded" in (await demo.client.get("/health")).text
    assert (await load(demo, "covid", "covid")).status_code == 200
    assert await demo.text("covid") == demo.alone(demo.root / "covid")
    publish(demo.root, "covid", tiny_adapter(seed=4))
    assert await demo.text("covid") is not None
    await demo.models()
    assert (await listed(demo))["covid"]["digest"] == digest(demo.root / "covid")


async def test_unloading_waits_for_answers_and_frees_memory(
    demo: Demo, tiny_adapter: TinyAdapter
) -> None:
    """Catches an answer that is cut off, a promise too early, and weights that stay for ever."""
    folder = tiny_adapter(seed=1)
    shutil.copytree(folder, demo.root / "versions" / "3")
    await load(demo, "new", "versions/3")
    copies = [weakref.ref(weights) for weights in demo.engine.tiers.host.contents()]
    is_held, go = held_back(demo.engine)
    answer = asyncio.create_task(demo.text("new", num_tokens=40))
    assert await asyncio.to_thread(is_held.wait, 60)
    assert (await listed(demo))["new"]["num_requests"] == 1
    unloading = asyncio.create_task(unload(demo, "new"))
    await asyncio.to_thread(eventually, lambda: demo.worker.adapters == (), "the name is gone")
    assert (await demo.ask("new")).status_code == 404
    assert not unloading.done()
    go.set()
    assert (await unloading).status_code == 200
    gc.collect()
    assert [copy() for copy in copies] == [None]
    assert await answer == demo.alone(folder, num_tokens=40)


async def test_an_unloaded_name_may_be_given_anew(demo: Demo, tiny_adapter: TinyAdapter) -> None:
    """Catches a name that is spent, or still answers with what it stood for before."""
    for number in (1, 2):
        shutil.copytree(tiny_adapter(seed=number), demo.root / "versions" / str(number))
    await load(demo, "new", "versions/1")
    taken = await load(demo, "new", "versions/2")
    assert (taken.status_code, "unload it first" in taken.text) == (400, True)
    await unload(demo, "new")
    assert (await load(demo, "new", "versions/2")).status_code == 200
    assert await demo.text("new") == demo.alone(demo.root / "versions" / "2")
    assert (await unload(demo, "nobody")).status_code == 404


async def test_a_name_on_the_disk_stands_for_that_folder(
    demo: Demo, tiny_adapter: TinyAdapter
) -> None:
    """Catches a card whose scores were measured on other weights than those that answer."""
    publish(demo.root, "covid", tiny_adapter(seed=1))
    shutil.copytree(tiny_adapter(seed=2), demo.root / "versions" / "3")
    await unload(demo, "covid") if "covid" in await demo.models() else None
    refused = await load(demo, "covid", "versions/3")
    assert (refused.status_code, "choose another name" in refused.text) == (400, True)


HOSTILE = [
    ("new", "../../outside", "outside of the server's folders"),
    ("new", "link", "outside of the server's folders"),
    ("new", "pickled", "is a pickle, which can run code"),
    ("new", "dora", "DoRA"),
    ("new", "cut", "damaged"),
    ("new", "nowhere", "no adapter folder"),
    ("new", "org/name", "cannot be had"),
    ("base", "good", "name of the base"),
    ("a/b", "good", "lora_name"),
    ("", "good", "lora_name"),
    (".hidden", "good", "lora_name"),
    ("new", "", "lora_path"),
]


async def test_hostile_and_broken_adapters_are_refused(
    demo: Demo, tiny_adapter: TinyAdapter, tmp_path: Path
) -> None:
    """Catches code that is run, a file that is read, or a server that falls over a bad folder."""
    good = tiny_adapter(seed=1)
    for copy in ("good", "pickled", "dora", "cut"):
        shutil.copytree(good, demo.root / "box" / copy)
        (demo.root / copy).symlink_to(demo.root / "box" / copy)
    shutil.copytree(good, tmp_path / "outside")
    (demo.root / "link").symlink_to(tmp_path / "outside")
    weights = demo.root / "box" / "pickled" / "adapter_model.safetensors"
    weights.rename(weights.with_suffix(".bin"))
    config = demo.root / "box" / "dora" / "adapter_config.json"
    config.write_text(json.dumps(json.loads(config.read_text()) | {"use_dora": True}))
    (demo.root / "box" / "cut" / "adapter_model.safetensors").write_bytes(b"cut")
    for name, path, sentence in HOSTILE:
        refused = await load(demo, name, path)
        assert refused.status_code == 400, refused.text
        assert sentence in refused.json()["error"]["message"], (name, path)
    assert await listed(demo) == {}


async def test_settings_reach_the_engine(tiny_base: Path) -> None:
    """Catches a limit that an operator sets and no engine keeps."""
    from app.local_catalog import open_catalog
    from app.local_engine import open_engine

    settings = load_settings(
        base=str(tiny_base),
        bits=32,
        max_adapters=3,
        adapter_mib=2,
        max_context=64,
        kv_tokens=100,
        max_tokens=7,
        request_timeout_s=9,
    )
    with open_engine(settings, open_catalog(settings)) as worker:
        options = worker._engine.options
        assert (options.max_adapters, options.host_bytes) == (3, 2 * 1024 * 1024)
        assert (options.max_context, options.kv_tokens) == (64, 100)
        assert (options.max_tokens, options.timeout_s) == (7, 9.0)
        assert worker.status().context_length == 64

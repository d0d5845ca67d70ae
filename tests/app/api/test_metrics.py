"""GET /metrics: every request counted once, by adapter, with few labels and none of its text."""

import re
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from app.api.application import create_api
from app.metrics.requests import MOST_ADAPTERS, Metrics
from app.services import Services
from engine.request import AdapterShare, FinishReason, GenerationRequest
from engine.status import EngineStatus, KVUse, StepTotals, TierUse
from tests.app.api.conftest import ScriptedWorker, Server, finish, token

DASHBOARD = Path(__file__).resolve().parents[3] / "docs" / "grafana" / "lora-land.json"


def samples(text: str) -> dict[str, dict[tuple[str, ...], float]]:
    """Values by name of the sample and by its labels' values, sorted by the labels' names."""
    found: dict[str, dict[tuple[str, ...], float]] = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            labels = tuple(value for _, value in sorted(sample.labels.items()))
            found.setdefault(sample.name, {})[labels] = sample.value
    return found


async def scraped(client: httpx.AsyncClient) -> dict[str, dict[tuple[str, ...], float]]:
    response = await client.get("/metrics")
    assert response.status_code == 200
    assert response.headers["content-type"].startswith("text/plain; version=")
    return samples(response.text)


async def test_three_requests_are_counted_by_adapter_whoever_asked(
    client: httpx.AsyncClient, services: Services
) -> None:
    """Catches a dialect that is not counted, or twice, or under another's name."""
    ask = {"model": "covid", "prompt": "my secret prompt", "max_tokens": 2}
    assert (await client.post("/v1/completions", json=ask)).status_code == 200
    body = {"inputs": "my secret prompt", "parameters": {"adapter_id": "covid"}}
    assert (await client.post("/generate", json=body)).status_code == 200
    ask["model"] = services.base_id
    assert (await client.post("/v1/completions", json=ask)).status_code == 200
    found = await scraped(client)
    assert found["lora_land_requests_total"] == {("covid", "stop"): 2, ("mini-base", "stop"): 1}
    assert found["lora_land_tokens_total"] == {
        ("covid", "prompt"): 10,
        ("covid", "generated"): 4,
        ("mini-base", "prompt"): 5,
        ("mini-base", "generated"): 2,
    }
    for name in ("time_to_first_token_seconds", "time_per_output_token_seconds"):
        counts = found[f"lora_land_{name}_count"]
        assert counts == {("covid",): 2, ("mini-base",): 1}
    assert found["lora_land_time_to_first_token_seconds_sum"][("covid",)] == pytest.approx(0.02)
    assert "secret" not in (await client.get("/metrics")).text


async def test_a_failed_request_counts_as_an_error(
    client: httpx.AsyncClient, worker: ScriptedWorker
) -> None:
    """Catches a broken adapter that looks as healthy as the others, or blames one."""
    failed = finish("", FinishReason.ERROR, error="the device is gone")
    worker.answer = lambda stream: stream.feed(failed)
    ask = {"model": "wikisql", "prompt": "x"}
    assert (await client.post("/v1/completions", json=ask)).status_code == 503
    assert (await client.post("/v1/completions", json=ask | {"model": "no"})).status_code == 404
    found = await scraped(client)
    assert found["lora_land_requests_total"] == {("wikisql", "error"): 1}


async def test_text_that_is_only_read_is_no_answer(
    client: httpx.AsyncClient, worker: ScriptedWorker
) -> None:
    """Catches scored prompts that count as generated, and fast ones that flatter the speed."""
    worker.answer = lambda stream: stream.feed(token(" a"), finish(" a b"))
    ask = {"model": "covid", "prompt": "x y z", "echo": True, "logprobs": 1, "max_tokens": 0}
    assert (await client.post("/v1/completions", json=ask)).status_code == 200
    found = await scraped(client)
    assert found["lora_land_tokens_total"] == {("covid", "prompt"): 7}
    assert "lora_land_time_to_first_token_seconds_count" not in found


def test_labels_stay_few_however_many_adapters_there_are(worker: ScriptedWorker) -> None:
    """Catches series without end: for each adapter ever served, for each mix anybody thinks of."""
    metrics = Metrics(worker, "base")  # type: ignore[arg-type]
    names = [f"adapter-{number}" for number in range(2 * MOST_ADAPTERS)]
    mix = (AdapterShare("adapter-0", 0.5), AdapterShare("adapter-1", 0.25))
    half = (AdapterShare("adapter-0", 0.5),)
    requests = [GenerationRequest("x", name) for name in names]
    requests += [GenerationRequest("x", mix=shares) for shares in (mix, half, ())]
    for request in requests:
        metrics.count(request, finish("", FinishReason.LENGTH))

    def number(adapter: str) -> float | None:
        labels = {"adapter": adapter, "outcome": "length"}
        return metrics.registry.get_sample_value("lora_land_requests_total", labels)

    assert number("other") == MOST_ADAPTERS + 1
    assert (number("adapter-0"), number("adapter-99"), number("base")) == (2, 1, 1)
    assert number("adapter-100") is None


async def test_the_engines_figures_are_those_of_the_moment(
    client: httpx.AsyncClient, worker: ScriptedWorker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Catches a gauge under the name of another, and figures of an earlier scrape."""
    status = EngineStatus(
        *(True, 3, 4, 7, "nf4", 4, 512, 1000, "tiny"),
        max_rows=8,
        max_waiting=9,
        num_refused=2,
        kv=KVUse(10, 20, 30),
        cache_bytes=40,
        slots=TierUse(1, 5, 6, 2),
        host=TierUse(50, 60, 7, 3),
        totals=StepTotals(21, 1.5, 0.5),
    )
    await scraped(client)
    monkeypatch.setattr(worker, "status", lambda: status)
    found = await scraped(client)
    expected = {
        "engine_up": 1, "requests_running": 3, "requests_running_limit": 8, "requests_waiting": 4,
        "requests_waiting_limit": 9, "requests_refused_total": 2, "kv_tokens_held": 10,
        "kv_tokens_promised": 20, "kv_tokens_limit": 30, "kv_cache_bytes": 40, "slots_used": 1,
        "slots_limit": 5, "host_bytes_used": 50, "host_bytes_limit": 60, "steps_total": 7,
        "step_rows_total": 21, "step_seconds_total": 1.5, "step_lora_seconds_total": 0.5,
    }  # fmt: skip
    assert {name: found[f"lora_land_{name}"][()] for name in expected} == expected
    assert found["lora_land_adapter_loads_total"] == {("device",): 6, ("host",): 7}
    assert found["lora_land_adapter_evictions_total"] == {("device",): 2, ("host",): 3}
    assert found["lora_land_adapters"] == {("device",): 0, ("host",): 2, ("disk",): 0}
    assert found["lora_land_build_info"].popitem()[0][:3] == ("tiny", "cpu", "nf4")


async def test_two_applications_do_not_share_their_counts(
    client: httpx.AsyncClient, services: Services
) -> None:
    """Catches counters in a global registry, where a second application adds to the first's."""
    await client.post("/v1/completions", json={"model": "covid", "prompt": "x"})
    transport = httpx.ASGITransport(create_api(services))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:7860") as other:
        assert "lora_land_requests_total" not in await scraped(other)


async def test_other_methods_are_refused_as_json(client: httpx.AsyncClient) -> None:
    """Catches a path that falls through to the page's catch-all."""
    response = await client.post("/metrics")
    assert response.status_code == 405
    assert response.headers["allow"] == "GET"
    assert "not allowed" in response.json()["error"]["message"]


def test_a_real_engine_is_counted_before_its_answer_is_read(live: Server) -> None:
    """Catches a hook that the real engine does not call, or too late for whoever looks at once."""
    body = {"model": "covid", "prompt": "### Tweet: tea", "max_tokens": 3, "ignore_eos": True}
    answer = httpx.post(f"{live.url}/v1/completions", json=body)
    found = samples(httpx.get(f"{live.url}/metrics").text)
    assert found["lora_land_requests_total"] == {("covid", "length"): 1}
    usage = answer.json()["usage"]
    assert found["lora_land_tokens_total"] == {
        ("covid", "prompt"): usage["prompt_tokens"],
        ("covid", "generated"): usage["completion_tokens"],
    }
    assert found["lora_land_adapter_loads_total"][("device",)] == 1
    assert found["lora_land_step_lora_seconds_total"][()] > 0


async def test_the_dashboard_shows_what_is_exported(
    client: httpx.AsyncClient, worker: ScriptedWorker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Catches a panel that stays empty for ever, and a metric that no panel shows."""
    status = replace(worker.status(), totals=StepTotals(1, 1.0, 0.5))
    monkeypatch.setattr(worker, "status", lambda: status)
    await client.post("/v1/completions", json={"model": "covid", "prompt": "x"})
    names = re.findall(r"lora_land_\w+", DASHBOARD.read_text("utf-8"))
    drawn = {without_suffix(name) for name in names}
    exported = {without_suffix(name) for name in await scraped(client)}
    assert drawn == exported


def without_suffix(name: str) -> str:
    """Of a histogram's or counter's several samples, the one name that they share."""
    return re.sub(r"_(bucket|count|sum|created|total)$", "", name)

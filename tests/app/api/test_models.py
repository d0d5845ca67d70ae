"""/v1/models and /health over a scripted engine."""

import httpx

from tests.app.api.conftest import ScriptedWorker


async def test_models_are_the_base_and_its_adapters(client: httpx.AsyncClient) -> None:
    """Catches a list without the base, with an adapter that is not served, or in flux."""
    answer = (await client.get("/v1/models")).json()
    assert answer["object"] == "list"
    assert [model["id"] for model in answer["data"]] == ["mini-base", "covid", "wikisql"]
    base, covid, _ = answer["data"]
    assert (base["parent"], base["root"]) == (None, "mini-base")
    assert (covid["parent"], covid["root"], covid["object"]) == ("mini-base", "covid", "model")
    assert covid["owned_by"]
    assert covid["created"] > 1_700_000_000


async def test_one_model_is_what_the_list_says(client: httpx.AsyncClient) -> None:
    """Catches a second, different description of the same model."""
    listed = (await client.get("/v1/models")).json()["data"]
    assert [(await client.get(f"/v1/models/{m['id']}")).json() for m in listed] == listed


async def test_a_model_that_is_not_served_is_a_404_with_the_reason(
    client: httpx.AsyncClient,
) -> None:
    """Catches a description of a model that every request to it would refuse."""
    unknown = await client.get("/v1/models/nope")
    damaged = await client.get("/v1/models/dbpedia")
    assert (unknown.status_code, damaged.status_code) == (404, 404)
    assert "is cut off" in damaged.json()["error"]["message"]


async def test_health_tells_what_is_served(client: httpx.AsyncClient) -> None:
    """Catches a health check that hides a skipped adapter, or is kept by a cache."""
    response = await client.get("/health")
    health = response.json()
    assert (response.status_code, health["status"], health["reason"]) == (200, "ok", None)
    assert response.headers["cache-control"] == "no-store"
    assert (health["base"], health["adapters"]) == ("mini-base", ["covid", "wikisql"])
    assert "is cut off" in health["unavailable_adapters"]["dbpedia"]
    assert {"num_running", "num_waiting", "step", "kernel", "bits"} <= health.keys()


async def test_a_dead_engine_is_a_503_with_the_reason(
    client: httpx.AsyncClient, worker: ScriptedWorker
) -> None:
    """Catches a process that looks healthy while every request to it fails."""
    worker.alive = False
    response = await client.get("/health")
    assert (response.status_code, response.json()["reason"]) == (503, "The engine broke.")

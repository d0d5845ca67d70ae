"""LoRAX's addresses over a scripted engine: refusals, and LoRAX's own errors."""

from typing import Any

import httpx
import pytest

from engine.errors import EngineDead, PromptTooLong, QueueFull
from engine.request import FinishReason
from tests.app.api.conftest import CHANCE, ScriptedStream, ScriptedWorker, finish, token
from tests.app.api.lorax_bodies import lorax_body, lorax_events

MERGED = {"ids": ["covid"], "weights": [1.0]}


@pytest.mark.parametrize(
    ("parameters", "sentence"),
    [
        ({"decoder_input_details": True}, "decoder_input_details is not supported"),
        ({"watermark": True}, "watermark is not supported"),
        ({"typical_p": 0.5}, "typical_p is not supported"),
        ({"best_of": 2}, "best_of is not supported"),
        ({"response_format": {"type": "xml"}}, "json_object"),
        ({"response_format": {"type": "json_object", "schema": "{"}}, "no JSON"),
        ({"apply_chat_template": True}, "/v1/chat/completions"),
        ({"merged_adapters": MERGED}, "not both"),
        ({"adapter_id": None, "merged_adapters": MERGED | {"merge_strategy": "ties"}}, "linear"),
        ({"adapter_id": None, "merged_adapters": MERGED | {"weights": [1, 2]}}, "as many weights"),
        ({"max_new_tokens": 0}, "max_new_tokens"),
        ({"temperature": "hot"}, "temperature"),
    ],
)
async def test_what_cannot_be_served_is_a_validation_error(
    client: httpx.AsyncClient, worker: ScriptedWorker, parameters: dict[str, Any], sentence: str
) -> None:
    """Catches an effect that is missed in silence, or an error that the client cannot name."""
    response = await client.post("/generate", json=lorax_body(**parameters))
    assert response.status_code == 422
    assert response.json()["error_type"] == "validation"
    assert sentence in response.json()["error"]
    assert not worker.requests


@pytest.mark.parametrize("source", [None, "hub", "local", "s3", "pbase"])
@pytest.mark.parametrize("adapter", ["predibase/dbpedia", "../covid", "dbpedia"])
async def test_no_request_loads_an_adapter(
    client: httpx.AsyncClient, worker: ScriptedWorker, adapter: str, source: str | None
) -> None:
    """Catches a download, or a folder of this machine, that a stranger's request starts."""
    for parameters in (
        {"adapter_id": adapter},
        {"adapter_id": None, "merged_adapters": {"ids": [adapter], "weights": [1.0]}},
    ):
        body = lorax_body(adapter_source=source, **parameters)
        response = await client.post("/", json=body)
        assert response.status_code == 404
        assert response.json()["error_type"] == "not_found"
        assert adapter in response.json()["error"]
    assert not worker.requests


@pytest.mark.parametrize(
    ("error", "status", "kind"),
    [
        (PromptTooLong("Too long."), 422, "validation"),
        (QueueFull("256 wait.", 1.2), 429, "overloaded"),
        (EngineDead("It ended."), 503, "generation"),
        (RuntimeError("secret"), 500, "generation"),
    ],
)
async def test_errors_are_lorax_own(
    client: httpx.AsyncClient, worker: ScriptedWorker, error: Exception, status: int, kind: str
) -> None:
    """Catches OpenAI's error object where LoRAX's client looks for a text."""
    worker.error = error
    response = await client.post("/", json=lorax_body())
    assert (response.status_code, response.json()["error_type"]) == (status, kind)
    assert isinstance(response.json()["error"], str)
    assert "secret" not in response.text


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"3", b'{"parameters": {}}'])
@pytest.mark.parametrize("path", ["/", "/generate", "/generate_stream", "/tokenize"])
async def test_a_malformed_body_is_lorax_json(
    client: httpx.AsyncClient, path: str, body: bytes
) -> None:
    """Catches an HTML page or FastAPI's list of errors."""
    headers = {"content-type": "application/json"}
    response = await client.post(path, content=body, headers=headers)
    assert response.status_code == 422
    assert response.json()["error_type"] == "validation"


async def test_wrong_methods_are_lorax_json(client: httpx.AsyncClient) -> None:
    """Catches a page where a program looked for an address."""
    for method, path in (("GET", "/generate"), ("POST", "/info"), ("GET", "/tokenize")):
        response = await client.request(method, path)
        assert response.status_code == 405
        assert response.json()["error_type"] == "method_not_allowed"


async def test_an_error_in_the_middle_is_an_event(
    client: httpx.AsyncClient, worker: ScriptedWorker
) -> None:
    """Catches a stream that breaks off and looks complete."""

    def feed(stream: ScriptedStream) -> None:
        end = finish(" go", FinishReason.ERROR, error="The step failed.")
        stream.feed(token(" go", chance=CHANCE), end)

    worker.answer = feed
    events = lorax_events(await client.post("/generate_stream", json=lorax_body()))
    assert events[-1] == {"error": "The step failed.", "error_type": "generation"}
    whole = await client.post("/generate", json=lorax_body())
    assert (whole.status_code, whole.json()) == (503, events[-1])

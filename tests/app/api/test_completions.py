"""POST /v1/completions over a scripted engine: OpenAI's shapes, what is honoured and refused."""

from typing import Any

import httpx
import pytest

from engine.errors import BadRequest, EngineDead, PromptTooLong, QueueFull
from engine.request import AdapterShare, FinishReason, SamplingParams
from tests.app.api.conftest import ScriptedWorker, finish, token

BODY: dict[str, Any] = {"model": "covid", "prompt": "### Tweet: hi\n### Sentiment:"}


async def test_an_answer_has_openais_shape(client: httpx.AsyncClient) -> None:
    """Catches a missing key, a text without its tail, or usage that does not add up."""
    response = await client.post("/v1/completions", json=BODY)
    answer = response.json()
    assert response.status_code == 200
    assert answer["id"].startswith("cmpl-")
    assert (answer["object"], answer["model"]) == ("text_completion", "covid")
    assert answer["choices"] == [
        {"index": 0, "text": " good day", "logprobs": None, "finish_reason": "stop"}
    ]
    assert answer["usage"] == {"prompt_tokens": 5, "completion_tokens": 2, "total_tokens": 7}


async def test_what_is_not_said_is_openais_default(
    client: httpx.AsyncClient, worker: ScriptedWorker
) -> None:
    """Catches our own defaults leaking into OpenAI's: greedy, or 128 tokens."""
    await client.post("/v1/completions", json=BODY | {"temperature": None})
    assert worker.requests[0].sampling == SamplingParams(temperature=1.0, max_tokens=16)


async def test_sampling_reaches_the_engine(
    client: httpx.AsyncClient, worker: ScriptedWorker
) -> None:
    """Catches a parameter that is accepted and dropped."""
    asked = {
        "temperature": 0.5,
        "top_p": 0.9,
        "top_k": 7,
        "min_p": 0.1,
        "repetition_penalty": 1.2,
        "presence_penalty": 0.5,
        "frequency_penalty": -0.5,
        "seed": 3,
        "ignore_eos": True,
    }
    more = {"logit_bias": {"42": -100}, "stop": "\n", "max_completion_tokens": 9}
    await client.post("/v1/completions", json=BODY | asked | more)
    assert worker.requests[0].sampling == SamplingParams(
        **asked, logit_bias=((42, -100.0),), max_tokens=9, stop=("\n",)
    )


@pytest.mark.parametrize(("stop", "expected"), [("a", ("a",)), (["a", "b"], ("a", "b")), ([], ())])
async def test_stop_is_a_text_or_a_list(
    client: httpx.AsyncClient, worker: ScriptedWorker, stop: object, expected: tuple[str, ...]
) -> None:
    """Catches a bare text that is taken apart letter by letter."""
    await client.post("/v1/completions", json=BODY | {"stop": stop})
    assert worker.requests[0].sampling.stop == expected


async def test_adapters_are_mixed_and_scaled(
    client: httpx.AsyncClient, worker: ScriptedWorker
) -> None:
    """Catches a mix whose scales are dropped, or that is added to the model's own adapter."""
    lora = [{"id": "covid", "scale": 0.5}, {"id": "wikisql"}]
    await client.post("/v1/completions", json=BODY | {"lora": lora})
    assert worker.requests[0].adapter_id is None
    assert worker.requests[0].mix == (AdapterShare("covid", 0.5), AdapterShare("wikisql", 1.0))


@pytest.mark.parametrize(
    ("lora", "status", "sentence"),
    [
        ([{"id": "nope"}], 404, "no model 'nope'"),
        ([{"id": "mini-base"}], 400, "mini-base is the base"),
        ([{"id": "covid"}, {"id": "covid"}], 400, "twice"),
        ([{"id": "covid", "scale": 11}], 400, "lora.0.scale"),
        ([{"scale": 1}], 400, "lora.0.id"),
    ],
)
async def test_a_mix_names_what_is_served(
    client: httpx.AsyncClient, lora: object, status: int, sentence: str
) -> None:
    """Catches a mix that says nothing of the adapter that it had to leave out."""
    response = await client.post("/v1/completions", json=BODY | {"lora": lora})
    error = response.json()["error"]
    assert (response.status_code, error["param"]) == (status, "lora")
    assert sentence in error["message"]


async def test_the_base_is_asked_without_adapter(
    client: httpx.AsyncClient, worker: ScriptedWorker
) -> None:
    """Catches a base id that is handed to the engine as if it were an adapter's."""
    await client.post("/v1/completions", json=BODY | {"model": "mini-base"})
    await client.post("/v1/completions", json=BODY)
    assert [request.adapter_id for request in worker.requests] == [None, "covid"]


async def test_every_choice_is_a_row_in_order(
    client: httpx.AsyncClient, worker: ScriptedWorker
) -> None:
    """Catches mixed-up indices, equal choices for one seed, and prompts counted per choice."""
    body = BODY | {"prompt": ["a", "b"], "n": 2, "seed": 5, "echo": True, "best_of": 2}
    answer = (await client.post("/v1/completions", json=body)).json()
    rows = [(request.prompt, request.sampling.seed) for request in worker.requests]
    assert rows == [("a", 5), ("a", 6), ("b", 5), ("b", 6)]
    texts = [(choice["index"], choice["text"]) for choice in answer["choices"]]
    assert texts == [(0, "a good day"), (1, "a good day"), (2, "b good day"), (3, "b good day")]
    assert answer["usage"] == {"prompt_tokens": 10, "completion_tokens": 8, "total_tokens": 18}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("logprobs", 21),
        ("logprobs", True),
        ("best_of", 3),
        ("suffix", " end"),
        ("logit_bias", {"a": 1}),
        ("logit_bias", {"1": 101}),
        ("presence_penalty", 3),
        ("frequency_penalty", -2.5),
        ("response_format", {"type": "xml"}),
        ("n", 99),
        ("temperature", -1),
        ("top_p", 0),
        ("temperature", "0.5"),
        ("max_tokens", 0),
        ("max_tokens", True),
        ("max_tokens", 2.5),
        ("seed", -1),
        ("stop", ["a"] * 17),
        ("stop", ""),
        ("stop", ["a", 1]),
        ("stop", ["a", ""]),
        ("prompt", ""),
        ("prompt", []),
        ("prompt", [1, 2, 3]),
        ("prompt", ["a", 1]),
        ("stream_options", {"include_usage": True}),
    ],
)
async def test_what_cannot_be_served_is_refused_by_name(
    client: httpx.AsyncClient, worker: ScriptedWorker, field: str, value: object
) -> None:
    """Catches a value that is silently ignored, or refused without saying which field."""
    response = await client.post("/v1/completions", json=BODY | {field: value})
    error = response.json()["error"]
    assert response.status_code == 400
    assert error["type"] == "invalid_request_error"
    assert error["param"] == field
    assert field in error["message"]
    assert not worker.requests


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity"])
@pytest.mark.parametrize("name", ["temperature", "top_p", "min_p", "presence_penalty"])
async def test_what_is_no_number_is_called_so(
    client: httpx.AsyncClient, name: str, number: str
) -> None:
    """Catches NaN that slips through a limit, or is told that it is too small."""
    body = f'{{"model": "covid", "prompt": "p", "{name}": {number}}}'
    headers = {"content-type": "application/json"}
    response = await client.post("/v1/completions", content=body, headers=headers)
    assert response.status_code == 400
    assert response.json()["error"]["message"] == f"{name}: Input should be a finite number."


async def test_a_list_of_stops_is_told_what_is_wrong_in_it(client: httpx.AsyncClient) -> None:
    """Catches "should be a valid string", which a list may well be instead of."""
    response = await client.post("/v1/completions", json=BODY | {"stop": ["a", 1]})
    assert "list of at most 16 texts" in response.json()["error"]["message"]


async def test_two_limits_must_agree(client: httpx.AsyncClient) -> None:
    """Catches one of two contradicting limits that wins in silence."""
    limits = {"max_tokens": 5, "max_completion_tokens": 6}
    response = await client.post("/v1/completions", json=BODY | limits)
    assert (response.status_code, response.json()["error"]["param"]) == (400, "max_tokens")


async def test_token_ids_are_refused_in_words(client: httpx.AsyncClient) -> None:
    """Catches "should be a valid string" as the answer to a prompt that OpenAI would take."""
    response = await client.post("/v1/completions", json=BODY | {"prompt": [[1, 2]]})
    assert "token ids are not accepted" in response.json()["error"]["message"]


async def test_rows_of_one_request_are_bounded(client: httpx.AsyncClient) -> None:
    """Catches one request that fills the engine: many prompts times many choices."""
    response = await client.post("/v1/completions", json=BODY | {"prompt": ["x"] * 20, "n": 8})
    assert response.status_code == 400
    assert "160" in response.json()["error"]["message"]


async def test_harmless_and_unknown_fields_are_accepted(client: httpx.AsyncClient) -> None:
    """Catches strictness that breaks clients which send every field at its default."""
    harmless = {"user": "x", "logit_bias": {}, "presence_penalty": 0, "suffix": None, "novel": [1]}
    assert (await client.post("/v1/completions", json=BODY | harmless)).status_code == 200


@pytest.mark.parametrize(
    ("error", "status", "param", "code"),
    [
        (PromptTooLong("Too long."), 400, "prompt", "context_length_exceeded"),
        (BadRequest("top_p must be above 0."), 400, "top_p", None),
        (BadRequest("The logit_bias of token 9 is odd."), 400, "logit_bias", None),
        (QueueFull("256 wait.", 1.2), 429, None, "queue_full"),
        (EngineDead("It ended."), 503, None, "engine_stopped"),
    ],
)
async def test_the_engines_refusals_have_their_status(
    client: httpx.AsyncClient,
    worker: ScriptedWorker,
    error: Exception,
    status: int,
    param: str | None,
    code: str | None,
) -> None:
    """Catches a refusal of the engine that reaches a client as 500 or without its sentence."""
    worker.error = error
    response = await client.post("/v1/completions", json=BODY)
    said = response.json()["error"]
    assert (response.status_code, said["message"]) == (status, str(error))
    assert (said["param"], said["code"]) == (param, code)
    assert response.headers.get("retry-after") == ("2" if status == 429 else None)


async def test_an_unknown_model_is_named_and_the_known_ones_listed(
    client: httpx.AsyncClient,
) -> None:
    """Catches a 404 that leaves the caller guessing what there is."""
    response = await client.post("/v1/completions", json=BODY | {"model": "nope"})
    error = response.json()["error"]
    assert (response.status_code, error["code"]) == (404, "model_not_found")
    assert all(name in error["message"] for name in ("nope", "mini-base", "covid", "wikisql"))


async def test_a_damaged_adapter_says_why_it_is_not_served(client: httpx.AsyncClient) -> None:
    """Catches a skipped adapter that looks as if it had never existed."""
    response = await client.post("/v1/completions", json=BODY | {"model": "dbpedia"})
    assert response.status_code == 404
    assert "is cut off" in response.json()["error"]["message"]


async def test_a_failed_answer_is_an_error_not_a_text(
    client: httpx.AsyncClient, worker: ScriptedWorker
) -> None:
    """Catches half an answer that is passed off as a whole one."""
    end = finish(" go", FinishReason.ERROR, error="The step failed.")
    worker.answer = lambda stream: stream.feed(token(" go"), end)
    response = await client.post("/v1/completions", json=BODY)
    assert (response.status_code, response.json()["error"]["message"]) == (503, "The step failed.")


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"3", b'{"model": "covid"}'])
async def test_a_malformed_body_is_a_400(client: httpx.AsyncClient, body: bytes) -> None:
    """Catches FastAPI's own 422 shape, which OpenAI's client cannot read."""
    headers = {"content-type": "application/json"}
    response = await client.post("/v1/completions", content=body, headers=headers)
    assert response.status_code == 400
    assert response.json()["error"]["type"] == "invalid_request_error"

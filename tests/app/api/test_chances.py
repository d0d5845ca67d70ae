"""Log-probabilities in OpenAI's completions: whole, streamed and of the prompt. Scripted engine."""

import json
from typing import Any

import httpx
import pytest

from engine.request import FinishReason, TokenChance
from tests.app.api.conftest import (
    CHANCE,
    END_OF_TEXT,
    ScriptedStream,
    ScriptedWorker,
    finish,
    token,
)

BODY: dict[str, Any] = {"model": "covid", "prompt": "one two"}


@pytest.fixture(autouse=True)
def answer(worker: ScriptedWorker) -> None:
    """Draws " good day" and the end; reads " two" with its chance."""

    def feed(stream: ScriptedStream) -> None:
        if stream.request.answer is not None:
            read = TokenChance(-2.0, ((8, -1.0),))
            words = [token("one", token_id=20, chance=read)]
            words.append(token(" two", 2, token_id=21, chance=read, offset=3, is_last=True))
            stream.feed(*words, finish("one two"))
            return
        end = TokenChance(-0.1, ((END_OF_TEXT, -0.1), (9, -3.0)))
        stream.feed(
            token(" good", chance=CHANCE),
            token(" day", 2, token_id=8, chance=CHANCE, offset=5),
            token("", 3, token_id=END_OF_TEXT, chance=end, offset=9, is_last=True),
            finish(" good day"),
        )

    worker.answer = feed


async def test_chances_have_openais_shape(
    client: httpx.AsyncClient, worker: ScriptedWorker
) -> None:
    """Catches lists of different lengths, a drawn token missing among the likeliest, offsets."""
    response = await client.post("/v1/completions", json=BODY | {"logprobs": 2})
    chances = response.json()["choices"][0]["logprobs"]
    assert worker.requests[0].sampling.logprobs == 2
    assert chances == {
        "tokens": [" good", " day", "</s>"],
        "token_logprobs": [-0.5, -0.5, -0.1],
        "top_logprobs": [
            {" good": -0.5, " day": -1.5},
            {" good": -0.5, " day": -1.5},
            {"</s>": -0.1, "\ufffd": -3.0},
        ],
        "text_offset": [0, 5, 9],
    }


async def test_nobody_gets_chances_unasked(
    client: httpx.AsyncClient, worker: ScriptedWorker
) -> None:
    """Catches work for every token that nobody asked for; false is no 0."""
    for body in (BODY, BODY | {"logprobs": False}, BODY | {"logprobs": None, "echo": True}):
        choice = (await client.post("/v1/completions", json=body)).json()["choices"][0]
        assert choice["logprobs"] is None
    assert {request.sampling.logprobs for request in worker.requests} == {None}
    await client.post("/v1/completions", json=BODY | {"logprobs": 0})
    assert worker.requests[-1].sampling.logprobs == 0


async def test_an_echo_is_scored_too(client: httpx.AsyncClient, worker: ScriptedWorker) -> None:
    """Catches a prompt without its chances, or an answer whose offsets forget the prompt."""
    body = BODY | {"logprobs": 1, "echo": True, "n": 2}
    answer = (await client.post("/v1/completions", json=body)).json()
    assert [request.answer for request in worker.requests] == ["one two", None, None]
    for choice in answer["choices"]:
        assert choice["text"] == "one two good day"
        assert choice["logprobs"]["text_offset"] == [0, 3, 7, 12, 16]
        assert choice["logprobs"]["token_logprobs"] == [-2.0, -2.0, -0.5, -0.5, -0.1]
    assert answer["usage"] == {"prompt_tokens": 5, "completion_tokens": 4, "total_tokens": 9}


async def test_a_prompt_is_scored_alone(client: httpx.AsyncClient, worker: ScriptedWorker) -> None:
    """Catches an answer that is drawn although no token was wanted: how evaluations ask."""
    body = BODY | {"logprobs": 1, "echo": True, "max_tokens": 0}
    answer = (await client.post("/v1/completions", json=body)).json()
    (choice,) = answer["choices"]
    assert (choice["text"], choice["finish_reason"]) == ("one two", "length")
    assert choice["logprobs"]["token_logprobs"] == [-2.0, -2.0]
    assert len(worker.requests) == 1
    assert answer["usage"] == {"prompt_tokens": 3, "completion_tokens": 0, "total_tokens": 3}


@pytest.mark.parametrize("more", [{}, {"echo": True}, {"logprobs": 1}, {"stream": True}])
async def test_no_token_at_all_is_only_for_scoring(
    client: httpx.AsyncClient, more: dict[str, Any]
) -> None:
    """Catches an empty answer to a request that cannot have meant it."""
    response = await client.post("/v1/completions", json=BODY | {"max_tokens": 0} | more)
    assert (response.status_code, response.json()["error"]["param"]) == (400, "max_tokens")


async def test_a_stream_carries_the_same_chances(client: httpx.AsyncClient) -> None:
    """Catches chances that are lost with a token that shows no text, or come before the prompt."""
    body = BODY | {"logprobs": 2, "echo": True}
    whole = (await client.post("/v1/completions", json=body)).json()["choices"][0]
    response = await client.post("/v1/completions", json=body | {"stream": True})
    lines = [line[6:] for line in response.text.splitlines() if line.startswith("data: {")]
    choices = [json.loads(line)["choices"][0] for line in lines]
    assert "".join(choice["text"] for choice in choices) == whole["text"]
    for key in ("tokens", "token_logprobs", "top_logprobs", "text_offset"):
        pieces = [choice["logprobs"][key] for choice in choices if choice["logprobs"]]
        assert [entry for piece in pieces for entry in piece] == whole["logprobs"][key]


async def test_a_prompt_that_cannot_be_read_is_an_error(
    client: httpx.AsyncClient, worker: ScriptedWorker
) -> None:
    """Catches a failed score that leaves the answer running, or half an answer without chances."""

    def feed(stream: ScriptedStream) -> None:
        if stream.request.answer is not None:
            stream.feed(finish("", FinishReason.ERROR, error="The step failed."))

    worker.answer = feed
    body = BODY | {"logprobs": 1, "echo": True, "stream": True}
    response = await client.post("/v1/completions", json=body)
    assert (response.status_code, response.json()["error"]["message"]) == (503, "The step failed.")
    assert worker.streams.get().request.answer is not None
    assert worker.streams.get().cancelled.is_set()

"""Answers that took too long, in every dialect, and readers who do not read."""

import json
import socket
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from engine.request import FinishReason
from tests.app.api.conftest import CHANCE, ScriptedStream, ScriptedWorker, Server, finish, token
from tests.app.api.lorax_bodies import lorax_body
from tests.app.living_demo import opened_demo, publish
from tests.conftest import TinyAdapter

LATE = "The answer was not complete after the 5 seconds that this server allows it."
OPENAI = {"model": "covid", "prompt": "p"}
CHAT = {"model": "covid", "messages": [{"role": "user", "content": "hello"}]}


def too_late(stream: ScriptedStream) -> None:
    end = finish(" go", FinishReason.ERROR, error=LATE, is_overdue=True)
    stream.feed(token(" go", chance=CHANCE), end)


def _openai(answer: dict[str, Any]) -> bool:
    error = answer["error"]
    return (error["message"], error["code"]) == (LATE, "timeout")


def _lorax(answer: dict[str, Any]) -> bool:
    return answer == {"error": LATE, "error_type": "incomplete_generation"}


@pytest.mark.parametrize(
    ("path", "body", "is_told"),
    [
        ("/v1/completions", OPENAI, _openai),
        ("/v1/chat/completions", CHAT, _openai),
        ("/tasks/covid", {"fields": {"OriginalTweet": "t"}}, _openai),
        ("/", lorax_body(), _lorax),
    ],
)
async def test_an_overdue_answer_ends_in_its_dialect(
    client: httpx.AsyncClient,
    worker: ScriptedWorker,
    path: str,
    body: dict[str, Any],
    is_told: Callable[[dict[str, Any]], bool],
) -> None:
    """Catches half an answer that looks whole, or a stream that just stops."""
    worker.answer = too_late
    whole = await client.post(path, json=body)
    assert whole.status_code == 504
    assert is_told(whole.json())
    stream = await client.post(path, json=body | {"stream": True})
    data = [line[6:] for line in stream.text.splitlines() if line.startswith("data: {")]
    assert is_told(json.loads(data[-1]))


async def test_a_request_has_its_time_and_no_more(
    tiny_base: Path, tiny_adapter: TinyAdapter, tmp_path: Path
) -> None:
    """Catches a limit that is told to the caller while the row runs on."""
    async with opened_demo(tiny_base, tmp_path) as demo:
        publish(demo.root, "covid", tiny_adapter(seed=1))
        assert (await demo.ask("covid")).status_code == 200
        demo.engine.options = replace(demo.engine.options, timeout_s=0.001)
        late = await demo.ask("covid", num_tokens=400)
        assert (late.status_code, late.json()["error"]["code"]) == (504, "timeout")
        assert demo.worker.status().num_running == 0


def test_who_does_not_read_is_not_waited_for(
    server: Server, worker: ScriptedWorker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Catches answers that pile up in memory, and rows that run, for a client that sleeps."""
    monkeypatch.setattr("app.event_stream.READING_PATIENCE_S", 0.2)
    worker.answer = lambda stream: stream.feed(*[token("x" * 2_000_000)] * 20)
    body = json.dumps(OPENAI | {"stream": True}).encode()
    head = f"POST /v1/completions HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n"
    with socket.create_connection((httpx.URL(server.url).host, httpx.URL(server.url).port)) as line:
        line.sendall(f"{head}Content-Type: application/json\r\n\r\n".encode() + body)
        assert worker.streams.get(timeout=60).cancelled.wait(60)

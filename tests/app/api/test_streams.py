"""Streams and connections of the API on a real port, over a scripted engine."""

import json
import socket
import threading
from typing import Any

import httpx
import pytest

from engine.request import FinishReason
from tests.app.api.conftest import ScriptedStream, ScriptedWorker, Server, finish, token

BODY: dict[str, Any] = {"model": "covid", "prompt": "p", "stream": True}


def _events(response: httpx.Response) -> list[Any]:
    """The data of the events; every one must be one line of JSON, the last one [DONE]."""
    lines = [line for line in response.iter_lines() if line and not line.startswith(":")]
    assert all(line.startswith("data: ") for line in lines)
    data = [line.removeprefix("data: ") for line in lines]
    assert data.pop() == "[DONE]"
    return [json.loads(text) for text in data]


def _stream(server: Server, **more: Any) -> list[Any]:
    with httpx.stream("POST", server.url + "/v1/completions", json=BODY | more) as response:
        assert response.headers["content-type"].startswith("text/event-stream")
        assert response.headers["x-accel-buffering"] == "no"
        return _events(response)


def test_the_pieces_make_the_answer(server: Server) -> None:
    """Catches a lost tail, a finish reason in the wrong chunk, or ids that change midway."""
    chunks = _stream(server)
    pieces = [(c["choices"][0]["text"], c["choices"][0]["finish_reason"]) for c in chunks]
    assert pieces == [(" good", None), (" day", "stop")]
    assert len({(chunk["id"], chunk["created"], chunk["model"]) for chunk in chunks}) == 1
    assert {chunk["object"] for chunk in chunks} == {"text_completion"}


def test_usage_comes_last_when_it_is_asked_for(server: Server) -> None:
    """Catches usage that never comes, comes unasked, or comes with a choice."""
    chunks = _stream(server, stream_options={"include_usage": True})
    assert chunks[-1]["choices"] == []
    assert chunks[-1]["usage"]["total_tokens"] == 7
    assert all(chunk["usage"] is None for chunk in chunks[:-1])


def test_choices_of_a_stream_keep_their_index(server: Server) -> None:
    """Catches pieces of several answers that cannot be told apart."""
    chunks = _stream(server, prompt=["a", "b"], n=2, echo=True)
    texts = dict.fromkeys(range(4), "")
    for chunk in chunks:
        texts[chunk["choices"][0]["index"]] += chunk["choices"][0]["text"]
    assert texts == {0: "a good day", 1: "a good day", 2: "b good day", 3: "b good day"}


def test_text_is_sent_when_it_is_made(server: Server, worker: ScriptedWorker) -> None:
    """Catches anything on the way that buffers: the end is fed only after the start was read."""
    worker.answer = lambda stream: stream.feed(token(" first"))
    with httpx.stream("POST", server.url + "/v1/completions", json=BODY) as response:
        lines = response.iter_lines()
        assert '" first"' in next(lines)
        worker.streams.get(timeout=30).feed(finish(" first last", tail=" last"))
        assert any('" last"' in line for line in lines)


def test_an_error_in_the_middle_is_an_event(server: Server, worker: ScriptedWorker) -> None:
    """Catches a stream that breaks off and looks complete."""
    end = finish(" go", FinishReason.ERROR, error="The step failed.")
    worker.answer = lambda stream: stream.feed(token(" go"), end)
    assert _stream(server)[-1]["error"]["message"] == "The step failed."


def test_a_refusal_before_the_stream_has_a_status(server: Server) -> None:
    """Catches a 200 that turns out to be an error only once it is read."""
    body = BODY | {"model": "nope"}
    response = httpx.post(server.url + "/v1/completions", json=body)
    assert response.status_code == 404
    assert response.headers["content-type"] == "application/json"


@pytest.mark.parametrize("is_stream", [True, False])
def test_a_client_that_leaves_frees_its_rows(
    server: Server, worker: ScriptedWorker, is_stream: bool
) -> None:
    """Catches rows that go on for nobody, for whole answers as well as for streams."""
    asked = threading.Event()
    streams: list[ScriptedStream] = []

    def begin(stream: ScriptedStream) -> None:
        streams.append(stream)
        stream.feed(token(" first"))
        if len(streams) == 2:
            asked.set()

    worker.answer = begin
    body = json.dumps(BODY | {"stream": is_stream, "n": 2}).encode()
    head = f"POST /v1/completions HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n"
    with socket.create_connection((httpx.URL(server.url).host, httpx.URL(server.url).port)) as line:
        line.sendall(f"{head}Content-Type: application/json\r\n\r\n".encode() + body)
        assert asked.wait(30)
    assert all(stream.cancelled.wait(30) for stream in streams)


def test_stopping_ends_open_streams_with_a_word(server: Server, worker: ScriptedWorker) -> None:
    """Catches a server that cannot stop while somebody reads, or cuts readers off in silence."""
    worker.answer = lambda stream: stream.feed(token(" first"))
    with httpx.stream("POST", server.url + "/v1/completions", json=BODY) as response:
        lines = response.iter_lines()
        next(lines)
        stopping = threading.Thread(target=server.stop)
        stopping.start()
        rest = [json.loads(line[6:]) for line in lines if line.startswith("data: {")]
        stopping.join(60)
    assert "stopping" in rest[-1]["error"]["message"]
    assert worker.closed.is_set()

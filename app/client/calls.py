"""What each question is over HTTP: method, path and body. Sends nothing.

Options that are not given are not sent, so that the server's own defaults hold.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx

TIMEOUT = httpx.Timeout(600.0, connect=10.0)
"""Seconds: a long answer of a busy server takes its time; connecting does not."""


@dataclass(frozen=True)
class Call:
    """One request; `body` is sent as JSON."""

    method: str
    path: str
    body: Mapping[str, Any] | None = None


MODELS = Call("GET", "/v1/models")
TASKS = Call("GET", "/tasks")
HEALTH = Call("GET", "/health")


def ask_call(
    task: str, fields: Mapping[str, str], is_stream: bool, options: Mapping[str, Any]
) -> Call:
    """The texts of a task's template; the task's own adapter answers."""
    body = {"fields": dict(fields), "stream": is_stream} | _given(options)
    return Call("POST", f"/tasks/{task}", body)


def completion_call(model: str, prompt: str, is_stream: bool, options: Mapping[str, Any]) -> Call:
    """A prompt as it stands; greedy where nothing else is asked for."""
    body: dict[str, Any] = {"model": model, "prompt": prompt, "temperature": 0.0}
    if is_stream:
        body |= {"stream": True, "stream_options": {"include_usage": True}}
    return Call("POST", "/v1/completions", body | _given(options))


def headers_of(api_key: str | None) -> dict[str, str]:
    return {} if api_key is None else {"Authorization": f"Bearer {api_key}"}


def _given(options: Mapping[str, Any]) -> dict[str, Any]:
    given = {name: value for name, value in options.items() if value is not None}
    if "lora" in given:
        shares = given["lora"].items()
        given["lora"] = [{"id": name, "scale": scale} for name, scale in shares]
    return given

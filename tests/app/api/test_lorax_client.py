"""The unmodified `lorax-client` 0.6.3 against a live server, in an environment of its own.

It is named by LORAX_CLIENT_PYTHON: python -m venv DIR; DIR/bin/pip install lorax-client requests.
"""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from engine.errors import QueueFull
from engine.request import FinishReason, GenerationRequest, SamplingParams
from tests.app.api.conftest import CHANCE, ScriptedWorker, Server, finish, token

PYTHON = os.environ.get("LORAX_CLIENT_PYTHON", "")
PROMPT = "### Tweet: the small shop\n### Sentiment:"
STORY = Path(__file__).with_name("lorax_story.py")
pytestmark = pytest.mark.skipif(not PYTHON, reason="LORAX_CLIENT_PYTHON names no environment")


def _story(name: str, server: Server) -> dict[str, Any]:
    done = subprocess.run(
        [PYTHON, str(STORY), name, server.url, PROMPT],
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def test_answers_are_the_engines(live: Server) -> None:
    """Catches text lost or doubled on the way to the client, whole or streamed, sync or async."""
    sampling = SamplingParams(max_tokens=12, ignore_eos=True)
    covid, base = (
        live.worker.submit(GenerationRequest(PROMPT, adapter, sampling)).result().text
        for adapter in ("covid", None)
    )
    told = _story("answers", live)
    assert {told["whole"], told["pieces"], told["streamed"], *told["by_async"]} == {covid}
    assert told["base"] == base != covid
    assert (told["reason"], told["num_tokens"]) == ("length", 12)
    assert all(logprob <= 0 for logprob in told["logprobs"])
    assert told["num_alternatives"] == [2] * 12
    assert told["drawn"][0] == told["drawn"][1]


def test_errors_are_the_clients_own(server: Server, worker: ScriptedWorker) -> None:
    """Catches an error whose type or shape the client does not know."""
    end = finish(" go", FinishReason.ERROR, error="The step failed.")
    worker.answer = lambda stream: stream.feed(token(" go", chance=CHANCE), end)
    told = _story("errors", server)
    assert (told["unknown"], told["hub"], told["streamed"]) == ("NotFoundError",) * 3
    assert told["refused"] == "ValidationError"
    assert (told["plain"], told["midway"]) == ("GenerationError",) * 2
    worker.error = QueueFull("256 wait.", 1.2)
    told = _story("errors", server)
    assert (told["plain"], told["midway"]) == ("OverloadedError",) * 2

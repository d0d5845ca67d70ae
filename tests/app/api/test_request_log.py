"""What the log tells of a request, and what it keeps to itself."""

import json
import logging
import re
from collections.abc import Iterator

import httpx
import pytest

from app.logs import TEXT, JsonLines
from app.services import Services
from tests.app.api.conftest import ScriptedWorker
from tests.app.api.guarded import KEY, SECRETS, TOKEN, bearer, guarded

PROMPT, COOKIE = "my most private prompt", "c" * 32
BODY = {"model": "covid", "prompt": PROMPT}


class Kept(logging.Handler):
    """Keeps lines as a server would write them."""

    def __init__(self) -> None:
        super().__init__()
        self.json: list[str] = []
        self.text: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.json.append(JsonLines().format(record))
        self.text.append(logging.Formatter(TEXT).format(record))


@pytest.fixture
def kept() -> Iterator[Kept]:
    """Everything that any logger says while `app` tells what it does."""
    handler, root, ours = Kept(), logging.getLogger(), logging.getLogger("app")
    root.addHandler(handler)
    ours.setLevel(logging.INFO)
    yield handler
    ours.setLevel(logging.NOTSET)
    root.removeHandler(handler)


async def test_a_line_tells_what_an_operator_needs(services: Services, kept: Kept) -> None:
    """Catches a log from which nobody can tell what was slow, for whom, or how to find it."""
    async with guarded(services) as client:
        await client.post("/v1/completions", json=BODY, headers={"x-request-id": "one"})
        await client.post("/v1/completions", json=BODY | {"stream": True, "n": 2})
        await client.get("/tasks/covid")
    first, second, third = map(json.loads, kept.json)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}\+00:00", first.pop("time"))
    assert first.pop("ms") >= 0
    assert "POST /v1/completions 200" in first.pop("message")
    assert first == {
        "level": "info",
        "logger": "app.middleware.request_log",
        "request_id": "one",
        "method": "POST",
        "path": "/v1/completions",
        "status": 200,
        "adapter": "covid",
        "num_prompt_tokens": 5,
        "num_tokens": 2,
    }
    assert (second["num_prompt_tokens"], second["num_tokens"]) == (10, 4)
    assert (third["path"], third["adapter"]) == ("/tasks/{task}", None)
    assert "covid: 5 tokens read, 2 made" in kept.text[0]


async def test_neither_words_nor_secrets_are_logged(
    services: Services, worker: ScriptedWorker, kept: Kept
) -> None:
    """Catches a prompt, an answer, a key, a cookie or an address in a file that many read."""
    secret_path = "/v1/models/a-name-that-a-visitor-typed?token=query-text"
    async with guarded(services, **SECRETS) as client:
        headers = {**bearer(KEY), "cookie": f"lora_land_session={COOKIE}"}
        await client.post("/v1/completions", json=BODY, headers=headers)
        await client.post("/v1/completions", json=BODY, headers=bearer("a-wrong-key-of-mine"))
        await client.post("/v1/completions", json={"model": PROMPT, "prompt": 3}, headers=headers)
        await client.get(secret_path, headers=headers)
        await client.get("/nothing/a-name-that-a-visitor-typed", headers=headers)
        await client.get("/ratings/export", headers={"x-api-key": TOKEN})
        worker.error = RuntimeError("it broke")
        await client.post("/v1/completions", json=BODY, headers=headers)
    told = "\n".join((*kept.json, *kept.text))
    assert [json.loads(line)["status"] for line in kept.json] == [200, 401, 400, 404, 404, 200, 500]
    words = (PROMPT, " good", "visitor", "query-text")
    secrets = (KEY, TOKEN, COOKIE, "a-wrong-key", "127.0.0")
    assert not [word for word in (*words, *secrets) if word in told]


async def test_small_talk_is_not_told_while_all_is_well(services: Services, kept: Kept) -> None:
    """Catches a log in which a page's thirty files hide its one request."""
    async with guarded(services) as client:
        for path in ("/health", "/assets-ll/tokens.css", "/openapi.json"):
            assert (await client.get(path)).status_code == 200
        assert kept.json == []
        assert (await client.get("/assets-ll/nothing")).status_code == 404
    assert [json.loads(line)["status"] for line in kept.json] == [404]


async def test_a_line_has_the_id_that_the_answer_has(services: Services, kept: Kept) -> None:
    """Catches an id that leads nowhere, on an answer and on a failure of ours."""
    async with guarded(services) as client:
        answer = await client.get("/v1/models")
        services.worker.error = RuntimeError("it broke")  # type: ignore[attr-defined]
        failed: httpx.Response = await client.post("/v1/completions", json=BODY)
    ids = [json.loads(line)["request_id"] for line in kept.json]
    assert ids == [answer.headers["x-request-id"], failed.headers["x-request-id"]]


def test_a_failure_keeps_its_traceback_on_one_line() -> None:
    """Catches a traceback that a log collector takes for thirty lines."""
    try:
        int("broken")
    except ValueError as error:
        record = logging.LogRecord("app", logging.ERROR, "f", 1, "Failed", (), None)
        record.exc_info = (type(error), error, error.__traceback__)
    line = JsonLines().format(record)
    assert "\n" not in line
    assert "ValueError: invalid literal" in json.loads(line)["traceback"]

"""Who may ask: keys in every dialect, the admin token, and what stays open."""

from dataclasses import replace
from typing import Any

import httpx
import openai
import pytest
from starlette.responses import HTMLResponse

from app.api.application import create_api
from app.services import Services
from tests.app.api.conftest import CHANCE, ScriptedWorker, finish, serving, token
from tests.app.api.guarded import KEY, SECRETS, TOKEN, bearer, guarded
from tests.app.api.lorax_bodies import lorax_body

COMPLETION = {"model": "covid", "prompt": "p"}
CHAT = {"model": "covid", "messages": [{"role": "user", "content": "hello"}]}
TASK = {"fields": {"OriginalTweet": "hello"}}
OPEN = {"/health", "/metrics"}
"""What load balancers and Prometheus ask; schema, page and files are no part of the schema."""
RIGHT = [bearer(KEY), {"authorization": f"bearer  {KEY}"}, {"x-api-key": KEY}, bearer(TOKEN)]
WRONG = [
    {},
    bearer("key-of-a-program-3"),
    bearer(KEY[:-1]),
    {"x-api-key": ""},
    {"authorization": KEY},
    {"authorization": f"Basic {KEY}"},
    {"cookie": f"lora_land_session={KEY}"},
]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/v1/completions", COMPLETION),
        ("/v1/chat/completions", CHAT),
        ("/tasks/covid", TASK),
        ("/", lorax_body()),
        ("/generate", lorax_body()),
    ],
)
async def test_a_key_opens_every_dialect(
    services: Services, worker: ScriptedWorker, path: str, body: dict[str, Any]
) -> None:
    """Catches a dialect that forgets to ask, refuses the right key, or refuses in a foreign way."""
    is_lorax = path in {"/", "/generate"}
    answer = (token(" good", chance=CHANCE, is_last=True), finish(" good"))
    worker.answer = lambda stream: stream.feed(*answer)
    async with guarded(services, **SECRETS) as client:
        for headers in WRONG:
            refused = await client.post(path, json=body, headers=headers)
            error = refused.json()
            assert refused.status_code == 401
            assert refused.headers["www-authenticate"].startswith("Bearer ")
            kind = error["error_type"] if is_lorax else error["error"]["type"]
            assert kind == ("unauthorized" if is_lorax else "authentication_error")
            assert KEY not in refused.text
        assert not worker.requests
        for headers in RIGHT:
            assert (await client.post(path, json=body, headers=headers)).status_code == 200


async def test_no_address_of_the_schema_is_forgotten(services: Services) -> None:
    """Catches a new route that works without a key because nobody thought of it."""
    async with guarded(services, **SECRETS) as client:
        schema = (await client.get("/openapi.json")).json()
        for path, methods in schema["paths"].items():
            for method in methods:
                answer = await client.request(method, path.replace("{", "").replace("}", ""))
                assert (answer.status_code == 401) is (path not in OPEN), f"{method} {path}"
        hidden = await client.get("/v1/nothing")
        assert hidden.status_code == 401


async def test_secrets_are_nowhere_in_the_schema(services: Services) -> None:
    """Catches a key that is published as somebody's example or default."""
    async with guarded(services, **SECRETS) as client:
        schema = (await client.get("/openapi.json")).text
    assert KEY not in schema
    assert TOKEN not in schema


async def test_the_page_stays_open(services: Services) -> None:
    """Catches a visitor who is asked for a key, or a page without its styles."""
    settings = services.settings.model_copy(update=SECRETS)
    app = create_api(replace(services, settings=settings))
    app.add_route("/", lambda _: HTMLResponse("the page"))
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:7860") as client:
        for path in ("/", "/health", "/openapi.json", "/assets-ll/tokens.css"):
            assert (await client.get(path)).status_code == 200, path


ADMIN_ROUTES: list[tuple[str, str, dict[str, Any] | None]] = [
    ("POST", "/v1/load_lora_adapter", {"lora_name": "new", "lora_path": "new"}),
    ("POST", "/v1/unload_lora_adapter", {"lora_name": "covid"}),
    ("GET", "/ratings/export", None),
]


@pytest.mark.parametrize(("method", "path", "body"), ADMIN_ROUTES)
async def test_without_a_token_nobody_is_the_operator(
    client: httpx.AsyncClient, method: str, path: str, body: dict[str, Any] | None
) -> None:
    """Catches a server that changes, or tells what people wrote, because nobody set a token."""
    for headers in ({}, bearer(TOKEN), bearer("")):
        refused = await client.request(method, path, json=body, headers=headers)
        assert refused.status_code == 403
        assert "LORA_LAND_ADMIN_TOKEN" in refused.json()["error"]["message"]


@pytest.mark.parametrize(("method", "path", "body"), ADMIN_ROUTES)
async def test_a_key_is_not_the_token(
    services: Services, method: str, path: str, body: dict[str, Any] | None
) -> None:
    """Catches a program's key that may load adapters, and a token of another length that passes."""
    async with guarded(services, **SECRETS) as client:
        for secret in (KEY, TOKEN + "x", TOKEN[:-1], "x"):
            refused = await client.request(method, path, json=body, headers=bearer(secret))
            assert refused.status_code == 401
        both = {**bearer(TOKEN), "x-api-key": KEY}
        allowed = await client.request(method, path, json=body, headers=both)
        assert allowed.status_code not in {401, 403}


def test_openais_client_knows_our_refusals(services: Services, worker: ScriptedWorker) -> None:
    """Catches a 401 or a 429 that the client people use cannot tell from a broken server."""
    limits = {**SECRETS, "requests_per_minute": 1}
    settings = services.settings.model_copy(update=limits)
    app = create_api(replace(services, settings=settings))
    with serving(app, worker) as server:

        def ask(key: str) -> str:
            with openai.OpenAI(base_url=f"{server.url}/v1", api_key=key, max_retries=0) as client:
                return client.completions.create(model="covid", prompt="p").choices[0].text

        assert ask(KEY) == " good day"
        with pytest.raises(openai.AuthenticationError, match="does not know that API key"):
            ask("key-of-nobody-here")
        with pytest.raises(openai.RateLimitError, match="please wait") as refused:
            ask(KEY)
        assert int(refused.value.response.headers["retry-after"]) > 0

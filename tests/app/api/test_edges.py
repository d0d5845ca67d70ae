"""What surrounds every request: wrong paths, foreign pages, headers, the session, big bodies."""

import re
from dataclasses import replace

import httpx
import pytest
from starlette.responses import HTMLResponse

from app.api.application import create_api
from app.middleware.body_limit import MAX_BODY_BYTES
from app.middleware.session import session_id_of
from app.services import Services
from tests.app.api.conftest import ScriptedWorker

OURS = "http://127.0.0.1:7860"
BODY = {"model": "covid", "prompt": "p"}


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/v1", 404),
        ("GET", "/v1/nothing", 404),
        ("POST", "/v1/models/x/y", 404),
        ("GET", "/v1/completions", 405),
        ("DELETE", "/v1/models", 405),
        ("PUT", "/v1/models/covid", 405),
        ("POST", "/health", 405),
    ],
)
async def test_wrong_paths_and_methods_are_json(
    client: httpx.AsyncClient, method: str, path: str, status: int
) -> None:
    """Catches an API path that falls through to the page and comes back as HTML."""
    response = await client.request(method, path)
    assert response.status_code == status
    assert set(response.json()["error"]) == {"message", "type", "param", "code"}
    assert ("allow" in response.headers) == (status == 405)


async def test_the_schema_tells_our_errors(client: httpx.AsyncClient) -> None:
    """Catches a schema that promises FastAPI's 422 shape, or shows the routes that only refuse."""
    paths = (await client.get("/openapi.json")).json()["paths"]
    assert set(paths) == {
        "/health",
        "/metrics",
        "/v1/models",
        "/v1/models/{model}",
        "/v1/completions",
        "/v1/chat/completions",
        "/",
        "/generate",
        "/generate_stream",
        "/info",
        "/tokenize",
        "/tasks",
        "/tasks/{task}",
        "/adapters",
        "/v1/load_lora_adapter",
        "/v1/unload_lora_adapter",
        "/ratings",
        "/ratings/export",
    }
    answers = paths["/v1/completions"]["post"]["responses"]
    assert set(answers) == {"200", "4XX", "5XX"}


async def test_a_failure_of_ours_is_json_with_an_id(
    client: httpx.AsyncClient, worker: ScriptedWorker
) -> None:
    """Catches a 500 in plain text, with the failure's own words, or not to be found in a log."""
    worker.error = RuntimeError("secret detail")
    response = await client.post("/v1/completions", json=BODY, headers={"x-request-id": "abc"})
    assert response.status_code == 500
    assert response.json()["error"]["type"] == "server_error"
    assert "secret" not in response.text
    assert response.headers["x-request-id"] == "abc"


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:1"])
async def test_a_foreign_page_may_neither_read_nor_ask(
    client: httpx.AsyncClient, worker: ScriptedWorker, origin: str
) -> None:
    """Catches an origin that is reflected, and a form of another site that starts work here."""
    read = await client.get("/health", headers={"origin": origin})
    asked = await client.post("/v1/completions", json=BODY, headers={"origin": origin})
    preflight = {"origin": origin, "access-control-request-method": "POST"}
    allowed = await client.options("/v1/completions", headers=preflight)
    assert all("access-control-allow-origin" not in r.headers for r in (read, asked, allowed))
    assert (asked.status_code, asked.json()["error"]["code"]) == (403, "foreign_origin")
    assert not worker.requests


@pytest.mark.parametrize(
    "headers", [{"origin": OURS}, {"origin": "https://a.b", "host": "a.b"}, {}]
)
async def test_our_own_page_and_programs_may_ask(
    client: httpx.AsyncClient, headers: dict[str, str]
) -> None:
    """Catches a guard that locks out our page behind a proxy, or curl."""
    response = await client.post("/v1/completions", json=BODY, headers=headers)
    assert response.status_code == 200


async def test_every_answer_carries_the_policy(client: httpx.AsyncClient) -> None:
    """Catches an answer, an error included, that a browser may treat as it likes."""
    for path in ("/health", "/v1/nothing", "/assets-ll/nothing"):
        headers = (await client.get(path)).headers
        assert "default-src 'self'" in headers["content-security-policy"]
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert re.fullmatch("[0-9a-f]{32}", headers["x-request-id"])


async def test_a_strange_request_id_is_not_repeated(client: httpx.AsyncClient) -> None:
    """Catches a caller's text that gets into headers and logs unchecked."""
    response = await client.get("/health", headers={"x-request-id": "a b" * 50})
    assert re.fullmatch("[0-9a-f]{32}", response.headers["x-request-id"])


@pytest.mark.parametrize("announced", [True, False])
async def test_a_huge_body_is_refused(client: httpx.AsyncClient, announced: bool) -> None:
    """Catches memory that any caller can fill, also without telling the length beforehand."""

    async def pieces() -> object:
        for _ in range(MAX_BODY_BYTES // 65536 + 1):
            yield b"x" * 65536

    content = b"x" * (MAX_BODY_BYTES + 1) if announced else pieces()
    headers = {"content-type": "application/json"}
    response = await client.post("/v1/completions", content=content, headers=headers)
    assert response.status_code == 413
    assert "KiB" in response.json()["error"]["message"]


def _page(services: Services) -> httpx.AsyncClient:
    """The API and a page of one line that shows the session's id."""
    app = create_api(services)
    app.add_route("/", lambda request: HTMLResponse(session_id_of(request)))
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=OURS)


async def test_a_browser_keeps_one_session(services: Services) -> None:
    """Catches a session that changes between requests, is guessable, or is read by scripts."""
    async with _page(services) as browser:
        first = await browser.get("/")
        second = await browser.get("/")
        assert first.text == second.text
        assert re.fullmatch("[0-9a-f]{32}", first.text)
        cookie = first.headers["set-cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie
        assert "Secure" not in cookie
        assert "set-cookie" not in second.headers


async def test_the_cookie_is_secure_where_the_page_is(services: Services) -> None:
    """Catches a cookie that travels unencrypted after an encrypted visit."""
    async with _page(services) as browser:
        assert "Secure" in (await browser.get("https://127.0.0.1:7860/")).headers["set-cookie"]


async def test_a_forged_cookie_is_replaced(services: Services) -> None:
    """Catches an id that a visitor chose and that others could guess."""
    async with _page(services) as browser:
        response = await browser.get("/", headers={"cookie": "lora_land_session=me"})
        assert response.text != "me"
        assert response.text in response.headers["set-cookie"]


async def test_programs_get_no_cookie(client: httpx.AsyncClient) -> None:
    """Catches cookies on API answers, which would also make them depend on each other."""
    assert "set-cookie" not in (await client.get("/health")).headers


async def test_behind_a_proxy_the_named_origin_is_ours(services: Services) -> None:
    """Catches a page behind a proxy that its own server takes for a stranger."""
    settings = services.settings.model_copy(update={"origin": "https://demo.example"})
    app = create_api(replace(services, settings=settings))
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://inner:1") as client:
        headers = {"origin": "https://demo.example"}
        response = await client.post("/v1/completions", json=BODY, headers=headers)
    assert response.status_code == 200
    assert response.headers["access-control-allow-origin"] == "https://demo.example"

"""How often one caller may ask: 429 in every dialect, what is left, and when it ends."""

from collections.abc import Callable
from typing import Any

import pytest
from starlette.types import Message, Scope

from app.middleware.rate_limit import WINDOW_S, Buckets
from app.services import Services
from tests.app.api.conftest import ScriptedWorker
from tests.app.api.guarded import KEY, SECRETS, bearer, guarded
from tests.app.api.lorax_bodies import lorax_body

BODY = {"model": "covid", "prompt": "p"}


class Clock:
    """A clock that the test moves."""

    now_s = 1000.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr("app.middleware.rate_limit.monotonic", clock)
    return clock


async def test_too_many_requests_are_refused_until_the_window_has_passed(
    services: Services, worker: ScriptedWorker, clock: Clock
) -> None:
    """Catches a limit that is not kept, never ends, or does not say when it ends."""
    async with guarded(services, requests_per_minute=2) as client:
        answers = [await client.post("/v1/completions", json=BODY) for _ in range(3)]
        assert [answer.status_code for answer in answers] == [200, 200, 429]
        left = [answer.headers["x-ratelimit-remaining-requests"] for answer in answers]
        assert left == ["1", "0", "0"]
        assert {a.headers["x-ratelimit-limit-requests"] for a in answers} == {"2"}
        assert answers[0].headers["x-ratelimit-reset-requests"] == "30.000s"
        refused = answers[2]
        assert refused.headers["retry-after"] == "30"
        assert refused.json()["error"]["type"] == "rate_limit_error"
        assert "30 seconds" in refused.json()["error"]["message"]
        assert len(worker.requests) == 2
        clock.now_s += 29.9
        assert (await client.post("/v1/completions", json=BODY)).status_code == 429
        clock.now_s += 0.1
        assert (await client.post("/v1/completions", json=BODY)).status_code == 200
        clock.now_s += WINDOW_S
        again = await client.post("/v1/completions", json=BODY)
        assert again.headers["x-ratelimit-remaining-requests"] == "1"


@pytest.mark.parametrize(
    ("path", "body", "told"),
    [
        ("/", lorax_body(), lambda answer: answer["error_type"] == "overloaded"),
        ("/generate", lorax_body(), lambda answer: answer["error_type"] == "overloaded"),
        (
            "/tasks/covid",
            {"fields": {"OriginalTweet": "t"}},
            lambda a: a["error"]["code"] == "rate_limit_exceeded",
        ),
        ("/gradio_api/queue/join", {}, lambda answer: "please wait" in answer["detail"]),
        ("/all/runs", {}, lambda answer: "please wait" in answer["error"]["message"]),
    ],
)
async def test_the_refusal_speaks_the_dialect_of_the_path(
    services: Services,
    clock: Clock,
    path: str,
    body: dict[str, Any],
    told: Callable[[dict[str, Any]], bool],
) -> None:
    """Catches a limit that Run on the page, or a dialect, walks around; and a bare status there."""
    async with guarded(services, requests_per_minute=1) as client:
        await client.post("/v1/completions", json=BODY)
        refused = await client.post(path, json=body)
        assert refused.status_code == 429
        assert told(refused.json()), refused.text


async def test_looking_costs_nothing(services: Services, clock: Clock) -> None:
    """Catches a page whose files use up its visitor's requests."""
    async with guarded(services, requests_per_minute=1) as client:
        for path in ("/health", "/v1/models", "/tasks", "/adapters", "/assets-ll/tokens.css"):
            answer = await client.get(path)
            assert answer.status_code == 200
            assert "x-ratelimit-limit-requests" not in answer.headers
        assert (await client.post("/v1/completions", json=BODY)).status_code == 200


async def test_keys_have_limits_of_their_own(services: Services, clock: Clock) -> None:
    """Catches programs that share one limit because they share an address, or a cookie's escape."""
    async with guarded(services, requests_per_minute=1, **SECRETS) as client:
        for headers in (bearer(KEY), bearer("key-of-a-program-2")):
            assert (await client.post("/v1/completions", json=BODY, headers=headers)).is_success
        again = {"x-api-key": KEY, "cookie": f"lora_land_session={'0' * 32}"}
        refused = await client.post("/v1/completions", json=BODY, headers=again)
        assert refused.status_code == 429


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("10.0.0.1", "10.0.0.2", False),
        ("10.0.0.1", "::ffff:10.0.0.1", True),
        ("::ffff:10.0.0.1", "::ffff:10.0.0.2", False),
        ("2001:db8::1", "2001:db8::2", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("fe80::1%eth0", "fe80::2%eth0", True),
    ],
)
async def test_addresses_have_limits_of_their_own(
    services: Services, clock: Clock, one: str, other: str, is_same: bool
) -> None:
    """Catches one visitor's script that locks out all others, and one who changes his IPv6."""
    async with guarded(services, requests_per_minute=1) as client:
        app = client._transport.app  # type: ignore[attr-defined]

        async def status(host: str) -> int:
            told: list[int] = []

            async def send(message: Message) -> None:
                told.append(message.get("status", 0))

            async def receive() -> Message:
                return {"type": "http.request", "body": b"{}"}

            scope: Scope = {
                "type": "http",
                "http_version": "1.1",
                "method": "POST",
                "path": "/v1/completions",
                "raw_path": b"/v1/completions",
                "root_path": "",
                "scheme": "http",
                "query_string": b"",
                "headers": [],
                "client": (host, 1),
                "server": ("127.0.0.1", 7860),
            }
            await app(scope, receive, send)
            return told[0]

        assert await status(one) == 400
        assert await status(other) == (429 if is_same else 400)


def test_buckets_of_the_quiet_are_forgotten() -> None:
    """Catches memory that grows with every visitor there ever was."""
    clock = Clock()
    buckets = Buckets(60, clock)
    for number in range(1000):
        buckets.take(f"caller {number}")
    clock.now_s += WINDOW_S + 1
    buckets.take("somebody else")
    assert len(buckets._full_at_s) == 1


def test_a_whole_minute_may_come_at_once_and_no_more() -> None:
    """Catches rounding that costs a caller his last request, or gives him one too many."""
    for per_minute in (1, 7, 60, 97, 1000):
        clock = Clock()
        buckets = Buckets(per_minute, clock)
        allowed = [not buckets.take("caller").retry_s for _ in range(per_minute + 1)]
        assert allowed == [True] * per_minute + [False]

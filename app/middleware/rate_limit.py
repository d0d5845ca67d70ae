"""How often one caller may have the engine answer. Knows neither keys nor addresses.

Every caller has a bucket that holds a minute's requests and fills steadily: who was quiet may ask
for all of them at once. Of a bucket only one moment is kept, that at which it will be full.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from time import monotonic

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.api.errors import error_response
from app.api.paths import is_asking
from app.middleware.callers import caller_of

WINDOW_S = 60.0


@dataclass(frozen=True)
class Allowance:
    """What a caller has left. `retry_s` is the time until the next request, 0 if it is allowed."""

    limit: int
    remaining: int
    full_s: float
    retry_s: float

    @property
    def headers(self) -> dict[str, str]:
        """As OpenAI names them."""
        return {
            "x-ratelimit-limit-requests": str(self.limit),
            "x-ratelimit-remaining-requests": str(self.remaining),
            "x-ratelimit-reset-requests": f"{self.full_s:.3f}s",
        }


class Buckets:
    """One bucket per caller. For one event loop."""

    def __init__(self, per_minute: int, clock: Callable[[], float]) -> None:
        self._limit = per_minute
        self._clock = clock
        self._full_at_s: dict[str, float] = {}
        self._swept_s = clock()

    def take(self, code: str) -> Allowance:
        """Take one request out of the caller's bucket, if it holds one."""
        now_s = self._clock()
        self._sweep(now_s)
        one_s = WINDOW_S / self._limit
        full_s = max(self._full_at_s.get(code, now_s) - now_s, 0.0)
        retry_s = full_s + one_s - WINDOW_S
        # A sum of sixtieths is off by rounding; nobody is refused for a millionth of a second.
        if retry_s < 1e-6:
            full_s, retry_s = full_s + one_s, 0.0
            self._full_at_s[code] = now_s + full_s
        remaining = math.floor((WINDOW_S - full_s) / one_s + 1e-6)
        return Allowance(self._limit, max(remaining, 0), full_s, retry_s)

    def _sweep(self, now_s: float) -> None:
        """Forget full buckets, once in a while: they are as new ones."""
        if now_s - self._swept_s >= WINDOW_S:
            self._full_at_s = {c: at_s for c, at_s in self._full_at_s.items() if at_s > now_s}
            self._swept_s = now_s


class RateLimit:
    """Answers 429 to who asks for more, and tells all others what they have left.

    Only what the engine must answer counts. Stands inside of Callers.
    """

    def __init__(self, app: ASGIApp, per_minute: int) -> None:
        self.app = app
        self._buckets = Buckets(per_minute, monotonic)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not is_asking(scope):
            await self.app(scope, receive, send)
            return
        allowance = self._buckets.take(caller_of(scope).code)
        if allowance.retry_s:
            await _refused(scope, allowance)(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(allowance.headers)
            await send(message)

        await self.app(scope, receive, send_with_headers)


def _refused(scope: Scope, allowance: Allowance) -> ASGIApp:
    wait_s = math.ceil(allowance.retry_s)
    sentence = (
        f"This server takes {allowance.limit} requests a minute from you; please wait "
        f"{wait_s} second{'s' if wait_s > 1 else ''}."
    )
    headers = {"Retry-After": str(wait_s), **allowance.headers}
    return error_response(scope, 429, sentence, code="rate_limit_exceeded", headers=headers)

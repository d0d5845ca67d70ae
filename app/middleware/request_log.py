"""One line in the log for each request: who asked for it and what was said stays out.

Owns which requests are told, and what of them. A path is told as its route's template, because
what stands in a path is text of the caller's.
"""

import logging
import time
from dataclasses import asdict, dataclass

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.api.paths import is_api, is_asking
from app.logs import FIGURES
from app.middleware.headers import request_id_of

_log = logging.getLogger(__name__)


@dataclass
class Work:
    """What the engine did for a request, all its rows together; None where it did nothing."""

    adapter: str | None = None
    num_prompt_tokens: int | None = None
    num_tokens: int | None = None

    def add(self, adapter: str | None, num_prompt_tokens: int, num_tokens: int) -> None:
        """One more row has ended."""
        self.adapter = adapter
        self.num_prompt_tokens = (self.num_prompt_tokens or 0) + num_prompt_tokens
        self.num_tokens = (self.num_tokens or 0) + num_tokens


def work_of(scope: Scope) -> Work:
    """The work of a request, for whoever does it to fill in."""
    work: Work = scope.setdefault("state", {}).setdefault("work", Work())
    return work


class RequestLog:
    """Tells each request of the API, each run of the page, and whatever went wrong.

    Pages, styles and Gradio's small talk are not told while all is well.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started_s = time.monotonic()
        status = 500  # of what ends without a word

        async def watched(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, watched)
        finally:
            if status >= 400 or is_api(scope) or is_asking(scope):
                _tell(scope, status, time.monotonic() - started_s)


def _tell(scope: Scope, status: int, total_s: float) -> None:
    work = work_of(scope)
    figures = {
        "request_id": request_id_of(scope),
        "method": scope["method"],
        "path": _template(scope),
        "status": status,
        "ms": round(total_s * 1000, 1),
        **asdict(work),
    }
    answer = ""
    if work.num_tokens is not None:
        tokens = f"{work.num_prompt_tokens} tokens read, {work.num_tokens} made"
        answer = f" {work.adapter or 'base'}: {tokens}"
    _log.info(
        "%(method)s %(path)s %(status)d in %(ms).1f ms%(answer)s %(request_id)s",
        {**figures, "answer": answer},
        extra={FIGURES: figures},
    )


def _template(scope: Scope) -> str:
    """The path of the route; of what no route was asked for, where it would have led."""
    if "route" in scope:
        return str(scope["route"].path)
    return f"/{scope['path'].split('/')[1]}/…" if is_api(scope) else "…"

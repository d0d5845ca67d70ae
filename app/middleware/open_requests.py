"""Knows which requests are open, and ends them when the server stops. Knows no engine."""

import asyncio
import contextlib

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.api.errors import error_response


class OpenRequests:
    """The set of running requests. The outermost layer of the app, one per server.

    A page holds an event stream open for as long as its tab lives, so a server that waits for
    the last one never stops.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.is_closing = False
        self._tasks: set[asyncio.Task[object]] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        if self.is_closing:
            response = error_response(scope, 503, "The server is stopping.", code="stopping")
            await response(scope, receive, send)
            return
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            await self._run(task, scope, receive, send)
        finally:
            self._tasks.discard(task)

    async def _run(
        self, task: asyncio.Task[object], scope: Scope, receive: Receive, send: Send
    ) -> None:
        has_started = is_complete = False

        async def watched(message: Message) -> None:
            nonlocal has_started, is_complete
            has_started = True
            is_complete = message["type"] == "http.response.body" and not message.get("more_body")
            await send(message)

        try:
            await self.app(scope, receive, watched)
        except asyncio.CancelledError:
            if not self.is_closing:
                raise
            task.uncancel()
        if self.is_closing and has_started and not is_complete:
            await send({"type": "http.response.body", "body": b"", "more_body": False})

    async def close(self, grace_s: float) -> None:
        """Refuse new requests, give the open ones `grace_s` seconds, then cancel them."""
        self.is_closing = True
        for patience_s in (grace_s, 1.0):
            if not self._tasks:
                return
            with contextlib.suppress(TimeoutError):
                await asyncio.wait(set(self._tasks), timeout=patience_s)
            for task in self._tasks:
                task.cancel()

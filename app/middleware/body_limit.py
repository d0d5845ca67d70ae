"""Bounds what a request may upload, so that nobody fills the memory or the disk."""

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.api.errors import error_response

MAX_BODY_BYTES = 2 * 1024 * 1024
_SENTENCE = f"The request's body is longer than {MAX_BODY_BYTES // 1024} KiB."


class BodyLimit:
    """Answers 413 when the announced or the received body is longer than MAX_BODY_BYTES."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        announced = Headers(scope=scope).get("content-length", "")
        if announced.isdigit() and int(announced) > MAX_BODY_BYTES:
            response = error_response(scope, 413, _SENTENCE, code="body_too_large")
            await response(scope, receive, send)
            return
        num_bytes = 0

        async def counted() -> Message:
            nonlocal num_bytes
            message = await receive()
            num_bytes += len(message.get("body", b""))
            if num_bytes > MAX_BODY_BYTES:
                # FastAPI lets this one error pass from the reading of a body to its handlers.
                raise HTTPException(413, _SENTENCE)
            return message

        await self.app(scope, counted, send)

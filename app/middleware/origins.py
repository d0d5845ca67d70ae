"""Refuses what a page of another site sends to us with a visitor's browser."""

from collections.abc import Sequence
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from app.api.errors import error_response

_SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}


class OwnOriginOnly:
    """Answers 403 to a state-changing request whose Origin is neither ours nor the Host asked.

    Programs send no Origin and are let through: this guards visitors' browsers, not the API.
    """

    def __init__(self, app: ASGIApp, origins: Sequence[str]) -> None:
        self.app = app
        self.origins = frozenset(origins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and self._is_foreign(scope):
            response = error_response(
                scope,
                403,
                "Requests from pages of another site are refused.",
                code="foreign_origin",
            )
            await response(scope, receive, send)
            return
        await self.app(scope, receive, send)

    def _is_foreign(self, scope: Scope) -> bool:
        if scope["method"] in _SAFE_METHODS:
            return False
        headers = Headers(scope=scope)
        origin = headers.get("origin")
        if origin is None or origin in self.origins:
            return False
        return urlsplit(origin).netloc != headers.get("host")

"""Headers on every answer: what a page of ours may load, and the request's id."""

import re
import secrets

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# Gradio starts with inline scripts and styles, hence 'unsafe-inline'; its HTML component compiles
# a template even where there is none, hence 'unsafe-eval'. Everything else is ours.
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'self'",
        "script-src 'self' 'unsafe-inline' 'unsafe-eval'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")


def request_id_of(scope: Scope) -> str:
    """The request's id: the caller's own where it is short and plain, else one of ours."""
    state = scope.setdefault("state", {})
    if "request_id" not in state:
        asked = Headers(scope=scope).get("x-request-id", "")
        state["request_id"] = asked if _REQUEST_ID.fullmatch(asked) else secrets.token_hex(16)
    request_id: str = state["request_id"]
    return request_id


def answer_headers(scope: Scope) -> dict[str, str]:
    """What every answer to this request carries."""
    return {**HEADERS, "X-Request-Id": request_id_of(scope)}


class SecurityHeaders:
    """Adds HEADERS and X-Request-Id.

    An answer that brings a header of its own, a stricter policy, keeps it.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        added = answer_headers(scope)

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in added.items():
                    headers.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, send_with_headers)

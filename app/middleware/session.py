"""The anonymous session: a random 128-bit id in a cookie. Knows no address and no person."""

import re
import secrets
from http.cookies import CookieError, SimpleCookie

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

COOKIE = "lora_land_session"
MAX_AGE_S = 180 * 24 * 3600
_ID = re.compile(r"[0-9a-f]{32}")


def session_id_of(request: Request) -> str:
    """The session of a request that passed SessionCookie: 32 hexadecimal digits."""
    session_id: str = request.state.session_id
    return session_id


class SessionCookie:
    """Gives every request a session id, and every browser that opens a page the cookie for it.

    Only HTML answers set the cookie: files and API answers that arrive in parallel would
    otherwise overwrite each other's ids.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        known = _from_cookie(Headers(scope=scope).get("cookie", ""))
        session_id = known or secrets.token_hex(16)
        scope.setdefault("state", {})["session_id"] = session_id

        async def send_with_cookie(message: Message) -> None:
            if message["type"] == "http.response.start" and known is None:
                headers = MutableHeaders(scope=message)
                if headers.get("content-type", "").startswith("text/html"):
                    is_secure = scope.get("scheme") == "https"
                    headers.append("set-cookie", _cookie(session_id, is_secure))
            await send(message)

        await self.app(scope, receive, send_with_cookie)


def _from_cookie(header: str) -> str | None:
    try:
        morsel = SimpleCookie(header).get(COOKIE)
    except CookieError:
        return None
    return morsel.value if morsel is not None and _ID.fullmatch(morsel.value) else None


def _cookie(session_id: str, is_secure: bool) -> str:
    text = f"{COOKIE}={session_id}; Path=/; Max-Age={MAX_AGE_S}; HttpOnly; SameSite=Lax"
    return text + "; Secure" if is_secure else text

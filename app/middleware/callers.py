"""Says who asks, and lets into the API only who has a key, where there are keys.

Owns how secrets and addresses travel; an address is never kept, and its code is worthless once
this process has ended.
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from app.api.errors import error_response
from app.api.paths import is_api
from app.keys import Keys

CHALLENGE = {"WWW-Authenticate": 'Bearer realm="lora-land"'}
_WANTED = "This server asks for an API key, as `Authorization: Bearer KEY` or `x-api-key: KEY`."
_WRONG = "This server does not know that API key."


@dataclass(frozen=True)
class Caller:
    """Whoever sent a request; `code` tells callers apart, and nothing about them."""

    code: str
    is_admin: bool = False


def caller_of(scope: Scope) -> Caller:
    """The caller of a request that passed Callers."""
    caller: Caller = scope["state"]["caller"]
    return caller


class Callers:
    """Answers 401 where a key is missing or wrong. The admin token opens whatever a key opens."""

    def __init__(self, app: ASGIApp, keys: Keys) -> None:
        self.app = app
        self._keys = keys
        self._salt = secrets.token_bytes(32)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        shown = _shown(Headers(scope=scope))
        is_admin, key = self._keys.is_admin(shown), self._keys.key(shown)
        if self._keys.keys and is_api(scope) and not is_admin and key is None:
            sentence = _WRONG if shown else _WANTED
            response = error_response(
                scope, 401, sentence, code="invalid_api_key", headers=CHALLENGE
            )
            await response(scope, receive, send)
            return
        code = "admin" if is_admin else key or self._code(scope)
        scope.setdefault("state", {})["caller"] = Caller(code, is_admin)
        await self.app(scope, receive, send)

    def _code(self, scope: Scope) -> str:
        """For the client's address; IPv6 gives everybody 2**64 of them, which count as one."""
        host = (scope.get("client") or ("", 0))[0]
        return hmac.new(self._salt, _network(host).encode(), hashlib.sha256).hexdigest()


def _shown(headers: Headers) -> list[str]:
    """What may be a key: of `Authorization: Bearer` and of `x-api-key`."""
    scheme, _, bearer = headers.get("authorization", "").partition(" ")
    texts = (bearer.strip() if scheme.lower() == "bearer" else "", headers.get("x-api-key", ""))
    return [text for text in texts if text]


def _network(host: str) -> str:
    try:
        address = ip_address(host.partition("%")[0])
    except ValueError:
        return host
    if isinstance(address, IPv6Address):
        mapped = address.ipv4_mapped
        return address.packed[:8].hex() if mapped is None else str(mapped)
    return str(address)

"""Answers what no API route answers: 404 and 405 as JSON, before the page's catch-all sees it.

All but at "/", where the page itself stands: LoRAX's client posts there, and browsers get it.
"""

from collections import defaultdict
from collections.abc import Iterable
from typing import NoReturn

from fastapi import APIRouter, FastAPI, Request
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException

from app.api.paths import PREFIXES

_METHODS = frozenset({"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"})


def close_api_paths(app: FastAPI, routers: Iterable[APIRouter]) -> None:
    """Call after the API's `routers` are in and before the page is mounted."""
    allowed: dict[str, set[str]] = defaultdict(set)
    for route in (route for router in routers for route in router.routes):
        if isinstance(route, APIRoute):
            allowed[route.path] |= route.methods or set()
    for path, methods in allowed.items():
        if path == "/":
            continue
        _refuse(app, path, 405, _METHODS - methods, {"Allow": ", ".join(sorted(methods))})
    for prefix in PREFIXES:
        _refuse(app, prefix, 404, _METHODS)
        _refuse(app, prefix + "/{rest:path}", 404, _METHODS)


def _refuse(
    app: FastAPI,
    path: str,
    status: int,
    methods: frozenset[str] | set[str],
    headers: dict[str, str] | None = None,
) -> None:
    async def refuse(request: Request) -> NoReturn:
        what = f"{request.method} {request.url.path}"
        sentence = {404: f"There is no {what} here.", 405: f"{what} is not allowed here."}[status]
        raise HTTPException(status, sentence, headers=headers)

    app.add_api_route(
        path, refuse, methods=sorted(methods), include_in_schema=False, response_model=None
    )

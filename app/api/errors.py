"""Errors as OpenAI writes them: {"error": {message, type, param, code}} and a status.

Owns the translation of our errors into HTTP; knows no route.
"""

import dataclasses
import json
import math
from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse

from adapters.errors import LoraLandError
from app.middleware.headers import answer_headers
from engine.errors import BadRequest, EngineDead, PromptTooLong, QueueFull, UnknownAdapter
from engine.request import SamplingParams

_TYPES = {
    403: "permission_error",
    404: "not_found_error",
    429: "rate_limit_error",
    500: "server_error",
    503: "server_error",
}
_SAMPLING = {field.name for field in dataclasses.fields(SamplingParams)}


class ApiError(Exception):
    """A request that the API refuses; becomes one JSON answer. Shown to API clients."""

    def __init__(
        self, status: int, message: str, *, param: str | None = None, code: str | None = None
    ) -> None:
        super().__init__(message)
        self.status, self.message, self.param, self.code = status, message, param, code


def error_body(
    status: int, message: str, param: str | None = None, code: str | None = None
) -> dict[str, Any]:
    kind = _TYPES.get(status, "invalid_request_error")
    return {"error": {"message": message, "type": kind, "param": param, "code": code}}


def error_text(status: int, message: str, *, code: str | None = None) -> str:
    """An error in the middle of a stream: the JSON of one event."""
    return json.dumps(error_body(status, message, code=code), ensure_ascii=False)


def error_response(
    status: int,
    message: str,
    *,
    param: str | None = None,
    code: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> JSONResponse:
    return JSONResponse(error_body(status, message, param, code), status, headers=headers)


def install_error_handlers(app: FastAPI) -> None:
    """Answer every error of our own routes in this shape."""

    @app.exception_handler(ApiError)
    async def refused(_: Request, error: ApiError) -> JSONResponse:
        return error_response(error.status, error.message, param=error.param, code=error.code)

    @app.exception_handler(LoraLandError)
    async def ours(_: Request, error: LoraLandError) -> JSONResponse:
        return _from_ours(error)

    @app.exception_handler(RequestValidationError)
    async def malformed(_: Request, error: RequestValidationError) -> JSONResponse:
        return _from_validation(error)

    @app.exception_handler(HTTPException)
    async def http(_: Request, error: HTTPException) -> JSONResponse:
        return error_response(error.status_code, str(error.detail), headers=error.headers)

    @app.exception_handler(Exception)
    async def unexpected(request: Request, _: Exception) -> JSONResponse:
        # This one is answered outside of all middleware, which therefore adds nothing to it.
        message = "The server failed on this request; its log says why."
        return error_response(500, message, headers=answer_headers(request.scope))


def _from_ours(error: LoraLandError) -> JSONResponse:
    message = str(error)
    match error:
        case UnknownAdapter():
            return error_response(404, message, param="model", code="model_not_found")
        case PromptTooLong():
            return error_response(400, message, param="prompt", code="context_length_exceeded")
        case BadRequest():
            # The engine's sentences about a parameter begin with its name.
            name = message.split(" ", 1)[0]
            return error_response(400, message, param=name if name in _SAMPLING else None)
        case QueueFull(retry_after_s=wait_s):
            headers = {"Retry-After": str(max(1, math.ceil(wait_s)))}
            return error_response(429, message, code="queue_full", headers=headers)
        case EngineDead():
            return error_response(503, message, code="engine_stopped")
        case _:
            return error_response(400, message)


def _from_validation(error: RequestValidationError) -> JSONResponse:
    first = error.errors()[0]
    path = [str(part) for part in first["loc"][1:]]
    if first["type"] == "json_invalid" or not path:
        return error_response(
            400,
            "The body must be one JSON object, sent with content-type: application/json.",
            code="bad_json",
        )
    message = f"{path[0]}: {first['msg'].removeprefix('Value error, ')}."
    return error_response(400, message.replace("..", "."), param=path[0])

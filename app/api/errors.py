"""Errors as the caller's dialect writes them: OpenAI's everywhere, LoRAX's on LoRAX's paths.

OpenAI: {"error": {message, type, param, code}}. LoRAX: {error, error_type}. The page's scripts:
{detail}. Owns the translation of our errors into HTTP; knows no route.
"""

import dataclasses
import json
import math
import re
from collections.abc import Mapping
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse, Response
from starlette.types import Scope

from adapters.errors import BadFields, LoraLandError
from app.api.paths import is_lorax, is_page_event
from app.api.rows import ClientGone
from app.feedback.errors import FeedbackUnavailable
from app.middleware.headers import answer_headers
from engine.errors import (
    BadConstraint,
    BadRequest,
    EngineDead,
    PromptTooLong,
    QueueFull,
    UnknownAdapter,
)
from engine.request import SamplingParams

_TYPES = {
    401: "authentication_error",
    403: "permission_error",
    404: "not_found_error",
    429: "rate_limit_error",
    500: "server_error",
    503: "server_error",
    504: "server_error",
}
# LoRAX's client raises by these; for any other it goes by the status.
_LORAX_TYPES = {
    401: "unauthorized",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    429: "overloaded",
    500: "generation",
    503: "generation",
    504: "incomplete_generation",
}
_SAMPLING = {field.name for field in dataclasses.fields(SamplingParams)}


class ApiError(Exception):
    """A request that the API refuses; becomes one JSON answer. Shown to API clients."""

    def __init__(
        self,
        status: int,
        message: str,
        *,
        param: str | None = None,
        code: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status, self.message, self.param, self.code = status, message, param, code
        self.headers = headers


def not_served(name: str, why: str) -> ApiError:
    """A field whose effect a caller would miss without knowing."""
    return ApiError(400, f"{name} is not supported: {why}.", param=name, code="unsupported")


def error_response(
    scope: Scope,
    status: int,
    message: str,
    *,
    param: str | None = None,
    code: str | None = None,
    headers: Mapping[str, str] | None = None,
) -> JSONResponse:
    """The answer to the request of `scope`, in the dialect of its path."""
    if is_page_event(scope):
        return JSONResponse({"detail": message}, status, headers=headers)
    if is_lorax(scope):
        status = 422 if status == 400 else status
        return JSONResponse(lorax_error(status, message), status, headers=headers)
    return JSONResponse(_openai_error(status, message, param, code), status, headers=headers)


def error_text(error: ApiError) -> str:
    """An error in the middle of a stream of OpenAI's: the JSON of one event."""
    body = _openai_error(error.status, error.message, code=error.code)
    return json.dumps(body, ensure_ascii=False)


def lorax_error(status: int, message: str) -> dict[str, str]:
    return {"error": message, "error_type": _LORAX_TYPES.get(status, "validation")}


def _openai_error(
    status: int, message: str, param: str | None = None, code: str | None = None
) -> dict[str, Any]:
    kind = _TYPES.get(status, "invalid_request_error")
    return {"error": {"message": message, "type": kind, "param": param, "code": code}}


def install_error_handlers(app: FastAPI) -> None:
    """Answer every error of our own routes in its dialect."""

    @app.exception_handler(ApiError)
    async def refused(request: Request, error: ApiError) -> JSONResponse:
        return error_response(
            request.scope,
            error.status,
            error.message,
            param=error.param,
            code=error.code,
            headers=error.headers,
        )

    @app.exception_handler(LoraLandError)
    async def ours(request: Request, error: LoraLandError) -> JSONResponse:
        return _from_ours(request.scope, error)

    @app.exception_handler(RequestValidationError)
    async def malformed(request: Request, error: RequestValidationError) -> JSONResponse:
        return _from_validation(request.scope, error)

    @app.exception_handler(ClientGone)
    async def gone(_: Request, __: ClientGone) -> Response:
        return Response(status_code=499)  # nobody reads it

    @app.exception_handler(HTTPException)
    async def http(request: Request, error: HTTPException) -> JSONResponse:
        return error_response(
            request.scope, error.status_code, str(error.detail), headers=error.headers
        )

    @app.exception_handler(Exception)
    async def unexpected(request: Request, _: Exception) -> JSONResponse:
        # This one is answered outside of all middleware, which therefore adds nothing to it.
        message = "The server failed on this request; its log says why."
        return error_response(request.scope, 500, message, headers=answer_headers(request.scope))


def _from_ours(scope: Scope, error: LoraLandError) -> JSONResponse:
    status, param, code = _blame(error)
    headers = None
    if isinstance(error, QueueFull):
        headers = {"Retry-After": str(max(1, math.ceil(error.retry_after_s)))}
    return error_response(scope, status, str(error), param=param, code=code, headers=headers)


def _blame(error: LoraLandError) -> tuple[int, str | None, str | None]:
    """The status, the parameter to blame, and the code."""
    blame: tuple[int, str | None, str | None]
    match error:
        case UnknownAdapter():
            blame = (404, "model", "model_not_found")
        case PromptTooLong():
            blame = (400, "prompt", "context_length_exceeded")
        case BadConstraint():
            blame = (400, None, None)  # It is quoted, and its words name nothing of ours.
        case BadRequest():
            blame = (400, _named(str(error)), None)
        case QueueFull():
            blame = (429, None, "queue_full")
        case EngineDead():
            blame = (503, None, "engine_stopped")
        case FeedbackUnavailable():
            blame = (503, None, "ratings_unavailable")
        case _:
            blame = (400, "fields" if isinstance(error, BadFields) else None, None)
    return blame


def _named(message: str) -> str | None:
    """The parameter that one of the engine's sentences names."""
    return next((word for word in re.findall(r"\w+", message) if word in _SAMPLING), None)


def _from_validation(scope: Scope, error: RequestValidationError) -> JSONResponse:
    first = error.errors()[0]
    path = [str(part) for part in first["loc"][1:]]
    if first["type"] == "json_invalid" or not path:
        return error_response(
            scope,
            400,
            "The body must be one JSON object, sent with content-type: application/json.",
            code="bad_json",
        )
    sentence = f"{'.'.join(path)}: {first['msg'].removeprefix('Value error, ')}."
    return error_response(scope, 400, sentence.replace("..", "."), param=path[0])

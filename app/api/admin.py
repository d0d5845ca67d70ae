"""Lets the operator in, and nobody else. Knows no secret: app/keys.py compares them."""

from typing import Any

from fastapi import Depends, Request

from app.api.errors import ApiError
from app.api.request_services import ServicesOf
from app.middleware.callers import CHALLENGE, caller_of

OFF = (
    "This is for the operator and switched off; start the server with LORA_LAND_ADMIN_TOKEN set to "
    "a secret of 16 or more characters, and send that as `Authorization: Bearer TOKEN`."
)
WANTED = "This is for the operator; send the admin token as `Authorization: Bearer TOKEN`."


async def admin_only(request: Request, services: ServicesOf) -> None:
    """Raises ApiError: 403 where nothing is changed over HTTP, 401 without the token."""
    if services.settings.admin_token is None:
        raise ApiError(403, OFF, code="admin_is_off")
    if not caller_of(request.scope).is_admin:
        raise ApiError(401, WANTED, code="invalid_admin_token", headers=CHALLENGE)


ADMIN: list[Any] = [Depends(admin_only)]
"""The `dependencies` of a route."""

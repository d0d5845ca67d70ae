"""A server with secrets, for tests of who may ask what."""

import contextlib
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

import httpx
from pydantic import SecretStr

from app.api.application import create_api
from app.services import Services

KEY, TOKEN = "key-of-a-program-1", "token-of-the-operator"
SECRETS = {"api_keys": SecretStr(f"{KEY},key-of-a-program-2"), "admin_token": SecretStr(TOKEN)}


def bearer(secret: str) -> dict[str, str]:
    return {"authorization": f"Bearer {secret}"}


@contextlib.asynccontextmanager
async def guarded(services: Services, **changed: Any) -> AsyncIterator[httpx.AsyncClient]:
    """The API in this process with these settings."""
    settings = services.settings.model_copy(update=changed)
    transport = httpx.ASGITransport(
        create_api(replace(services, settings=settings)), raise_app_exceptions=False
    )
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:7860") as client:
        yield client

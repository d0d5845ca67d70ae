"""GET /adapters: where each one is; vLLM's addresses to load and unload one while others answer."""

import asyncio
import time
from typing import Annotated

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict, Field

from app.adapter_source import place_of
from app.api.admin import ADMIN
from app.api.errors import ApiError
from app.api.request_services import ServicesOf
from app.api.shapes import ERRORS
from engine.status import AdapterInfo, Tier

router = APIRouter(tags=["adapters"], responses=ERRORS)

Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,95}$")]
Place = Annotated[str, Field(min_length=1, max_length=1024)]


class Adapter(BaseModel):
    """A served adapter. `tier` is the fastest place that holds its weights; `digest` names them.

    `num_requests` wait or run with it now; the last one ended `last_used_ago_s` seconds ago, null
    where there was none.
    """

    id: str
    tier: Tier
    rank: int
    target_modules: list[str]
    num_bytes: int
    digest: str
    num_requests: int
    last_used_ago_s: float | None


class AdapterList(BaseModel):
    """All served adapters, by name."""

    adapters: list[Adapter]


class LoadRequest(BaseModel):
    """`lora_path` is a folder in one of the server's folders of adapters, or a Hub id."""

    model_config = ConfigDict(extra="allow")

    lora_name: Name
    lora_path: Place
    revision: Place | None = Field(None, description="Of a Hub id: a branch, tag or commit.")


class UnloadRequest(BaseModel):
    """An adapter by its name."""

    model_config = ConfigDict(extra="allow")

    lora_name: Name


class Unloaded(BaseModel):
    """The adapter is not served any more, and its memory is free."""

    id: str


@router.get("/adapters")
def list_adapters(services: ServicesOf) -> AdapterList:
    services.shelf.look()
    infos = sorted(services.worker.adapters, key=lambda info: info.adapter_id)
    return AdapterList(adapters=[_described(info) for info in infos])


@router.post("/v1/load_lora_adapter", dependencies=ADMIN)
def load_adapter(body: LoadRequest, services: ServicesOf) -> Adapter:
    """Serve an adapter by this name, until it is unloaded or the server stops.

    Answers under way go on meanwhile. A name that is served is refused: unload it first.
    """
    if body.lora_name == services.base_id:
        message = f"{body.lora_name!r} is the name of the base; choose another."
        raise ApiError(400, message, param="lora_name")
    place = place_of(body.lora_path, body.revision, services.shelf.stock.catalog.roots)
    return _described(services.shelf.load(body.lora_name, place))


@router.post("/v1/unload_lora_adapter", dependencies=ADMIN)
async def unload_adapter(request: Request, body: UnloadRequest, services: ServicesOf) -> Unloaded:
    """Take no more requests for it, wait for the answers under way, and free its memory."""
    freed = await asyncio.to_thread(services.shelf.unload, body.lora_name)
    await asyncio.wrap_future(freed)
    return Unloaded(id=body.lora_name)


def _described(info: AdapterInfo) -> Adapter:
    used_s = info.last_used_s
    return Adapter(
        id=info.adapter_id,
        tier=info.tier,
        rank=info.rank,
        target_modules=list(info.target_modules),
        num_bytes=info.num_bytes,
        digest=info.digest,
        num_requests=info.num_requests,
        last_used_ago_s=None if used_s is None else round(time.perf_counter() - used_s, 3),
    )

"""GET /v1/models: the base and its adapters as OpenAI lists models."""

from fastapi import APIRouter

from app.api.request_services import ServicesOf
from app.api.shapes import ERRORS, Model, ModelList
from app.services import Services

router = APIRouter(prefix="/v1", tags=["models"], responses=ERRORS)


@router.get("/models")
def list_models(services: ServicesOf) -> ModelList:
    services.shelf.look()
    served = [info.adapter_id for info in services.worker.adapters]
    return ModelList(data=[_model(services, name) for name in [services.base_id, *sorted(served)]])


@router.get("/models/{model}")
def get_model(model: str, services: ServicesOf) -> Model:
    """One model; 404 for one that is not served, with the reason where there is one."""
    services.shelf.look()
    services.adapter_id(model)
    return _model(services, model)


def _model(services: Services, name: str) -> Model:
    parent = None if name == services.base_id else services.base_id
    return Model(id=name, created=services.started_at, root=name, parent=parent)

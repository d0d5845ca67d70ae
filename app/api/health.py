"""GET /health: whether requests are answered now, and how busy the engine is."""

from fastapi import APIRouter, Response

from app.api.request_services import ServicesOf
from app.api.shapes import Health

router = APIRouter(tags=["health"])


@router.get("/health")
def health(services: ServicesOf, response: Response) -> Health:
    """200 while the engine lives, 503 with the reason when it does not."""
    status = services.worker.status()
    response.headers["Cache-Control"] = "no-store"
    if not status.alive:
        response.status_code = 503
    return Health(
        status="ok" if status.alive else "unavailable",
        reason=None if status.alive else status.error or "The engine has stopped.",
        base=services.base_id,
        adapters=[info.adapter_id for info in services.worker.adapters],
        unavailable_adapters=dict(services.unavailable),
        num_running=status.num_running,
        num_waiting=status.num_waiting,
        step=status.step,
        kernel=status.kernel,
        bits=status.bits,
        context_length=status.context_length,
        num_parameters=status.num_parameters,
    )

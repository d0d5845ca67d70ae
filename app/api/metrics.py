"""GET /metrics: the figures of app/metrics as Prometheus reads them."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import PlainTextResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from app.metrics.requests import Metrics

router = APIRouter(tags=["metrics"])


def _metrics(request: Request) -> Metrics:
    metrics: Metrics = request.app.state.metrics
    return metrics


@router.get("/metrics", response_class=PlainTextResponse)
def metrics(metrics: Annotated[Metrics, Depends(_metrics)]) -> Response:
    """Counters by adapter, and the engine's figures of this moment."""
    return Response(
        generate_latest(metrics.registry),
        media_type=CONTENT_TYPE_LATEST,
        headers={"Cache-Control": "no-store"},
    )

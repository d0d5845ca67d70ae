"""The page Engine: what runs now, the last steps, where each adapter is, what tokens cost."""

import time

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from app.api.request_services import ServicesOf
from app.site import engine_figures
from app.site.shell import page
from app.site.step_picture import NUM_STEPS, picture

router = APIRouter(include_in_schema=False)


@router.get("/engine")
def engine(request: Request, services: ServicesOf) -> HTMLResponse:
    """Figures of this moment; static/engine.js asks for the page again and again."""
    worker, settings = services.worker, services.settings
    status, records, now_s = worker.status(), worker.steps_since(0), time.perf_counter()
    pace = engine_figures.pace(records, NUM_STEPS, now_s)
    price = settings.price_per_hour
    return page(
        request,
        "engine.html",
        "engine",
        heading="Engine",
        engine=status,
        boxes=engine_figures.boxes(status, pace, services.recent.first_tokens_s),
        picture=picture(records),
        num_steps=NUM_STEPS,
        adapters=engine_figures.adapter_rows(worker.adapters, now_s),
        facts=engine_figures.facts(status),
        cost=None if price is None else engine_figures.cost(pace, price, settings.currency),
    )

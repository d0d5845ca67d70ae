"""The page "All at once", and the three routes that its script calls. Knows no engine thread.

POST   /all/runs              what is to be asked and in which order -> {"run": id}
GET    /all/runs/{id}/events  begins the run and tells it as server-sent events (app/rush/events.py)
DELETE /all/runs/{id}         stops it
"""

import asyncio
import json
import uuid
from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import asdict
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import HTMLResponse
from pydantic import BaseModel, Field
from sse_starlette import ServerSentEvent

from adapters.card import CATEGORIES
from adapters.catalog import GENERALIST
from app.api.errors import ApiError
from app.api.request_services import ServicesOf
from app.event_stream import EventStream
from app.middleware.session import session_id_of
from app.rush.events import RowEnd, RunEnd, RunEvent, Start, Tick
from app.rush.questions import NOT_LOADED, Questions, one_text, own_examples
from app.rush.run import Order, Run
from app.rush.runs import Runs, TooManyRuns
from app.services import Services
from app.site.shell import page

NAMES = {Start: "start", Tick: "tick", RowEnd: "row", RunEnd: "end"}
"""Events as the script listens for them."""
SAMPLE = (
    "Mayor Ines Quorley opened the new harbour of Brackwell on Monday. "
    "More than 3,000 people came, and everybody was delighted."
)
router = APIRouter(prefix="/all", include_in_schema=False)


def _runs(request: Request) -> Runs:
    runs: Runs = request.app.state.runs
    return runs


RunsOf = Annotated[Runs, Depends(_runs)]


class RunRequest(BaseModel):
    """`text` is for the mode "one-text"; `seed` chooses the examples of the mode "own"."""

    mode: Literal["own", "one-text"]
    order: Order
    text: str = ""
    seed: int = Field(ge=0, lt=2**63)


@router.get("")
def all_at_once(request: Request, services: ServicesOf) -> HTMLResponse:
    """A cell for every task, in the order of what the tasks do."""
    services.shelf.look()
    stock = services.shelf.stock
    served = {info.adapter_id for info in services.worker.adapters}
    cards = [task.card for task in stock.tasks.values()]
    cells = [
        {
            "task": card.task,
            "title": card.plain_title,
            "about": card.description,
            "why_not": None
            if card.task in served
            else stock.unavailable.get(card.task, NOT_LOADED),
        }
        for card in sorted(cards, key=lambda card: (CATEGORIES.index(card.category), card.title))
    ]
    return page(
        request,
        "all.html",
        "all",
        heading="All at once",
        cells=cells,
        has_generalist=GENERALIST in served,
        num_adapters=sum(cell["why_not"] is None for cell in cells),
        sample=SAMPLE,
    )


@router.post("/runs", status_code=201)
async def add_run(
    request: Request, body: RunRequest, services: ServicesOf, runs: RunsOf
) -> dict[str, str]:
    """Decide what everybody is asked. The run begins with the reading of its events."""
    questions = await asyncio.to_thread(_questions, services, body)
    run_id, run = uuid.uuid4().hex, Run(services.worker, questions, body.order)
    try:
        runs.add(session_id_of(request), run_id, run)
    except TooManyRuns as error:
        raise ApiError(429, str(error), code="too_many_runs") from error
    return {"run": run_id}


@router.get("/runs/{run_id}/events")
async def run_events(run_id: str, request: Request, runs: RunsOf) -> Response:
    session_id = session_id_of(request)
    run = runs.begin(session_id, run_id)
    if run is None:
        raise _no_such_run(run_id)

    async def end() -> None:
        runs.end(session_id)

    return EventStream(_told(runs, session_id, run), end)


@router.delete("/runs/{run_id}", status_code=204)
async def stop_run(run_id: str, request: Request, runs: RunsOf) -> None:
    if not runs.stop(session_id_of(request), run_id):
        raise _no_such_run(run_id)


def _no_such_run(run_id: str) -> ApiError:
    return ApiError(404, f"There is no run {run_id!r} of yours here.", code="run_not_found")


def _questions(services: Services, body: RunRequest) -> Questions:
    """Not for the event loop: it reads examples and counts tokens."""
    stock, worker = services.shelf.stock, services.worker
    if body.mode == "own":
        return own_examples(stock, worker, body.seed)
    return one_text(stock, worker, body.seed, body.text)


async def _told(runs: Runs, session_id: str, run: Run) -> AsyncIterator[ServerSentEvent]:
    events = run.events(lambda: runs.queue(session_id))
    async with aclosing(events):
        async for event in events:
            yield _sent(event)


def _sent(event: RunEvent) -> ServerSentEvent:
    data = json.dumps(asdict(event), ensure_ascii=False)
    return ServerSentEvent(data, event=NAMES[type(event)])

"""The page "Arena" and the routes that its script calls. Decides nothing about what may be known.

POST /arena/runs              a task and fields, or neither -> what is asked, and the run's id
GET  /arena/runs/{id}/events  runs it, once: both texts piece by piece, then whether it is votable
POST /arena/consent           agreement to the text of a version
POST /arena/votes             a rating -> who was who
POST /arena/votes/undo        takes it back
"""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import asdict
from typing import Annotated, Any, Literal, TypeVar, get_args

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse
from pydantic import BaseModel, Field

from app import consent
from app.api.errors import ApiError
from app.api.request_services import ServicesOf
from app.arena.arena import UNDO_S, Arena, Ballot, ConsentNeeded, Ending
from app.arena.draw import Draw
from app.arena.release import Tick
from app.arena.reveal import Reveal
from app.compare import RunRefused
from app.event_stream import EventStream
from app.feedback.errors import FeedbackUnavailable, VoteRefused
from app.feedback.records import Choice
from app.feedback.votes import MAX_COMMENT, MAX_CORRECTION
from app.middleware.session import session_id_of
from app.site.shell import page

T = TypeVar("T")
Tag = Literal["correct", "format", "complete", "short", "made_up", "off_topic"]
TAGS: dict[Tag, str] = {
    "correct": "Correct",
    "format": "Right format",
    "complete": "Complete",
    "short": "To the point",
    "made_up": "Something made up",
    "off_topic": "Beside the question",
}
"""Why somebody votes so; stored with the vote under these names."""
CHOICES: dict[Choice, str] = {
    "A": "A is better",
    "B": "B is better",
    "tie": "A tie",
    "both_bad": "Both are bad",
}
"""The four buttons, in the order of their keys."""
assert set(TAGS) == set(get_args(Tag))
MAX_TEXT = 20_000
"""Characters of one field; far more than any model here reads."""
router = APIRouter(prefix="/arena", include_in_schema=False)


def _arena(request: Request) -> Arena:
    arena: Arena = request.app.state.arena
    return arena


ArenaOf = Annotated[Arena, Depends(_arena)]
SessionOf = Annotated[str, Depends(session_id_of)]


class RunRequest(BaseModel):
    """No task is any; no fields are those of an example."""

    task: str | None = None
    fields: dict[str, Annotated[str, Field(max_length=MAX_TEXT)]] | None = None


class ConsentRequest(BaseModel):
    """`version` is that of the text that was read."""

    version: str


class VoteRequest(BaseModel):
    """`key` is the same for a ballot that is sent again."""

    run: str
    choice: Choice
    key: str
    tags: list[Tag] = []
    comment: str = ""
    correction: str = ""


class UndoRequest(BaseModel):
    """`key` is the same for an undoing that is sent again."""

    run: str
    key: str


@router.get("")
def arena_page(request: Request, services: ServicesOf, arena: ArenaOf) -> HTMLResponse:
    services.shelf.look()
    cards = [task.card for task in arena.tasks()]
    return page(
        request,
        "arena.html",
        "arena",
        heading="Arena",
        cards=[(card, card.plain_title) for card in cards],
        asked=request.query_params.get("task"),
        choices=CHOICES,
        tags=TAGS,
        consent=consent,
        has_agreed=arena.has_agreed(session_id_of(request)),
        undo_s=UNDO_S,
        max_text=MAX_TEXT,
        max_comment=MAX_COMMENT,
        max_correction=MAX_CORRECTION,
    )


@router.post("/runs", status_code=201)
async def add_run(session_id: SessionOf, body: RunRequest, arena: ArenaOf) -> dict[str, Any]:
    drawn = await _answered(lambda: arena.draw(session_id, body.task, body.fields))
    card = drawn.task.card
    return {
        "run": drawn.run_id,
        "task": card.task,
        "title": card.plain_title,
        "description": card.description,
        "kind": card.kind,
        "fields": _shown_fields(drawn),
        "prompt": card.prompt(drawn.fields),
    }


@router.get("/runs/{run_id}/events")
async def run_events(run_id: str, session_id: SessionOf, arena: ArenaOf) -> EventStream:
    drawn = arena.take(session_id, run_id)
    if drawn is None:
        message = "This pair has been run already, or is not one of yours; draw another."
        raise ApiError(404, message, code="run_not_found")
    events = arena.run(drawn)
    return EventStream(_told(events), events.aclose)


@router.post("/consent", status_code=204)
async def agree(session_id: SessionOf, body: ConsentRequest, arena: ArenaOf) -> None:
    await _answered(lambda: arena.agree(session_id, body.version))


@router.post("/votes")
async def vote(session_id: SessionOf, body: VoteRequest, arena: ArenaOf) -> Reveal:
    ballot = Ballot(body.choice, body.key, tuple(body.tags), body.comment, body.correction)
    return await _answered(lambda: arena.vote(session_id, body.run, ballot))


@router.post("/votes/undo", status_code=204)
async def undo(session_id: SessionOf, body: UndoRequest, arena: ArenaOf) -> None:
    await _answered(lambda: arena.undo(session_id, body.run, body.key))


async def _answered(job: Callable[[], T]) -> T:
    """What a blocking job returns. Raises ApiError for what it refuses."""
    try:
        return await asyncio.to_thread(job)
    except RunRefused as error:
        raise ApiError(400, str(error), param=error.field) from error
    except ConsentNeeded as error:
        raise ApiError(403, str(error), code="consent_needed") from error
    except VoteRefused as error:
        raise ApiError(409, str(error), code="vote_refused") from error
    except FeedbackUnavailable as error:
        # Its own words are for the operator: they name a file.
        message = "The ratings cannot be read or written now; please try again later."
        raise ApiError(503, message, code="ratings_unavailable") from error


def _shown_fields(drawn: Draw) -> list[dict[str, str]]:
    given = ((item.label, drawn.fields.get(item.name, "")) for item in drawn.task.card.fields)
    return [{"label": label, "text": text} for label, text in given if text.strip()]


async def _told(events: AsyncIterator[Tick | Ending]) -> AsyncIterator[str]:
    async for event in events:
        yield json.dumps(_payload(event), ensure_ascii=False)


def _payload(event: Tick | Ending) -> dict[str, Any]:
    if isinstance(event, Tick):
        return asdict(event)
    return {"votable": event.problem is None, "problem": event.problem}

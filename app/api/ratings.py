"""/ratings: one's own comparison rated by a program, and all ratings for the operator.

Comparisons are run on the page: whoever rates one here must bring the cookie of the browser that
ran it. Who may rate what is decided by the store.
"""

import asyncio
import tempfile
from collections.abc import Iterator
from typing import TextIO

from fastapi import APIRouter, Request
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, ConfigDict

from app.api.admin import ADMIN
from app.api.cards import cards
from app.api.fields import Text
from app.api.request_services import ServicesOf
from app.api.shapes import ERRORS
from app.feedback.export import export_ratings
from app.feedback.records import Choice, Format
from app.middleware.session import session_id_of

router = APIRouter(prefix="/ratings", tags=["ratings"], responses=ERRORS)

_MEDIA = {"csv": "text/csv", "jsonl": "application/x-ndjson"}
_CHUNK_CHARS = 1 << 16


class RatingRequest(BaseModel):
    """What somebody thinks of the two answers of a comparison. The same key is the same rating."""

    model_config = ConfigDict(extra="allow")

    comparison_id: Text
    choice: Choice
    idem_key: Text
    comment: str | None = None
    tags: list[str] = []


class Rating(BaseModel):
    """A recorded rating. `created_at_ms` is milliseconds since 1970, UTC."""

    event_id: int
    comparison_id: str
    choice: Choice
    comment: str | None
    tags: list[str]
    created_at_ms: int


@router.post("")
async def rate(request: Request, body: RatingRequest, services: ServicesOf) -> Rating:
    """Rate a comparison that the browser of this cookie has run, once both answers are complete."""
    vote = await asyncio.to_thread(
        services.feedback.cast_vote,
        comparison_id=body.comparison_id,
        session_id=session_id_of(request),
        choice=body.choice,
        comment=body.comment,
        tags=body.tags,
        idem_key=body.idem_key,
        identities_visible=True,  # A program can know who answered, whatever the page shows.
    )
    return Rating(
        event_id=vote.event_id,
        comparison_id=vote.comparison_id,
        choice=vote.choice,
        comment=vote.comment,
        tags=list(vote.tags),
        created_at_ms=vote.created_at_ms,
    )


@router.get("/export", dependencies=ADMIN, response_class=StreamingResponse)
def export(
    services: ServicesOf,
    format: Format = "jsonl",  # noqa: A002
) -> StreamingResponse:
    """All comparisons with a rating, as `lora-land ratings export` writes them."""
    # Written aside first: whoever reads slowly must not hold the database, and an error has a
    # status only before the first byte.
    out = tempfile.TemporaryFile("w+", encoding="utf-8", newline="")  # noqa: SIM115 - _chunks closes it
    try:
        export_ratings(services.feedback.path, format, out, cards(services))
    except BaseException:
        out.close()
        raise
    kind = "csv" if format == "csv" else "jsonl"
    headers = {
        "Content-Disposition": f'attachment; filename="ratings.{kind}"',
        "Cache-Control": "no-store",
    }
    return StreamingResponse(_chunks(out), media_type=_MEDIA[kind], headers=headers)


def _chunks(out: TextIO) -> Iterator[str]:
    with out:
        out.seek(0)
        while chunk := out.read(_CHUNK_CHARS):
            yield chunk

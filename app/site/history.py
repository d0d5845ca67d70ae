"""A visitor's own comparisons, and one comparison to read: one's own, or by a link. Changes only
whether links lead to it.

Knows the ratings and how answers are shown; asks no engine.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from adapters.card import Card
from adapters.errors import BadFields
from adapters.metrics import mark
from app.api.request_services import ServicesOf
from app.feedback.records import Kept, ShownSide
from app.middleware.session import session_id_of
from app.page import answer_view, answer_words, mark_view
from app.page.figures import shortened
from app.services import Services
from app.site.shell import page
from app.task import Task

router = APIRouter(include_in_schema=False)
AT_MOST = 50
FIRST_WORDS = 60
_CHOICES = {"A": "A better", "B": "B better", "tie": "Tie", "both_bad": "Both bad"}


@dataclass(frozen=True)
class Line:
    """One comparison in the list."""

    comparison_id: str
    when: str
    title: str
    words: str
    who: str
    choice: str
    is_shared: bool


@dataclass(frozen=True)
class Side:
    """One answer on its page. `shown` and `mark` are HTML that has been escaped."""

    letter: str
    name: str
    text: str
    shown: str | None
    mark: str
    facts: str


@router.get("/history")
def history(request: Request, services: ServicesOf) -> HTMLResponse:
    """The newest comparisons of this browser's session."""
    found = services.feedback.history(session_id_of(request), AT_MOST)
    lines = [_line(kept, services.shelf.stock.tasks) for kept in found]
    heading = "Your comparisons"
    return page(request, "history.html", "history", heading=heading, lines=lines, at_most=AT_MOST)


@router.get("/history/{comparison_id}")
def own(request: Request, services: ServicesOf, comparison_id: str) -> HTMLResponse:
    kept = services.feedback.comparison(comparison_id, session_id_of(request))
    return _missing(request) if kept is None else _comparison(request, services, kept, is_own=True)


@router.post("/history/{comparison_id}/revoke")
def revoke(request: Request, services: ServicesOf, comparison_id: str) -> Response:
    """Strangers' comparisons are left as they are: whose it is, the store decides."""
    services.feedback.revoke(comparison_id, session_id_of(request))
    return RedirectResponse(f"../{comparison_id}", 303)


@router.get("/shared/{token}")
def shared(request: Request, services: ServicesOf, token: str) -> HTMLResponse:
    """For whoever has the link; search engines are asked to forget it."""
    kept = services.feedback.shared(token)
    answer = _missing(request) if kept is None else _comparison(request, services, kept)
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer


def _missing(request: Request) -> HTMLResponse:
    return page(request, "no_comparison.html", "history", 404, heading="Nothing to read here")


def _line(kept: Kept, tasks: Mapping[str, Task]) -> Line:
    known = tasks.get(kept.task)
    main = next(iter(kept.inputs.values()), "")
    return Line(
        comparison_id=kept.comparison_id,
        when=_when(kept),
        title=kept.task if known is None else known.card.title,
        words=shortened(
            main if known is None else kept.inputs.get(known.card.main_field, main), FIRST_WORDS
        ),
        who=" and ".join(side.contestant.name for side in kept.sides),
        choice=_CHOICES.get(kept.choice or "", "not rated"),
        is_shared=kept.is_shared,
    )


def _comparison(
    request: Request, services: Services, kept: Kept, is_own: bool = False
) -> HTMLResponse:
    known = services.shelf.stock.tasks.get(kept.task)
    both = zip("AB", kept.sides, strict=True)
    return page(
        request,
        "comparison.html",
        "history",
        heading=kept.task if known is None else known.card.title,
        kept=kept,
        when=_when(kept),
        prompt=None if known is None else _prompt(known.card, kept.inputs),
        sides=[_side(letter, side, kept, known) for letter, side in both],
        choice=_CHOICES.get(kept.choice or "") if is_own else None,
        is_own=is_own,
    )


def _prompt(card: Card, inputs: Mapping[str, str]) -> tuple[tuple[str, bool], ...] | None:
    """The prompt in pieces, the visitor's own words told apart; None if the card has changed."""
    try:
        return card.segments(inputs)
    except BadFields:
        return None


def _side(letter: str, side: ShownSide, kept: Kept, known: Task | None) -> Side:
    text = side.result.text.removeprefix(" ")
    example = None if known is None else known.known(kept.inputs)
    given = None
    if known is not None and example is not None:
        given = mark(known.card, example, side.result.text)
    return Side(
        letter=letter,
        name=side.contestant.name,
        text=text,
        shown=None if known is None else answer_view.by_kind(known.card, kept.inputs, text),
        mark=mark_view.tag(given),
        facts=" · ".join(answer_words.facts(side.result)),
    )


def _when(kept: Kept) -> str:
    moment = datetime.fromtimestamp(kept.created_at_ms / 1000, UTC)
    return f"{moment:%Y-%m-%d %H:%M} UTC"

"""The page of the votes: who was preferred, how surely, and what speaks against trusting it.

Owns which pair stands where; the counting is done in app/feedback.
"""

import logging

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from app.api.request_services import ServicesOf
from app.contenders import BASE
from app.feedback.bradley_terry import MIN_CONTESTANTS, scales
from app.feedback.errors import FeedbackUnavailable
from app.feedback.records import Mode
from app.feedback.standings import MIN_VOTES, Tally
from app.page.figures import short_digest
from app.site.shell import page
from app.site.standing import Served, position_of, standings

router = APIRouter(include_in_schema=False)
MODES: tuple[Mode, Mode] = ("named", "blind")
_log = logging.getLogger(__name__)


@router.get("/leaderboard")
def leaderboard(request: Request, services: ServicesOf, mode: str = "named") -> HTMLResponse:
    """Votes with the names shown or, with ?mode=blind, without; never both in one table."""
    try:
        votes = {one: services.feedback.tallies(one) for one in MODES}
    except FeedbackUnavailable as error:
        _log.warning("%s", error)
        return page(request, "leaderboard_closed.html", "leaderboard", 503, heading="Leaderboard")
    served = Served.now(services)
    chosen: Mode = "blind" if mode == "blind" else "named"
    shown = votes[chosen]
    now = [tally for tally in shown if served.has(tally.first) and served.has(tally.second)]
    return page(
        request,
        "leaderboard.html",
        "leaderboard",
        heading="Leaderboard",
        mode=chosen,
        num_votes={one: sum(tally.num_votes for tally in votes[one]) for one in MODES},
        position=position_of(shown),
        to_base=standings(served, [tally for tally in now if _is_to_base(tally)]),
        others=standings(served, [tally for tally in now if not _is_to_base(tally)]),
        former=standings(served, [tally for tally in shown if tally not in now]),
        scales=scales(shown) if chosen == "blind" else (),
        served=served,
        short_digest=short_digest,
        min_votes=MIN_VOTES,
        min_contestants=MIN_CONTESTANTS,
    )


def _is_to_base(tally: Tally) -> bool:
    """Whether the task's own adapter met the base as it is, not held to valid answers."""
    is_plain = tally.second.contestant_id.startswith(f"{BASE}:")
    return is_plain and tally.first.task == tally.task

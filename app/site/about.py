"""The page about the demo: what the miniature is and is not, what is kept, whose everything is."""

from collections.abc import Sequence
from statistics import fmean

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from adapters.scores import Scores
from app.api.request_services import ServicesOf
from app.feedback.public_id import public_id
from app.middleware.session import session_id_of
from app.page.figures import parameters, share
from app.site.shell import page

router = APIRouter(include_in_schema=False)


@router.get("/about")
def about(request: Request, services: ServicesOf) -> HTMLResponse:
    """Figures are those of what is served now, never written by hand."""
    catalog, status = services.shelf.stock.catalog, services.worker.status()
    scores = [entry.scores for entry in catalog.entries.values() if entry.scores is not None]
    return page(
        request,
        "about.html",
        "about",
        heading="About this demo",
        is_mini=catalog.profile.name == "mini",
        base_name=status.base_name,
        base_size=parameters(status.num_parameters),
        context_length=status.context_length,
        visitor_id=public_id(session_id_of(request)),
        num_scored=len(scores),
        adapters=share(fmean(one.adapter for one in scores)) if scores else None,
        base=share(fmean(one.base for one in scores)) if scores else None,
        generalist=_generalist(scores),
    )


def _generalist(scores: Sequence[Scores]) -> str | None:
    """Its mean over the same tasks; None unless it was measured on all of them."""
    measured = [one.generalist for one in scores if one.generalist is not None]
    return share(fmean(measured)) if measured and len(measured) == len(scores) else None

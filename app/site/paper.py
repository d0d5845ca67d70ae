"""The page of the LoRA Land paper: its authors' figures as a heat map, and the same as CSV.

Nothing that this demo measured stands here: the two were never measured on the same data.
"""

from fastapi import APIRouter, Request
from fastapi.responses import FileResponse, HTMLResponse

from adapters.paper import SCORES_FILE, load_paper
from app.site.heat_map import BY_KIND, METRICS, heat_map, orders
from app.site.paper_claims import recomputed
from app.site.paper_views import FINE_TUNED, VIEWS
from app.site.shell import page

router = APIRouter(include_in_schema=False)


@router.get("/paper")
def paper(request: Request, show: str = FINE_TUNED, sort: str = BY_KIND) -> HTMLResponse:
    """Switches are links, so each view has an address and needs no script."""
    figures = load_paper()
    is_known = show in VIEWS and sort in orders(figures)
    view, order = (VIEWS[show], sort) if is_known else (VIEWS[FINE_TUNED], BY_KIND)
    return page(
        request,
        "paper.html",
        "paper",
        heading="The paper",
        is_known=is_known,
        paper=figures,
        metrics=METRICS,
        views=VIEWS.values(),
        view=view,
        order=order,
        map=heat_map(figures, view, order),
        claims=recomputed(figures),
    )


@router.get("/paper.csv")
def paper_csv() -> FileResponse:
    return FileResponse(SCORES_FILE, media_type="text/csv", filename=SCORES_FILE.name)

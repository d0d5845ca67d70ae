"""Other addresses of the page. Knows no component.

The comparison stands at "/" for now; "/compare?task=..." is the address that stays.
"""

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse

router = APIRouter(include_in_schema=False)


@router.get("/compare")
def compare(request: Request) -> RedirectResponse:
    query = request.url.query
    return RedirectResponse(f"/?{query}" if query else "/")

"""Renders a template of ours inside the banner. Knows no engine and no database.

    return page(request, "paper.html", "paper", heading="The paper", rows=rows)

Templates escape everything; a name that is not given is an error, never an empty place. Pages
load no inline script or style, so that their policy can forbid both.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from app.site.sections import SECTIONS
from app.static_files import STATIC_URL

TEMPLATES = Path(__file__).resolve().parent / "templates"
CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
environment = Environment(
    loader=FileSystemLoader(TEMPLATES),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
environment.globals.update(sections=SECTIONS, assets=STATIC_URL.removeprefix("/"))


def page(
    request: Request, template: str, section: str, status: int = 200, **values: Any
) -> HTMLResponse:
    """`template` filled with `values`, as the page of `section` (a path of `SECTIONS`).

    Pages change with every vote and every adapter: browsers must ask again.
    """
    values |= {"section": section, "root": root_of(request)}
    return HTMLResponse(
        environment.get_template(template).render(values),
        status,
        {"Content-Security-Policy": CONTENT_SECURITY_POLICY, "Cache-Control": "no-cache"},
    )


def root_of(request: Request) -> str:
    """What leads from this page back to the first one: "./", "../", ..."""
    return "../" * (request.url.path.strip("/").count("/")) or "./"


def compare_banner(base_line: str, keys: Iterable[tuple[str, str]]) -> str:
    """The banner of the page that Gradio makes; `keys` are its keys and what they do."""
    template = environment.get_template("compare_banner.html")
    return template.render(section="", root="./", base_line=base_line, keys=keys)

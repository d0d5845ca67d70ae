"""Which addresses are the API's, whose dialect they speak, and which ask the engine for answers.

Knows no route: `tests/app/api/test_keys.py` compares this with the schema.
"""

from starlette.types import Scope

LORAX = frozenset({"/generate", "/generate_stream", "/info", "/tokenize"})
PREFIXES = ("/v1", "/tasks", "/adapters", "/ratings")
"""Beneath these nothing is the page's."""
_ASKING = frozenset({"/v1/completions", "/v1/chat/completions", "/generate", "/generate_stream"})
_GRADIO = "/gradio_api/"
_GRADIO_RUNS = tuple(_GRADIO + name for name in ("queue/join", "call/"))


def is_lorax(scope: Scope) -> bool:
    """LoRAX's client posts to "/" as well, where browsers get the page."""
    return scope["path"] in LORAX or _is_lorax_root(scope)


def is_page_event(scope: Scope) -> bool:
    """Whether Gradio's scripts ask, which show the `detail` of an error."""
    path: str = scope["path"]
    return path.startswith(_GRADIO)


def is_api(scope: Scope) -> bool:
    """What programs ask, and an API key is wanted for where there are keys. Not /health."""
    path: str = scope["path"]
    return (
        is_lorax(scope)
        or path.startswith(tuple(f"{prefix}/" for prefix in PREFIXES))
        or (path in PREFIXES)
    )


def is_asking(scope: Scope) -> bool:
    """Whether the engine will have to answer: the API's routes, and Run on a page.

    Gradio queues nothing but runs (app/page/build.py); our own pages post theirs to /…/runs.
    """
    path: str = scope["path"]
    if scope["method"] != "POST":
        return False
    is_page = path.startswith(_GRADIO_RUNS) or path.endswith("/runs")
    return path in _ASKING or path.startswith("/tasks/") or path == "/" or is_page


def _is_lorax_root(scope: Scope) -> bool:
    return bool(scope["path"] == "/" and scope["method"] == "POST")

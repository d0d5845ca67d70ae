"""Who presses the buttons: an anonymous session. Knows neither address nor person."""

import gradio as gr

from app.middleware.session import session_id_of


def session_of(request: gr.Request) -> str:
    """The session that the cookie middleware has given the request; never Gradio's own hash."""
    assert request.request is not None
    return session_id_of(request.request)

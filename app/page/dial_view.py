"""Six strengths of one adapter as a table. Every text is escaped here.

Knows the dial's frames; knows no Gradio and no engine.
"""

from html import escape

from app.contenders import Contender
from app.dial import SCALES, DialFrame
from app.frames import PaneStage, PaneState
from app.page import mark_view
from app.page.figures import counted

_SCALE_WORDS = {0.0: "0, the base", 0.25: "¼", 0.5: "½", 0.75: "¾", 1.0: "1, as trained", 1.5: "1½"}


def table(who: Contender, frame: DialFrame) -> str:
    """One line for each strength, in step with the answers."""
    rows = "".join(map(_row, SCALES, frame.states))
    return (
        f'<section class="closer" aria-label="Dial"><h2>Dial: {escape(who.name)}, '
        f"turned up and down</h2><p>One prompt six times in one batch"
        f"{f' of {frame.num_rows}' if frame.is_last else ''}; the adapter’s part of each layer is "
        f'multiplied by the strength.</p><table class="dial"><thead><tr><th>Strength</th>'
        f"<th>Answer</th><th></th></tr></thead><tbody>{rows}</tbody></table></section>"
    )


def refusal(sentence: str) -> str:
    return f'<p class="field-error" role="alert">{escape(sentence)}</p>'


def _row(scale: float, state: PaneState) -> str:
    text = escape(" ".join(state.text.split()))
    caret = "" if state.is_over else '<span class="caret"></span>'
    if state.stage is PaneStage.FAILED:
        text = escape(state.error or "The engine gave no reason.")
    return (
        f'<tr data-scale="{scale:g}"><th scope="row">{_SCALE_WORDS[scale]}</th>'
        f"<td>{text}{caret}</td><td>{_ending(state)}</td></tr>"
    )


def _ending(state: PaneState) -> str:
    if not state.is_over:
        return ""
    marked = "" if state.mark is None else f"{mark_view.tag(state.mark)} · "
    return f"{marked}{counted(state.num_tokens, 'token')}"

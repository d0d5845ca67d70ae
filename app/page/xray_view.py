"""An answer whose tokens are tinted by what an adapter made of them. Every text is escaped here.

Knows the pieces of an X-ray; knows no Gradio and no engine.
"""

import math
from collections.abc import Sequence
from html import escape

from app.page.figures import counted
from app.xray import Piece

STEPS = (-0.5, 0.5, 2.0, 5.0)
"""Nats gained at which the tint changes; e to the power of 0.5 is 1.6, of 2 is 7, of 5 is 148."""
_LEGEND = ("less likely", "as likely", "over 1.6 times", "over 7 times", "over 148 times as likely")


def picture(name: str, pieces: Sequence[Piece]) -> str:
    """The answer of the adapter `name`, and what the tints mean."""
    gained = sum(piece.gained for piece in pieces)
    tokens = "".join(map(_token, pieces))
    legend = "".join(
        f'<li><span class="tint-{step}">{words}</span></li>' for step, words in enumerate(_LEGEND)
    )
    return (
        f'<section class="closer" aria-label="X-ray"><h2>X-ray: {escape(name)}</h2>'
        f"<p>Each token of its answer, by how much likelier it is with the adapter than without: "
        f"all {counted(len(pieces), 'token')} together about "
        f"10<sup>{gained / math.log(10):.0f}</sup> times.</p>"
        f'<pre class="xray" tabindex="0">{tokens}</pre><ul class="legend">{legend}</ul></section>'
    )


def tint(gained: float) -> int:
    """0 to 4: how many of `STEPS` are passed."""
    return sum(gained >= step for step in STEPS)


def _token(piece: Piece) -> str:
    title = (
        f"log-probability {piece.gained:+.2f}: {_chance(piece.adapter)} with the adapter, "
        f"{_chance(piece.base)} without"
    )
    return f'<span class="tint-{tint(piece.gained)}" title="{title}">{escape(piece.text)}</span>'


def _chance(logprob: float) -> str:
    """A probability in per cent, short for any size: "98 %", "0.0031 %"."""
    return f"{math.exp(logprob) * 100:.2g} %"

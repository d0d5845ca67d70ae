"""The scores of all tasks as one picture: an SVG, in the reader's light or dark colours."""

from collections.abc import Sequence
from html import escape

from adapters.scores import Scores

WIDTH = 760
LABEL_WIDTH = 170
VALUE_WIDTH = 50
ROW_HEIGHT = 22
BAR_HEIGHT = 12
HEAD_HEIGHT = 34

_STYLE = """
  text { font: 12px system-ui, sans-serif; fill: #1f2933; }
  .faint { fill: #66727f; } .grid { stroke: #d7dde3; }
  .base { fill: #b4bec8; } .adapter { fill: #2f6fd0; }
  .hands { fill: #ffffff; stroke: #1f2933; stroke-width: 1.5; }
  .dumb { stroke: #c0432f; stroke-width: 2.5; }
  @media (prefers-color-scheme: dark) {
    text { fill: #e4e9ee; } .faint { fill: #9aa7b4; } .grid { stroke: #3a444e; }
    .base { fill: #5c6873; } .adapter { fill: #6ea3f2; }
    .hands { fill: #14181c; stroke: #e4e9ee; } .dumb { stroke: #f08a78; }
  }
"""


def chart(scores: Sequence[Scores]) -> str:
    """One bar a task, the best first: the base's share in it, and two marks.

    The marks are the adapter's score on examples by other hands, and the best of what needs no
    language model.
    """
    ordered = sorted(scores, key=lambda one: one.adapter, reverse=True)
    height = HEAD_HEIGHT + ROW_HEIGHT * len(ordered) + 8
    parts = [_legend(), _grid(height)]
    parts += [_row(one, HEAD_HEIGHT + ROW_HEIGHT * at) for at, one in enumerate(ordered)]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" '
        f'aria-label="Scores of {len(ordered)} adapters and of their base">\n'
        f"<style>{_STYLE}</style>\n" + "\n".join(parts) + "\n</svg>\n"
    )


def best_dumb(scores: Scores) -> float | None:
    """The best score of those that are no language model; None where none was measured."""
    measured = (scores.majority, scores.copy_input, scores.bag_of_words)
    return max((value for value in measured if value is not None), default=None)


def _row(scores: Scores, top: int) -> str:
    middle, bar_top = top + ROW_HEIGHT / 2, top + (ROW_HEIGHT - BAR_HEIGHT) / 2
    name = escape(scores.task)
    parts = [
        f'<text x="{LABEL_WIDTH - 8}" y="{middle + 4}" text-anchor="end">{name}</text>',
        _bar("adapter", scores.adapter, bar_top),
        _bar("base", min(scores.base, scores.adapter), bar_top),
        f'<text x="{WIDTH - 4}" y="{middle + 4}" text-anchor="end">{scores.adapter:.2f}</text>',
    ]
    dumb = best_dumb(scores)
    if dumb is not None:
        x, bottom = _x(dumb), bar_top + BAR_HEIGHT
        parts.append(f'<line class="dumb" x1="{x}" x2="{x}" y1="{bar_top - 3}" y2="{bottom + 3}"/>')
    if scores.ring2 is not None:
        parts.append(f'<circle class="hands" cx="{_x(scores.ring2)}" cy="{middle}" r="4"/>')
    return "".join(parts)


def _bar(kind: str, share: float, top: float) -> str:
    width = _x(share) - LABEL_WIDTH
    return (
        f'<rect class="{kind}" x="{LABEL_WIDTH}" y="{top}" '
        f'width="{width:.1f}" height="{BAR_HEIGHT}"/>'
    )


def _legend() -> str:
    return (
        f'<g transform="translate({LABEL_WIDTH}, 16)">'
        '<rect class="base" x="0" y="-9" width="12" height="10"/>'
        '<text x="17" y="0">base</text>'
        '<rect class="adapter" x="62" y="-9" width="12" height="10"/>'
        '<text x="79" y="0">adapter</text>'
        '<circle class="hands" cx="146" cy="-4" r="4"/>'
        '<text x="155" y="0">adapter, texts by other hands</text>'
        '<line class="dumb" x1="346" x2="346" y1="-10" y2="2"/>'
        '<text x="353" y="0">best without a language model</text></g>'
    )


def _grid(height: int) -> str:
    lines = []
    for tenths in (0, 2, 4, 6, 8, 10):
        x = _x(tenths / 10)
        lines.append(
            f'<line class="grid" x1="{x}" x2="{x}" y1="{HEAD_HEIGHT - 6}" y2="{height - 6}"/>'
        )
    return "".join(lines)


def _x(share: float) -> float:
    return round(LABEL_WIDTH + share * (WIDTH - LABEL_WIDTH - VALUE_WIDTH), 1)

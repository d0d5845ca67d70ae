"""A results file as a picture: tokens per second of the contestants in serving. SVG by hand."""

from collections.abc import Iterable, Sequence
from html import escape

from benchmarks.results import Line, Result
from benchmarks.serving import RUNG
from benchmarks.setup import Setup
from benchmarks.table import number

WIDTH, LABELS, BAR, GAP, TOP = 820, 330, 22, 8, 64
OURS, OTHERS, INK, PALE = "#1f7a5c", "#9aa5b1", "#1c2430", "#5b6673"
STYLE = (
    f"text{{font:13px system-ui,sans-serif;fill:{INK}}}"
    f".title{{font-size:16px;font-weight:600}}.note{{font-size:11px;fill:{PALE}}}"
    "@media(prefers-color-scheme:dark){text{fill:#e6eaf0}.note{fill:#a9b4c0}}"
)


def chart(lines: Iterable[Line]) -> str:
    """An SVG document. Raises ValueError when the file holds no result of serving."""
    found = [(line.setup, line.outcome) for line in lines if isinstance(line.outcome, Result)]
    results = [result for _, result in found if result.rung == RUNG]
    if not results:
        raise ValueError("The file holds no result of serving.")
    case = results[0].case
    shown = sorted((r for r in results if r.case == case), key=lambda r: -r.tokens_per_s)
    return _document(found[0][0], case, shown)


def _document(setup: Setup, case: str, results: Sequence[Result]) -> str:
    height = TOP + len(results) * (BAR + GAP) + 16
    most = max(result.spread[1] for result in results)
    bars = "".join(_bar(place, result, most) for place, result in enumerate(results))
    note = f"{setup.cpu}, {setup.num_cores} cores · {setup.kernel} · {setup.started[:10]}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{height}" '
        f'viewBox="0 0 {WIDTH} {height}" role="img" aria-label="Tokens per second">'
        f"<style>{STYLE}</style>"
        f'<text class="title" x="12" y="26">Tokens per second, {escape(case)}</text>'
        f'<text class="note" x="12" y="46">{escape(note)}</text>{bars}</svg>\n'
    )


def _bar(place: int, result: Result, most: float) -> str:
    """One contestant: its name, a bar as long as its median, a line from slowest to fastest."""
    y = TOP + place * (BAR + GAP)
    scale = (WIDTH - LABELS - 80) / most
    slowest, fastest = (LABELS + speed * scale for speed in result.spread)
    end = LABELS + result.tokens_per_s * scale
    colour = OURS if result.contestant.startswith("ours") else OTHERS
    middle = y + BAR / 2
    return (
        f'<text x="{LABELS - 10}" y="{middle + 5}" text-anchor="end">'
        f"{escape(result.contestant)}</text>"
        f'<rect x="{LABELS}" y="{y}" width="{end - LABELS:.1f}" height="{BAR}" fill="{colour}"/>'
        f'<path d="M{slowest:.1f} {middle}H{fastest:.1f}" stroke="{INK}" stroke-width="2"/>'
        f'<text x="{max(end, fastest) + 8:.1f}" y="{middle + 5}">'
        f"{number(result.tokens_per_s)}</text>"
    )

"""The frame of the page as HTML: header, list of tasks. Every text is escaped here.

Knows cards and scores; knows no Gradio and no answer.
"""

from collections.abc import Iterable
from html import escape

from adapters.card import CATEGORIES
from adapters.catalog import Entry
from app.page.figures import counted, parameters, share
from app.site.shell import compare_banner
from engine.status import EngineStatus

_KEYS = (
    ("1 to 4", "rate"),
    ("u", "undo"),
    ("r", "run"),
    ("Ctrl Enter", "run while typing"),
    ("s", "stop"),
    ("n", "fresh example"),
)
_CATEGORY_NAMES = {
    "extract": "Extract",
    "classify": "Classify",
    "generate": "Generate",
    "reason": "Reason",
}


def header(status: EngineStatus) -> str:
    """The banner: the pages, what the base is, the keys, light or dark."""
    base = f"{status.base_name} · {parameters(status.num_parameters)} · {status.kernel}"
    return compare_banner(base, _KEYS)


def rail(entries: Iterable[Entry], chosen: str | None) -> str:
    """Links to the tasks, grouped by what a task does, with the adapter's score at the right.

    Tasks that nobody can ask yet are only counted, unless one of them is open.
    """
    every = list(entries)
    listed = [e for e in every if e.folder is not None or e.card.task == chosen]
    groups = "".join(
        f'<li><h2>{name}</h2><ul role="list">{links}</ul></li>'
        for category, name in _CATEGORY_NAMES.items()
        if (links := "".join(_link(e, chosen) for e in listed if e.card.category == category))
    )
    return (
        f'<nav class="rail" aria-label="Tasks"><ul role="list" class="groups">{groups}</ul>'
        '<p class="rail-note">Score on examples that no training has read.</p>'
        f"{_waiting(len(every) - len(listed))}</nav>"
    )


def _waiting(number: int) -> str:
    if not number:
        return ""
    have = "has" if number == 1 else "have"
    return f'<p class="rail-note">{counted(number, "more task")} {have} no adapter yet.</p>'


def _link(entry: Entry, chosen: str | None) -> str:
    card, scores = entry.card, entry.scores
    current = ' aria-current="page"' if card.task == chosen else ""
    figure = "–" if scores is None else share(scores.adapter)
    return (
        f'<li><a href="?task={escape(card.task)}" data-task="{escape(card.task)}"{current}>'
        f"<span>{escape(card.plain_title)}</span>"
        f'<span class="figure">{figure}</span></a></li>'
    )


assert set(_CATEGORY_NAMES) == set(CATEGORIES)

"""The frame of the page as HTML: header, list of tasks. Every text is escaped here.

Knows cards and scores; knows no Gradio and no answer.
"""

from collections.abc import Iterable
from html import escape

from adapters.card import CATEGORIES
from adapters.catalog import Entry
from app.page.figures import counted, parameters, share
from engine.status import EngineStatus

_ONE_MODEL = (
    "One base model stays in memory. Each task adds a small adapter to it. Both answers on this "
    "page come from that one model, in one batch: A with the task’s adapter, B without."
)
_MINIATURE = (
    "This base is a miniature, trained for this demo on generated text. It knows nothing of the "
    "world; the point is what so small an adapter teaches it."
)
_RATE = (
    "Rate the two answers: ratings stay in a file on this machine. Nothing you type is sent "
    "anywhere else."
)
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


def header(status: EngineStatus, profile: str) -> str:
    """The banner: name, what the base is, what one sees here, light or dark."""
    base = f"{status.base_name} · {parameters(status.num_parameters)} · {status.kernel}"
    return (
        '<header class="banner"><a class="brand" href="./">'
        f"{_MARK}<span>LoRA Land</span></a>"
        f'<p class="base-line">{escape(base)}</p>'
        '<details class="what"><summary>About</summary><div class="what-text">'
        f"{_what_is_this(profile)}</div></details>"
        '<button type="button" class="theme" data-do="theme" '
        'aria-label="Switch between light and dark"><span aria-hidden="true"></span></button>'
        '<button type="button" class="open-rail" data-do="rail" aria-expanded="false" '
        'aria-controls="rail">Tasks</button></header>'
    )


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


def plain_title(title: str) -> str:
    """The title where space is short: all tasks here are small ones, the heading says so."""
    return title.removesuffix(" (mini)")


def _link(entry: Entry, chosen: str | None) -> str:
    card, scores = entry.card, entry.scores
    current = ' aria-current="page"' if card.task == chosen else ""
    figure = "–" if scores is None else share(scores.adapter)
    return (
        f'<li><a href="?task={escape(card.task)}" data-task="{escape(card.task)}"{current}>'
        f"<span>{escape(plain_title(card.title))}</span>"
        f'<span class="figure">{figure}</span></a></li>'
    )


def _what_is_this(profile: str) -> str:
    paragraphs = [_ONE_MODEL, _RATE]
    if profile == "mini":
        paragraphs.insert(1, _MINIATURE)
    keys = "".join(f"<dt><kbd>{key}</kbd></dt><dd>{what}</dd>" for key, what in _KEYS)
    return "".join(f"<p>{text}</p>" for text in paragraphs) + f'<dl class="keys">{keys}</dl>'


assert set(_CATEGORY_NAMES) == set(CATEGORIES)

# Two strands that meet: a base and what is added to it.
_MARK = (
    '<svg aria-hidden="true" viewBox="0 0 24 24" width="22" height="22">'
    '<path d="M3 17c6 0 6-10 12-10h6" class="strand-base"/>'
    '<path d="M3 7c6 0 6 10 12 10h6" class="strand-adapter"/></svg>'
)

"""Builds the page: lays out its parts and says which event does what. Owns no logic.

`build_page` gives the Gradio Blocks, `mount_options` how they are mounted.
"""

from typing import Any

import gradio as gr

from app.compare import ComparisonService
from app.dial import Dial
from app.feedback.store import FeedbackStore
from app.page import consent_view, frame_view
from app.page.browsing import Browsing
from app.page.looking_closer import LookingCloser
from app.page.parts import Parts, lay_out
from app.page.rating import Rating
from app.page.running import Running
from app.services import Shelf
from app.static_files import STATIC, STATIC_URL
from engine.worker import EngineWorker

STYLES = (
    "tokens.css",
    "base.css",
    "banner.css",
    "frame.css",
    "task.css",
    "answers.css",
    "kinds.css",
    "closer.css",
    "narrow.css",
)
SCRIPTS = ("theme.js", "lora-land.js")
# Who waits, waits in the engine's line: the page can say so. Gradio's own comes after that.
MAX_RUNS = 64
MAX_QUEUED = 64
QUEUE_PAUSE_S = 0.02
"""Gradio's queue looks for work after each; its own millisecond costs an idle server 5 % of a core,
and takes Python's lock from the engine as often."""


def build_page(
    comparisons: ComparisonService,
    shelf: Shelf,
    worker: EngineWorker,
    feedback: FeedbackStore,
) -> gr.Blocks:
    """The page, to be mounted with `mount_options()`."""
    page = gr.Blocks(title="LoRA Land", analytics_enabled=False, fill_width=True)
    with page:
        parts = lay_out()
        parts.header.value = frame_view.header(worker.status())
        parts.votes.consent.value = consent_view.line()
        browsing = Browsing(parts, comparisons, shelf, worker)
        running, rating = Running(parts, comparisons), Rating(parts, feedback)
        dial = Dial(comparisons, worker)
        closer = LookingCloser(parts, comparisons, dial, worker, feedback)
        _wire(page, parts, browsing, running, rating, closer)
    page.queue(default_concurrency_limit=MAX_RUNS, max_size=MAX_QUEUED, api_open=False)
    # Gradio has no public name for it, and another version may have none at all.
    assert hasattr(page._queue, "sleep_when_free")
    page._queue.sleep_when_free = QUEUE_PAUSE_S
    return page


def mount_options() -> dict[str, Any]:
    """Keyword arguments for `gr.mount_gradio_app`; our files are served at STATIC_URL."""
    return {
        "ssr_mode": False,
        "run_history": False,
        "footer_links": [],
        "mcp_server": False,
        "show_error": False,
        "theme": gr.themes.Base(font="system-ui", font_mono="ui-monospace"),
        "favicon_path": str(STATIC / "favicon.svg"),
        "head": _head(),
    }


def _head() -> str:
    # Links, not `css_paths`: those Gradio rewrites, selector by selector.
    links = "".join(f'<link rel="stylesheet" href="{STATIC_URL}/{name}">' for name in STYLES)
    scripts = "".join(f'<script src="{STATIC_URL}/{name}" defer></script>' for name in SCRIPTS)
    return links + scripts


def _wire(
    page: gr.Blocks,
    parts: Parts,
    browsing: Browsing,
    running: Running,
    rating: Rating,
    closer: LookingCloser,
) -> None:
    given, votes = parts.input, parts.votes
    everything = _all_parts(parts)
    quiet: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
    quick: dict[str, Any] = {**quiet, "queue": False}
    pair = [parts.task, *parts.pair]
    texts = [*pair, *given.fields]
    boxes = [box.submit for box in given.fields]
    started = gr.on(
        [given.run.click, *boxes],
        running.run,
        [*texts, *given.drawing],
        everything,
        **quiet,
        trigger_mode="once",
    )
    view = [parts.closer.view]
    dialled = parts.closer.dial.click(
        closer.dial, [*texts, *given.drawing], view, **quiet, trigger_mode="once"
    )
    parts.closer.xray.click(closer.xray, [parts.ticket], view, **quiet, trigger_mode="once")
    parts.closer.share.click(closer.share, [parts.ticket], view, **quiet, trigger_mode="once")
    given.stop.click(running.stop, [parts.ticket], None, **quick)
    page.load(browsing.open, None, everything, **quick)
    # Another prompt: what still runs for the old one must not write into the new one's panes.
    # Gradio calls the handlers of a click in the order of these lines, and waits for each.
    clicks = [button.click for button in (given.fresh, *given.chips)]
    chosen = [parts.rail.select, *(who.select for who in parts.output.who), *clicks]
    gr.on(chosen, None, None, None, cancels=[started, dialled], **quick)
    parts.rail.select(browsing.choose, pair, everything, **quick)
    for place, who in enumerate(parts.output.who):
        who.select(browsing.chooser(place), pair, everything, **quick)
    given.fresh.click(browsing.fresh, texts, everything, **quick)
    for place, chip in enumerate(given.chips):
        chip.click(browsing.chip(place), pair, everything, **quick)
    # `change`, not `input`: that one misses Backspace and the mouse.
    changes = [box.change for box in given.fields]
    gr.on(
        changes,
        browsing.typing,
        [parts.task, *given.fields],
        everything,
        **quick,
        trigger_mode="always_last",
    )
    rated = [*pair, parts.ticket, votes.comment]
    for place, button in enumerate(votes.buttons):
        button.click(rating.voter(place), rated, everything, **quick)
    votes.undo.click(rating.undo, [parts.ticket], everything, **quick)


def _all_parts(parts: Parts) -> list[gr.components.Component]:
    given, output, votes = parts.input, parts.output, parts.votes
    return [
        parts.rail,
        parts.card,
        *given.chips,
        given.fresh,
        *given.fields,
        *given.errors,
        given.unlike,
        given.prompt,
        given.tokens,
        *given.drawing,
        given.run,
        given.stop,
        given.problem,
        *output.who,
        output.pane_a,
        output.pane_b,
        output.expected,
        output.queue,
        output.batch,
        output.status,
        *votes.buttons,
        votes.note,
        votes.comment,
        votes.undo,
        parts.closer.xray,
        parts.closer.dial,
        parts.closer.share,
        parts.closer.view,
        parts.task,
        *parts.pair,
        parts.ticket,
        parts.start,
    ]

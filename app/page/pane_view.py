"""Answers as HTML: the two panes and what is said under them. Every text is escaped here.

Knows frames; knows no Gradio, no engine and no database.
"""

from html import escape

from app.feedback.records import VoteCounts
from app.frames import Frame, PaneStage, PaneState
from app.page import answer_view, mark_view
from app.page.answer_words import ENDINGS, expected_word
from app.page.asked import Asked
from app.page.drawing import in_words
from app.page.figures import counted, seconds
from app.page.pairing import Pair

_DOT = ' <span aria-hidden="true">·</span> '


def pane(letter: str, asked: Asked, state: PaneState) -> str:
    """The answer at "a" or "b": whose it is, how it stands, and at its end what it is.

    The name in the heading is read aloud; what is seen in its place is the choice of who answers.
    """
    who, kind = asked.pair["ab".index(letter)], asked.card.kind
    name = f"Answer {letter.upper()}, {who.name}"
    ending = _ending(letter, state, in_words(asked.sampling))
    model = who.adapter_id or "no adapter"
    return (
        f'<section class="pane pane-{letter}" data-stage="{state.stage}" aria-live="off" '
        f'aria-label="{escape(name)}"><h2><span class="letter">{letter.upper()}</span>'
        f'<span class="unseen">{escape(who.name)}</span><code>{escape(model)}</code></h2>'
        f'<div class="answer kind-{escape(kind)}" tabindex="0" role="group" '
        f'aria-label="{escape(name)}, text">{_answer(asked, state)}</div>'
        f'<p class="strip" id="mark-line-{letter}">{ending}</p>'
        f'<p class="strip times"><span>{_times(state)}</span>{_raw(state)}</p></section>'
    )


def expected_line(kind: str, frame: Frame | None) -> str:
    """The right answer where it is known, once both answers are over."""
    if frame is None or not frame.is_last or frame.expected is None:
        return ""
    return (
        f'<p class="expected kind-{escape(kind)}"><span>{expected_word(kind)}</span>'
        f"<b>{escape(frame.expected)}</b></p>"
    )


def batch_line(frame: Frame | None) -> str:
    """The proof that both rows shared a batch."""
    if frame is None or not frame.shared_steps:
        return ""
    steps = frame.shared_steps
    return (
        f'<p class="batch">both rows in one batch of {frame.num_rows}{_DOT}'
        f"{counted(len(steps), 'step')} together{_cost(frame)}{_DOT}step {steps[-1]:,}</p>"
    )


def _cost(frame: Frame) -> str:
    """What the adapters took of the steps' time."""
    if frame.adapter_share is None:
        return ""
    what = "The part of these steps’ time that went into adapters, for all who shared them"
    return f', <span title="{what}">adapters took {frame.adapter_share * 100:.0f} %</span>'


def queue_line(frame: Frame | None) -> str:
    """Whether others are before this visitor; empty once both answers run."""
    if frame is None or frame.is_last or not frame.num_before:
        return ""
    stages = {frame.a.stage, frame.b.stage}
    if PaneStage.WAITING not in stages:
        return ""
    return f'<p class="queue">{counted(frame.num_before, "answer")} before you</p>'


def spoken(pair: Pair, frame: Frame) -> str:
    """What a screen reader is told at the end, once."""
    a, b = pair
    return f"{_spoken(f'A, {a.name},', frame.a)} {_spoken(f'B, {b.name},', frame.b)}"


def thanks(counts: VoteCounts) -> str:
    """The line after a rating: how people have rated this task so far."""
    pairs = (
        ("adapter better", counts.adapter_better),
        ("base better", counts.base_better),
        ("tie", counts.tie),
        ("both bad", counts.both_bad),
    )
    spread = ", ".join(f"{number} {name}" for name, number in pairs if number)
    return f"Thanks. {counted(counts.num_votes, 'rating')} of this task so far: {spread}."


def note(sentence: str) -> str:
    """The line under the vote buttons."""
    return f'<p class="vote-note">{escape(sentence)}</p>'


def status(sentence: str) -> str:
    """The one live region: it stays in place and only its text changes."""
    return f'<p role="status">{escape(sentence)}</p>'


def _raw(state: PaneState) -> str:
    if not _has_kind(state):
        return ""
    return '<button type="button" class="raw" data-do="raw" aria-pressed="false">raw</button>'


def _has_kind(state: PaneState) -> bool:
    """Whether there is something to be read as label, SQL or the like: no stopped half of it."""
    return state.is_whole and bool(state.text.strip())


def _answer(asked: Asked, state: PaneState) -> str:
    if state.stage is PaneStage.IDLE:
        return '<p class="hint">The answer appears here.</p>'
    if state.stage is PaneStage.WAITING:
        return '<pre><span class="caret"></span></pre>'
    caret = '<span class="caret"></span>' if state.stage is PaneStage.RUNNING else ""
    text = state.text.removeprefix(" ")
    shown = failure = ""
    if state.stage is PaneStage.FAILED:
        reason = state.error or "The engine gave no reason."
        failure = f'<p class="failure" role="alert">{escape(reason)}</p>'
    elif state.is_over and not text.strip():
        failure = '<p class="hint">An empty answer.</p>'
    elif _has_kind(state):
        shown = answer_view.by_kind(asked.card, asked.fields, text)
    return f"{shown}<pre>{escape(text)}{caret}</pre>{failure}"


def _ending(letter: str, state: PaneState, drawn: str) -> str:
    if state.stage is PaneStage.WAITING:
        return "waiting for a place in the batch"
    if state.stage is PaneStage.IDLE:
        return "&nbsp;"
    parts = [counted(state.num_tokens, "token")]
    if state.reason in ENDINGS:
        parts.append(ENDINGS[state.reason])
    if drawn:
        parts.append(drawn)
    if state.is_whole:
        parts.insert(0, mark_view.tag(state.mark, f"mark-{letter}"))
        if state.mark is not None and state.mark.note is not None:
            parts.insert(1, escape(state.mark.note))
    return _DOT.join(parts)


def _times(state: PaneState) -> str:
    parts = []
    if state.first_token_s is not None:
        parts.append(f"first token {seconds(state.first_token_s)}")
    if state.total_s is not None:
        parts.append(f"finished {seconds(state.total_s)}")
    if state.tokens_per_s is not None:
        parts.append(f"{state.tokens_per_s:,.0f} tokens/s")
    return _DOT.join(parts) or "&nbsp;"


def _spoken(name: str, state: PaneState) -> str:
    if state.stage is PaneStage.FAILED:
        return f"{name} failed."
    ending = ENDINGS.get(state.reason, "ended")
    return f"{name} {ending}{mark_view.spoken(state.mark)}, {counted(state.num_tokens, 'token')}."

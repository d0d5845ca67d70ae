"""A task as HTML: its card and its prompt. Every text is escaped here.

Knows cards and scores; knows no Gradio and no answer.
"""

from collections.abc import Mapping
from html import escape

from adapters.card import Card
from adapters.catalog import Entry
from adapters.scores import Scores
from app.compare import PromptLength
from app.page.figures import counted, megabytes, share, short_digest, shortened
from app.unlike import Unlike
from engine.status import AdapterInfo

_METRIC_NAMES = {
    "accuracy": "Right labels",
    "exact_sql": "Exact queries",
    "exact_span": "Right answers",
    "exact_number": "Right results",
    "closeness": "Closeness, 1 - error / 5,",
    "entity_f1": "F1 of the entities",
    "slot_share": "Facts stated",
    "rouge_l": "ROUGE-L",
    "tests_passed": "Functions that pass their tests",
}


def task_card(entry: Entry, info: AdapterInfo | None, problem: str | None) -> str:
    """Title, description, scores, and which weights answer; `problem` says why none do."""
    card = entry.card
    note = "" if problem is None else f'<p class="unavailable" role="alert">{escape(problem)}</p>'
    return (
        f'<section class="task" aria-labelledby="task-title"><div>'
        f'<h1 id="task-title">{_title(card.title)}</h1>'
        f'<p class="lede">{escape(card.description)}</p>'
        f"{'' if info is None else _weights(info)}</div>"
        f"<div>{_scores(entry.scores)}</div>{note}</section>"
    )


def no_task(problem: str) -> str:
    """What stands in the card's place when the address names no task."""
    return (
        '<section class="task no-task"><h1>No such task</h1>'
        f'<p class="unavailable" role="alert">{escape(problem)}</p></section>'
    )


def prompt(card: Card, fields: Mapping[str, str]) -> str:
    """What Run would send now: the template in grey, the visitor's words in ink."""
    shown = {item.name: fields.get(item.name, "").strip() for item in card.fields}
    for item in card.fields:
        if not shown[item.name] and not item.optional:
            shown[item.name] = "…"
    pieces = "".join(
        f"<b>{escape(text)}</b>" if own else f"<span>{escape(text)}</span>"
        for text, own in card.segments(shown)
    )
    return f'<pre class="prompt" tabindex="0" aria-label="The prompt">{pieces}</pre>'


def token_count(length: PromptLength | None) -> str:
    """How long the prompt is; None while a required field is empty."""
    if length is None:
        return '<p class="tokens">&nbsp;</p>'
    if length.num_tokens is None:
        return f'<p class="tokens over">more than {length.limit:,} tokens</p>'
    if length.num_tokens > length.limit:
        over = f"{counted(length.num_tokens, 'token')}, at most {length.limit:,}"
        return f'<p class="tokens over">{over}</p>'
    return f'<p class="tokens">{counted(length.num_tokens, "token")}</p>'


def unlike(found: Unlike | None) -> str:
    """A quiet word about text that a miniature can make little of."""
    if found is None:
        return ""
    some = ", ".join(f"“{word}”" for word in dict.fromkeys(found.unknown[:3]))
    return (
        f'<p class="unlike">{len(found.unknown)} of these {found.num_words} words, such as '
        f"{escape(shortened(some, 90))}, stand in none of this demo’s examples: the "
        "miniature can make little of them.</p>"
    )


def field_error(sentence: str) -> str:
    return f'<p class="field-error" role="alert">{escape(sentence)}</p>'


def problem(sentence: str) -> str:
    """What keeps a run from starting, with the button that tries again."""
    return (
        f'<p class="field-error" role="alert">{escape(sentence)} '
        '<button type="button" class="again" data-do="run">Try again</button></p>'
    )


def _title(title: str) -> str:
    """The title, with what is only a remark in it set apart."""
    name, bracket, remark = title.partition(" (")
    return escape(name) + (f" <small>({escape(remark)}</small>" if bracket else "")


def _scores(scores: Scores | None) -> str:
    if scores is None:
        return '<p class="scores-note">Not measured yet.</p>'
    name = _METRIC_NAMES[scores.metric]
    note = f"{name} in {counted(scores.num_examples, 'held-out example')}"
    return (
        f'<dl class="scores">{_bar("adapter", scores.adapter)}{_generalist(scores)}'
        f"{_bar('base', scores.base)}</dl>"
        f'<p class="scores-note" title="Measured {escape(scores.date)}">{escape(note)}</p>'
        f"{_rings(scores)}{_unbeaten(scores)}"
    )


def _generalist(scores: Scores) -> str:
    """The bar of the one adapter for all tasks, where it has been measured."""
    return "" if scores.generalist is None else _bar("generalist", scores.generalist)


def _rings(scores: Scores) -> str:
    """The adapter's figure for each kind of held-out example, where they were told apart."""
    if not scores.rings:
        return ""
    figures = ", ".join(f"{share(ring.adapter)} in {ring.name}" for ring in scores.rings)
    return f'<p class="scores-note">{escape(figures)}</p>'


def _unbeaten(scores: Scores) -> str:
    """What needs no adapter and is as good: a card must not hide that."""
    rivals = {
        "the base with three worked examples": scores.base_three_shot,
        "always the commonest answer": scores.majority,
        "the input itself": scores.copy_input,
        "a bag of words": scores.bag_of_words,
    }
    better = [
        f"{name} ({share(value)})"
        for name, value in rivals.items()
        if value is not None and value >= scores.adapter
    ]
    if not better:
        return ""
    return f'<p class="scores-note">Not better than {escape(", ".join(better))}.</p>'


def _bar(who: str, value: float) -> str:
    return (
        f'<div class="bar {who}"><dt>{who}</dt><dd><span class="track" aria-hidden="true">'
        f'<span style="width:{value * 100:.1f}%"></span></span>{share(value)}</dd></div>'
    )


def _weights(info: AdapterInfo) -> str:
    return (
        f'<p class="weights">Rank {info.rank} · {megabytes(info.num_bytes)} in memory · weights '
        f'<code title="{escape(info.digest)}">{escape(short_digest(info.digest))}</code></p>'
    )

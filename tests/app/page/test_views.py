"""What the page says, as HTML: escaped everywhere, with the right words and figures."""

from dataclasses import replace
from html.parser import HTMLParser

import gradio as gr
import pytest

from adapters.card import Example
from adapters.catalog import Catalog
from adapters.metrics import Mark
from adapters.scores import Ring, Scores
from app.compare import PromptLength
from app.contenders import Contender
from app.feedback.records import VoteCounts
from app.frames import Frame, PaneStage, PaneState
from app.page import figures, frame_view, pane_view, parts, task_view
from app.page.asked import Asked
from app.page.ticket import Ticket
from engine.request import FinishReason
from engine.status import AdapterInfo, EngineStatus

RIGHT, WRONG = Mark(1.0, 1.0, True), Mark(0.0, 0.0, False)
HOSTILE = """<script>alert(1)</script><b id="x">'"&{{7*7}}${7}"""
PAIR = (Contender("wikisql", "SQL", "wikisql"), Contender("base", "Base alone"))
ASKED = Asked(Catalog.open().entries["wikisql"].card, PAIR)
STATUS = EngineStatus(True, 0, 0, 7, "nf4", 4, 1024, 6_400_000, HOSTILE)
SCORES = Scores("t", "accuracy", 0.02, 0.84, 200, "2026-01-02", 0, "sha256:a", "sha256:b")


class Tags(HTMLParser):
    """Every tag and the whole text of a piece of HTML."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.text = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.text += data


def hostile_views() -> dict[str, str]:
    entry = Catalog.open().entries["wikisql"]
    card = replace(
        entry.card,
        title=HOSTILE,
        description=HOSTILE,
        examples=(Example("e", {"table": HOSTILE, "question": HOSTILE}, HOSTILE),),
    )
    entry = replace(entry, card=card, scores=replace(SCORES, metric="exact_sql"))
    state = PaneState(PaneStage.FAILED, HOSTILE, 3, reason=FinishReason.ERROR, error=HOSTILE)
    frame = Frame("r", state, state, expected=HOSTILE, is_last=True, problem=HOSTILE)
    info = AdapterInfo("wikisql", HOSTILE, 8, (), 500_000)
    return {
        "header": frame_view.header(STATUS),
        "rail": frame_view.rail([entry], "wikisql"),
        "card": task_view.task_card(entry, info, HOSTILE),
        "no_task": task_view.no_task(HOSTILE),
        "prompt": task_view.prompt(card, card.examples[0].fields),
        "error": task_view.field_error(HOSTILE),
        "problem": task_view.problem(HOSTILE),
        "pane": pane_view.pane(
            "a", Asked(card, (Contender("x", HOSTILE, HOSTILE), PAIR[1])), state
        ),
        "expected": pane_view.expected_line("sql", frame),
        "note": pane_view.note(HOSTILE),
        "status": pane_view.status(HOSTILE),
    }


@pytest.mark.parametrize("view", list(hostile_views()))
def test_every_text_is_escaped(view: str) -> None:
    """Catches one f-string that lets a title, a prompt, an answer or an error be markup."""
    html = hostile_views()[view]
    parsed = Tags(html)
    assert "script" not in parsed.tags
    assert 'id="x"' not in html
    assert "<script>alert(1)</script>" in parsed.text


def test_answer_is_shown_without_the_space_that_joins_it_to_the_prompt() -> None:
    """Catches an answer that loses more than its one joining space."""
    state = PaneState(PaneStage.RUNNING, "  two\n lines ", 2)
    assert "<pre> two\n lines <span" in pane_view.pane("a", ASKED, state)


@pytest.mark.parametrize(
    ("reason", "given", "words"),
    [
        (FinishReason.STOP, RIGHT, ["✓ right", "12 tokens", "stopped by itself"]),
        (FinishReason.STOP, replace(WRONG, note="left out: <x>"), ["✗ wrong · left out: <x>"]),
        (FinishReason.LENGTH, WRONG, ["✗ wrong", "12 tokens", "cut at the limit"]),
        (FinishReason.STOP, Mark(0.6181, 0.6181, None), ["0.62 of 1 like the right answer"]),
        (FinishReason.STOP, None, ["no known answer to your text", "12 tokens"]),
        (FinishReason.CANCELLED, None, ["12 tokens", "stopped by you"]),
    ],
)
def test_strip_says_how_the_answer_ended(
    reason: FinishReason, given: Mark | None, words: list[str]
) -> None:
    """Catches an answer cut at its limit that looks finished, and a mark on a stopped one."""
    state = PaneState(
        PaneStage.ENDED,
        "x",
        12,
        first_token_s=0.041,
        last_token_s=0.591,
        total_s=1.484,
        reason=reason,
        mark=given,
    )
    text = Tags(pane_view.pane("a", ASKED, state)).text
    assert [word for word in words if word not in text] == []
    assert ("no known" in text) == (given is None and reason is not FinishReason.CANCELLED)
    assert "first token 41 ms · finished 1.48 s · 20 tokens/s" in text


def test_a_screen_reader_hears_how_each_answer_ended() -> None:
    """Catches a stopped or a cut answer that is said to have finished."""
    whole = PaneState(PaneStage.ENDED, "x", 12, reason=FinishReason.STOP, mark=RIGHT)
    stopped = PaneState(PaneStage.ENDED, "x", 1, reason=FinishReason.CANCELLED)
    said = pane_view.spoken(PAIR, Frame("r", whole, stopped, is_last=True))
    a, b = "A, SQL, stopped by itself, right, 12 tokens.", "B, Base alone, stopped by you, 1 token."
    assert said == f"{a} {b}"
    cut = replace(whole, reason=FinishReason.LENGTH, mark=WRONG)
    assert "cut at the limit, wrong" in pane_view.spoken(PAIR, Frame("r", whole, cut, is_last=True))


async def test_prompt_is_what_run_would_send_not_what_was_sent() -> None:
    """Catches a preview that follows the typing and claims that the answers were made of it."""
    card = Catalog.open().entries["wikisql"].card
    html = task_view.prompt(card, card.examples[0].fields)
    with gr.Blocks():
        opener = parts.lay_out().input.prompt.parent
    assert isinstance(opener, gr.Accordion)
    assert (opener.label, "sent" in html) == ("Prompt, as Run sends it", False)


def test_card_says_what_beats_the_adapter() -> None:
    """Catches a card that keeps quiet about a bag of words that does the task as well."""
    entry = Catalog.open().entries["wikisql"]
    scores = replace(SCORES, majority=0.1, bag_of_words=0.9, copy_input=0.84)
    text = Tags(task_view.task_card(replace(entry, scores=scores), None, None)).text
    assert "Not better than the input itself (0.84), a bag of words (0.90)." in text
    text = Tags(task_view.task_card(replace(entry, scores=SCORES), None, None)).text
    assert "Not better" not in text


def test_rail_counts_tasks_that_cannot_be_asked_and_lists_the_open_one() -> None:
    """Catches links to pages whose Run is off, and an open task that the list does not mark."""
    entry = Catalog.open().entries["wikisql"]
    bare = replace(entry, card=replace(entry.card, task="bare"), folder=None, scores=None)
    html = frame_view.rail([entry, bare], "wikisql")
    assert ('data-task="bare"' in html, "1 more task has no adapter" in html) == (False, True)
    html = frame_view.rail([entry, bare], "bare")
    assert ('data-task="bare" aria-current' in html, "no adapter yet" in html) == (True, False)


def test_rail_note_fits_every_metric() -> None:
    """Catches a share of facts that is called a share of right answers."""
    note = Tags(frame_view.rail(Catalog.open().entries.values(), None)).text
    assert "Score on examples that no training has read." in note
    assert "right" not in note


def test_batch_line_claims_only_shared_steps() -> None:
    """Catches "one batch" said of two rows that never ran together."""
    apart = Frame("r", PaneState(), PaneState())
    assert pane_view.batch_line(apart) == ""
    together = replace(apart, shared_steps=(7, 8), num_rows=4)
    text = Tags(pane_view.batch_line(together)).text
    assert text == "both rows in one batch of 4 · 2 steps together · step 8"
    text = Tags(pane_view.batch_line(replace(together, adapter_share=0.124))).text
    assert "2 steps together, adapters took 12 % · step 8" in text


def test_queue_is_named_only_while_it_is_waited_for() -> None:
    """Catches a queue shown to somebody who is already served."""
    waiting = PaneState(PaneStage.WAITING)
    frame = Frame("r", waiting, waiting, num_before=2)
    assert "2 answers before you" in pane_view.queue_line(frame)
    running = PaneState(PaneStage.RUNNING, "x", 1)
    assert pane_view.queue_line(replace(frame, a=running, b=running)) == ""


def test_thanks_counts_who_was_preferred() -> None:
    """Catches thanks that count positions instead of contestants, or a plural of one."""
    one = VoteCounts(1, 1, 0, 0, 0, adapter_better=1, base_better=0)
    assert pane_view.thanks(one) == "Thanks. 1 rating of this task so far: 1 adapter better."
    more = VoteCounts(4, 1, 1, 1, 1, adapter_better=1, base_better=1)
    assert "4 ratings" in pane_view.thanks(more)
    assert "1 tie, 1 both bad" in pane_view.thanks(more)


@pytest.mark.parametrize(
    ("length", "words"),
    [
        (PromptLength(61, 900), "61 tokens"),
        (PromptLength(1, 900), "1 token"),
        (PromptLength(1200, 900), "1,200 tokens, at most 900"),
        (PromptLength(None, 900), "more than 900 tokens"),
    ],
)
def test_token_count_says_when_it_is_too_much(length: PromptLength, words: str) -> None:
    """Catches a number without its limit just when the limit matters."""
    assert Tags(task_view.token_count(length)).text == words


def test_card_without_scores_claims_none() -> None:
    """Catches a bar of zero for what was never measured."""
    entry = replace(Catalog.open().entries["covid"], scores=None)
    assert "Not measured yet" in task_view.task_card(entry, None, None)
    measured = task_view.task_card(replace(entry, scores=SCORES), None, None)
    assert "200 held-out examples" in measured
    assert "0.84" in measured


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.0412, "41 ms"), (0.9996, "1.00 s"), (1.484, "1.48 s"), (12.6, "13 s")],
)
def test_times_carry_their_unit(value: float, text: str) -> None:
    """Catches "1000 ms" and "0.00 s"."""
    assert figures.seconds(value) == text


def test_shortened_text_is_cut_between_words() -> None:
    """Catches half a word, and a sign of omission after a whole text."""
    assert figures.shortened("a short\ntext", 20) == "a short text"
    assert figures.shortened("a rather longer text", 12) == "a rather …"


@pytest.mark.parametrize("text", ["", "null", "{", "[]", '{"run_id": 3}', '{"a": 1}', "7"])
def test_ticket_of_somebody_else_is_none(text: str) -> None:
    """Catches a handler that fails because the browser sent rubbish."""
    assert Ticket.from_text(text) is None


def test_ticket_comes_back_as_it_went() -> None:
    """Catches a field that is lost on the way through the browser."""
    ticket = Ticket("run", "comparison", 1_700_000_000_000)
    assert Ticket.from_text(ticket.to_text()) == ticket
    assert (ticket.think_ms() or 0) > 0
    assert Ticket("run").think_ms() is None


def test_known_and_new_sentences_are_shown_apart() -> None:
    """Catches one flattering figure on the card, and a ring's name that becomes markup."""
    rings = (Ring("known sentences", 0.0, 0.91, 120), Ring("<new>", 0.0, 0.45, 80))
    entry = Catalog.open().entries["covid"]
    shown = task_view.task_card(replace(entry, scores=replace(SCORES, rings=rings)), None, None)
    assert "0.91 in known sentences, 0.45 in &lt;new&gt;" in shown
    assert "known sentences" not in task_view.task_card(replace(entry, scores=SCORES), None, None)

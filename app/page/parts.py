"""The components of the page and where they stand. Knows no event and fills nothing in.

Element ids are stable: style sheet, script and tests find things by them.
"""

from dataclasses import dataclass

import gradio as gr

NUM_FIELDS = 3
NUM_CHIPS = 5
CHOICES = (("A", "A better"), ("B", "B better"), ("tie", "Tie"), ("both_bad", "Both bad"))

# The only scripts that Gradio starts for us: links of the rail, and the choice of who answers,
# become `select` events.
RAIL_SCRIPT = "element.addEventListener('open-task', (event) => trigger('select', event.detail));"
WHO_SCRIPT = "element.addEventListener('change', (e) => trigger('select', {who: e.target.value}));"


@dataclass(frozen=True)
class Input:
    """Everything above the answers."""

    chips: tuple[gr.Button, ...]
    fresh: gr.Button
    fields: tuple[gr.Textbox, ...]
    errors: tuple[gr.HTML, ...]
    unlike: gr.HTML
    prompt: gr.HTML
    tokens: gr.HTML
    drawing: tuple[gr.Number, gr.Number, gr.Number, gr.Number]
    run: gr.Button
    stop: gr.Button
    problem: gr.HTML


@dataclass(frozen=True)
class Output:
    """The answers and what is said about them. `who` is the choice of who gives them."""

    who: tuple[gr.HTML, gr.HTML]
    pane_a: gr.HTML
    pane_b: gr.HTML
    expected: gr.HTML
    queue: gr.HTML
    batch: gr.HTML
    status: gr.HTML


@dataclass(frozen=True)
class VoteBar:
    """The rating."""

    buttons: tuple[gr.Button, ...]
    note: gr.HTML
    comment: gr.Textbox
    undo: gr.Button
    consent: gr.HTML


@dataclass(frozen=True)
class Closer:
    """What looks closer at a prompt or an answer, and the place where it shows it."""

    xray: gr.Button
    dial: gr.Button
    share: gr.Button
    view: gr.HTML


@dataclass(frozen=True)
class Parts:
    """The whole page. `task`, `pair` and `ticket` are hidden boxes: what the browser carries.

    `pair` holds the ids of the contenders at A and B.
    """

    header: gr.HTML
    rail: gr.HTML
    card: gr.HTML
    input: Input
    output: Output
    votes: VoteBar
    closer: Closer
    task: gr.Textbox
    pair: tuple[gr.Textbox, gr.Textbox]
    ticket: gr.Textbox
    start: gr.HTML


def lay_out() -> Parts:
    """All components, empty. To be called inside a `gr.Blocks` context."""
    header = _html("banner")
    with gr.Row(elem_id="frame"):
        with gr.Column(elem_id="rail", scale=0, min_width=0):
            rail = gr.HTML("", elem_id="rail-list", js_on_load=RAIL_SCRIPT, apply_default_css=False)
        with gr.Column(elem_id="stage", scale=1, min_width=0):
            card = _html("card")
            given = _lay_out_input()
            output = _lay_out_output()
            buttons, note, undo, consent = _lay_out_votes()
            comment, closer = _lay_out_below()
    return Parts(
        header=header,
        rail=rail,
        card=card,
        input=given,
        output=output,
        votes=VoteBar(buttons, note, comment, undo, consent),
        closer=closer,
        task=_hidden("task", "Task"),
        pair=(_hidden("contender-a", "A"), _hidden("contender-b", "B")),
        ticket=_hidden("ticket", "Ticket"),
        start=_html("start"),
    )


def _lay_out_input() -> Input:
    with gr.Row(elem_id="chips"):
        chips = tuple(
            gr.Button(f"{n}", elem_id=f"chip-{n}", elem_classes="chip", size="sm", min_width=0)
            for n in range(1, NUM_CHIPS + 1)
        )
        fresh = gr.Button(
            "Fresh example", elem_id="fresh", elem_classes="chip", size="sm", min_width=0
        )
    with gr.Column(elem_id="fields"):
        pairs = [_lay_out_field(n) for n in range(1, NUM_FIELDS + 1)]
    unlike, problem = _html("unlike"), _html("problem")
    with gr.Row(elem_id="go"):
        with gr.Accordion("Prompt, as Run sends it", open=False, elem_id="prompt-box"):
            prompt = _html("prompt")
        drawing = _lay_out_drawing()
        tokens = _html("tokens")
        stop = gr.Button("Stop", elem_id="stop", interactive=False, size="md", min_width=0)
        run = gr.Button("Run", elem_id="run", variant="primary", size="md", min_width=0)
    fields, errors = zip(*pairs, strict=True)
    return Input(chips, fresh, fields, errors, unlike, prompt, tokens, drawing, run, stop, problem)


def _lay_out_drawing() -> tuple[gr.Number, gr.Number, gr.Number, gr.Number]:
    """The boxes of app/page/drawing.py, in its order."""
    with gr.Accordion("Sampling", open=False, elem_id="sampling-box"):
        _html("sampling-note").value = (
            "<p>With temperature 0 both take the likeliest token each time. Otherwise the same "
            "seed draws the same answers.</p>"
        )
        return (
            gr.Number(0, label="Temperature", elem_id="temperature", step=0.1),
            gr.Number(1, label="Top p", elem_id="top-p", step=0.05),
            gr.Number(0, label="Most tokens", elem_id="max-tokens", precision=0),
            gr.Number(0, label="Seed", elem_id="seed", precision=0),
        )


def _lay_out_field(number: int) -> tuple[gr.Textbox, gr.HTML]:
    with gr.Column(elem_classes="field", min_width=0):
        field = gr.Textbox(elem_id=f"field-{number}", label=f"Field {number}", max_length=20_000)
        error = _html(f"error-{number}")
    return field, error


def _lay_out_output() -> Output:
    with gr.Row(elem_id="panes"):
        (who_a, pane_a), (who_b, pane_b) = _lay_out_side("a"), _lay_out_side("b")
    with gr.Row(elem_id="after"):
        expected = _html("expected")
        queue = _html("queue")
        batch = _html("batch")
    return Output((who_a, who_b), pane_a, pane_b, expected, queue, batch, _html("status"))


def _lay_out_side(letter: str) -> tuple[gr.HTML, gr.HTML]:
    with gr.Column(elem_classes="side", min_width=0):
        who = gr.HTML("", elem_id=f"who-{letter}", js_on_load=WHO_SCRIPT, apply_default_css=False)
        pane = _html(f"pane-{letter}")
    return who, pane


def _lay_out_votes() -> tuple[tuple[gr.Button, ...], gr.HTML, gr.Button, gr.HTML]:
    with gr.Row(elem_id="votes"):
        buttons = tuple(
            gr.Button(
                words,
                elem_id=f"vote-{n}",
                elem_classes="vote",
                interactive=False,
                size="md",
                min_width=0,
            )
            for n, (_, words) in enumerate(CHOICES, 1)
        )
        note = _html("vote-note")
        undo = gr.Button("Undo", elem_id="undo", visible=False, size="md", min_width=0)
    return buttons, note, undo, _html("consent")


def _lay_out_below() -> tuple[gr.Textbox, Closer]:
    with gr.Row(elem_id="below"):
        comment = gr.Textbox(
            elem_id="comment",
            label="Comment",
            placeholder="Optional; sent with your rating",
            lines=1,
            max_lines=1,
            max_length=2000,
        )
        xray, dial, share = (
            gr.Button(words, elem_id=elem_id, interactive=False, size="sm", min_width=0)
            for elem_id, words in (("xray", "X-ray"), ("dial", "Dial"), ("share", "Share"))
        )
        _html("history").value = '<a href="history">History</a>'
    return comment, Closer(xray, dial, share, _html("closer-view"))


def _hidden(elem_id: str, label: str) -> gr.Textbox:
    return gr.Textbox(elem_id=elem_id, visible="hidden", label=label)


def _html(elem_id: str) -> gr.HTML:
    # Without a script of its own the component only shows what Python has escaped.
    return gr.HTML("", elem_id=elem_id, js_on_load=None, apply_default_css=False)

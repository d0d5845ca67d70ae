"""docs/adapters.md: what every shipped adapter scores and says. `python -m study.sheet` writes it.

Owns the page's form. All of it comes from the files beside the weights: nothing is measured here,
so the page cannot say what the scores do not.
"""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import fmean

from adapters.card import Card
from adapters.catalog import Catalog, Entry
from adapters.provenance import training_record
from adapters.scores import Scores
from study.chart import chart
from study.kept import BEST_FILE, WRONG_FILE, Kept, load_kept

DOCS = Path(__file__).parents[1] / "docs"
SHEET_FILE = "adapters.md"
CHART_FILE = "images/scores.svg"
NUM_SHOWN = 2
"""So many answers of the adapter are shown per task that are good, and as many that are not."""
LONGEST_FIELD = 240
"""Characters of a field that are shown; passages are longer."""

_HEAD = """# The adapters, and what they score

`python -m study.sheet` writes this page from the files beside each adapter's weights
(`scores.json`, `training.json`, `best.jsonl`, `wrong.jsonl`). Scores are means of the cards' strict
metrics, 0 to 1, greedy, through the engine on the base in NF4.

![Bars: the score of each adapter and of the base](images/scores.svg)

- *base*, *3-shot*: the base alone, and with three worked examples before the prompt.
- *adapter*: held-out names, in known and in new sentences of the generator. *lift*: how much better
  than the base, 95 % bootstrap interval.
- *hands*: examples by writers who saw the card alone; *visitors*: ten inputs as visitors type them.
- *names*: the share of names, numbers and columns of the right answer that stand in the prompt and
  in the adapter's answer, where the task is to copy them.
- *generalist*: one adapter that was taught all tasks; it has read less of most than their own.
- *majority*, *copy*, *words*: the commonest answer, the input itself, a bag of words (logistic
  regression for labels, else the nearest training example).
- *minutes*: of the training, on one thread.

"""
_COLUMNS: tuple[tuple[str, Callable[[Scores], float | None]], ...] = (
    ("base", lambda s: s.base),
    ("3-shot", lambda s: s.base_three_shot),
    ("adapter", lambda s: s.adapter),
    ("hands", lambda s: s.ring2),
    ("visitors", lambda s: s.ring3),
    ("names", lambda s: s.copied),
    ("generalist", lambda s: s.generalist),
    ("majority", lambda s: s.majority),
    ("copy", lambda s: s.copy_input),
    ("words", lambda s: s.bag_of_words),
)


def measured(catalog: Catalog) -> dict[str, tuple[Entry, Scores]]:
    """The tasks whose adapter has scores of just these weights on this base."""
    entries = catalog.entries.items()
    return {task: (entry, entry.scores) for task, entry in entries if entry.scores is not None}


def sheet(catalog: Catalog) -> str:
    """The page as Markdown. Raises OSError where a file is missing, BadCard for damaged answers."""
    found = measured(catalog)
    rows = [_row(entry, scores) for entry, scores in found.values()]
    scores = [scores for _, scores in found.values()]
    table = [_titles(), _rule(), *rows, _means(scores)]
    answers = [_answers(entry) for entry, _ in found.values()]
    return _HEAD + "\n".join(table) + "\n\n" + "\n".join(answers)


def picture(catalog: Catalog) -> str:
    """The chart as SVG."""
    return chart([scores for _, scores in measured(catalog).values()])


def _titles() -> str:
    names = [name for name, _ in _COLUMNS]
    return _line(["task", "metric", *names, "lift", "minutes"])


def _rule() -> str:
    return _line(["---", "---", *["---:"] * (len(_COLUMNS) + 2)])


def _row(entry: Entry, scores: Scores) -> str:
    figures = [_figure(take(scores)) for _, take in _COLUMNS]
    lift = "-" if scores.low is None else f"{scores.low:.2f} to {scores.high:.2f}"
    return _line(
        [f"[{scores.task}](#{scores.task})", scores.metric, *figures, lift, _minutes(entry)]
    )


def _means(scores: Sequence[Scores]) -> str:
    means = []
    for _, take in _COLUMNS:
        values = [value for one in scores if (value := take(one)) is not None]
        means.append(_figure(fmean(values)) if len(values) == len(scores) else "-")
    lift = fmean(one.adapter - one.base for one in scores)
    return _line(["**mean**", "", *means, f"{lift:.2f}", ""])


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _figure(value: float | None) -> str:
    return "-" if value is None else f"{value:.2f}"


def _minutes(entry: Entry) -> str:
    assert entry.folder is not None, "scores belong to weights"
    seconds = training_record(entry.folder)["result"]["seconds"]
    return f"{seconds / 60:.0f}"


def _answers(entry: Entry) -> str:
    assert entry.folder is not None, "scores belong to weights"
    good, bad = load_kept(entry.folder / BEST_FILE), load_kept(entry.folder / WRONG_FILE)
    # The last kinds are the hard ones: new sentences, and those of other hands.
    shown = [("Good", kept) for kept in good[1:][:NUM_SHOWN]]
    shown += [("Bad", kept) for kept in bad[:NUM_SHOWN]]
    parts = [f"## {entry.card.task}\n", f"{entry.card.description}\n"]
    parts += [_answer(word, entry.card, kept) for word, kept in shown]
    return "\n".join(parts)


def _answer(word: str, card: Card, kept: Kept) -> str:
    fields = {name: _clipped(text) for name, text in kept.example.fields.items()}
    text = f"{card.prompt(fields)}{kept.said}".rstrip()
    right = kept.example.answer
    note = "" if kept.said.strip() == right else f"; right: {json.dumps(right, ensure_ascii=False)}"
    fence = "````" if "```" in text else "```"
    return (
        f"{word} ({kept.example.example_id}, {kept.score:.2f}){note}\n\n{fence}\n{text}\n{fence}\n"
    )


def _clipped(text: str) -> str:
    return text if len(text) <= LONGEST_FIELD else f"{text[:LONGEST_FIELD].rstrip()} …"


def main() -> None:
    """Write page and picture."""
    catalog = Catalog.open()
    (DOCS / SHEET_FILE).write_text(sheet(catalog), encoding="utf-8")
    (DOCS / CHART_FILE).write_text(picture(catalog), encoding="utf-8")


if __name__ == "__main__":
    main()

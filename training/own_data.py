"""A user's own examples, from a JSONL or CSV file: read, checked, split, and given a card.

Every row names the template's fields and the answer. What is wrong is said with its line. Rows are
held out by the hash of their prompt, so that the same row falls on the same side in every run.
"""

import csv
import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

from transformers import PreTrainedTokenizerBase

from adapters.card import CARD_NAME, METRICS_OF_KIND, Card, Example, Field
from adapters.catalog import GENERALIST
from adapters.heldout import FILE_NAME, as_record
from training.card_file import card_text
from training.columns import Columns, read_columns
from training.lesson import LearningSplit
from training.qlora import load_tokenizer
from training.tasks.task import NAMES
from training.tune_options import TuneOptions, TuneRefused

ANSWER = "answer"
KINDS = ("label", "number", "entities", "span", "prose")
"""Code would need tests, and SQL a table, in every row."""
FEWEST_ROWS = 50
FEWEST_STEPS = 250
EVAL_EVERY = 25
MOST_LABELS = 40
MOST_WORDS_OF_LABEL = 4
MOST_PROBLEMS_SHOWN = 5
_NUM_PARTS = 10
"""Rows fall into so many parts; one is held out, one is for validation, the others are trained."""
NUM_CARD_EXAMPLES = 5
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]*")
_VARIABLE = re.compile(r"\{(\w+)\}")
_CATEGORIES = {"label": "classify", "entities": "extract", "number": "reason", "span": "reason"}


@dataclass(frozen=True)
class OwnData:
    """Checked rows and the card made for them; a lesson for training."""

    card: Card
    examples: tuple[Example, ...]

    @property
    def data(self) -> str:
        return self.card.data

    @property
    def held_out(self) -> tuple[Example, ...]:
        """The rows that training never reads."""
        return tuple(e for e in self.examples if _side(self.card, e) == 0)

    @property
    def settings(self) -> dict[str, int]:
        """How often few rows must be read; the best weights on the way are kept."""
        num_epochs = -(-FEWEST_STEPS * TuneOptions().batch_size // len(self.examples))
        return {"num_epochs": max(2, num_epochs), "eval_every": EVAL_EVERY}

    @property
    def files(self) -> dict[str, str]:
        """What lies beside the weights, so that the task can be shown and measured."""
        lines = (json.dumps(as_record(e), ensure_ascii=False) + "\n" for e in self.held_out)
        return {CARD_NAME: card_text(self.card), FILE_NAME: "".join(lines)}

    def columns(
        self,
        split: LearningSplit,
        seed: int,
        count: int,
        tokenizer: PreTrainedTokenizerBase,
        max_length: int,
    ) -> Columns:
        """All rows of the split; `seed` and `count` do not matter, there are no more."""
        sides = {"train": range(2, _NUM_PARTS), "validation": (1,)}[split]
        rows = [e for e in self.examples if _side(self.card, e) in sides]
        return read_columns(self.card, rows, tokenizer, max_length)


def own_lesson(task: str, base: Path, path: Path, template: str, kind: str | None) -> OwnData:
    """What `read_own_data` reads, for the base in folder `base` and a name that is still free."""
    if task in (*NAMES, GENERALIST) or not _NAME.fullmatch(task):
        raise TuneRefused(
            f"{task!r} cannot name a task of your own; take a new name of small letters, digits, "
            "- and _."
        )
    return read_own_data(task, path, template, load_tokenizer(base), kind)


def read_own_data(
    task: str,
    path: Path,
    template: str,
    tokenizer: PreTrainedTokenizerBase,
    kind: str | None = None,
) -> OwnData:
    """Read and check the file. A template's line breaks may be typed as the two characters \\n.

    `kind` is that of the answers; without one few short answers are labels, others prose. Raises
    TuneRefused, with line numbers, and BadCard for a template that cannot work.
    """
    template = template.replace("\\n", "\n").rstrip()
    fields = list(dict.fromkeys(_VARIABLE.findall(template)))
    if not fields:
        raise TuneRefused("The template names no field; write them in braces, as in {text}.")
    rows = _checked(path, fields)
    kind = kind or _guessed_kind([row[ANSWER] for _, row in rows])
    if kind not in KINDS:
        raise TuneRefused(f"Answers of the kind {kind!r} are not learnt from a file; {KINDS} are.")
    examples = tuple(
        Example(f"row-{line:05d}", {name: row[name] for name in fields}, row[ANSWER])
        for line, row in rows
    )
    card = _card(task, path, template, kind, examples, tokenizer)
    return OwnData(card, examples)


def _checked(path: Path, fields: list[str]) -> list[tuple[int, dict[str, str]]]:
    """(line, row) pairs, each with all fields and an answer. Raises TuneRefused."""
    rows, problems, seen = [], list[str](), dict[tuple[str, ...], tuple[int, str]]()
    for line, raw in _rows(path):
        missing = [name for name in (*fields, ANSWER) if not str(raw.get(name) or "").strip()]
        if missing:
            problems.append(f"line {line} lacks {', '.join(missing)}")
            continue
        row = {name: " ".join(str(raw[name]).split()) for name in fields}
        row[ANSWER] = str(raw[ANSWER]).strip()
        key = tuple(row[name] for name in fields)
        first_line, answer = seen.setdefault(key, (line, row[ANSWER]))
        if answer != row[ANSWER]:
            problems.append(f"line {line} gives another answer to the input of line {first_line}")
        elif first_line == line:
            rows.append((line, row))
    if problems:
        shown = "; ".join(problems[:MOST_PROBLEMS_SHOWN])
        more = len(problems) - MOST_PROBLEMS_SHOWN
        raise TuneRefused(f"{path.name}: {shown}{f'; and {more} more' if more > 0 else ''}.")
    if len(rows) < FEWEST_ROWS:
        raise TuneRefused(
            f"{path.name} has {len(rows)} different rows; at least {FEWEST_ROWS} are needed."
        )
    return rows


def _rows(path: Path) -> Iterator[tuple[int, Mapping[str, object]]]:
    """(line, row) pairs of the file as they stand. Raises TuneRefused."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, ValueError) as error:
        raise TuneRefused(f"{path} cannot be read: {error}.") from error
    if path.suffix == ".csv":
        reader = csv.DictReader(text.splitlines(keepends=True))
        for row in reader:
            yield reader.line_num, row
        return
    for line, content in enumerate(text.split("\n"), 1):
        if not content.strip():
            continue
        try:
            row = json.loads(content)
        except ValueError as error:
            raise TuneRefused(f"{path.name}: line {line} is not JSON: {error}.") from error
        if not isinstance(row, dict):
            raise TuneRefused(f"{path.name}: line {line} is not a JSON object.")
        yield line, row


def _guessed_kind(answers: list[str]) -> str:
    different = set(answers)
    is_short = all(len(answer.split()) <= MOST_WORDS_OF_LABEL for answer in different)
    return "label" if is_short and len(different) <= MOST_LABELS else "prose"


def _card(
    task: str,
    path: Path,
    template: str,
    kind: str,
    examples: tuple[Example, ...],
    tokenizer: PreTrainedTokenizerBase,
) -> Card:
    names = list(dict.fromkeys(_VARIABLE.findall(template)))
    lengths = {name: fmean(len(e.fields[name]) for e in examples) for name in names}
    main_field = max(names, key=lambda name: lengths[name])
    answers = Counter(example.answer for example in examples)
    longest = max(len(ids) for ids in tokenizer(list(answers))["input_ids"])
    has_lines = any("\n" in answer for answer in answers)
    metrics = METRICS_OF_KIND.get(kind, ("",))
    return Card(
        task=task,
        title=task.replace("-", " ").replace("_", " ").capitalize(),
        category=_CATEGORIES.get(kind, "generate"),
        description=f"Learnt from {len(examples):,} rows of {path.name}.",
        template=template,
        fields=tuple(
            Field(name, name.replace("_", " ").capitalize(), 4 if lengths[name] > 60 else 1)
            for name in names
        ),
        main_field=main_field,
        metric=metrics[-1] if kind == "prose" else metrics[0],
        kind=kind,
        labels=_labels(kind, answers),
        max_tokens=min(1024, longest + 8),
        stop=("\n###",) if has_lines else ("\n",),
        fits="any-text" if len(names) == 1 else "none",
        data=path.name,
        examples=_different(examples)[:NUM_CARD_EXAMPLES],
    )


def _labels(kind: str, answers: Counter[str]) -> tuple[str, ...]:
    if kind == "label":
        return tuple(label for label, _ in answers.most_common())
    if kind == "entities":
        try:
            return tuple(json.loads(next(iter(answers))))
        except (ValueError, TypeError) as error:
            raise TuneRefused(
                'Answers that are entities look like {"person": ["Anna Voss"], "place": []}.'
            ) from error
    return ()


def _different(examples: tuple[Example, ...]) -> tuple[Example, ...]:
    """One example per answer first."""
    first: dict[str, Example] = {}
    for example in examples:
        first.setdefault(example.answer, example)
    return (*first.values(), *(e for e in examples if first[e.answer] is not e))


def _side(card: Card, example: Example) -> int:
    """0: held out, 1: validation, from 2 on: training."""
    sha = hashlib.blake2b(card.prompt(example.fields).encode(), digest_size=4).digest()
    return int.from_bytes(sha, "big") % _NUM_PARTS

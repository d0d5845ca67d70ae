"""Held-out examples: frozen inputs with right answers that no training has read, in three rings.

    1  heldout.jsonl, beside an adapter's weights: names that no training has read, in sentences of
       the task's generator (ids "seen-...") and in sentences held out as well ("new-...").
    2  written.jsonl, there too: by another hand, which knew the card and nothing of the generator.
    3  tests/visitors/<task>.toml, in the repository: as curious visitors would type.

Owns the files' form; does not know who made them.
"""

import json
import tomllib
from pathlib import Path
from typing import Any

from adapters.card import Example, read_example
from adapters.errors import BadCard
from adapters.record import Record

FILE_NAME = "heldout.jsonl"
WRITTEN_NAME = "written.jsonl"


def load_examples(path: Path) -> tuple[Example, ...]:
    """Examples of a file of JSON lines, in its order. Raises BadCard.

    Each line is {"id": "...", "fields": {"name": "text"}, "answer": "..."}, where it applies with
    "also": [other right answers] and "tests": [assert statements].
    """
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except (OSError, ValueError) as error:
        raise BadCard(f"The held-out examples {path} cannot be read: {error}.") from error
    examples = tuple(_read_line(line, path, at) for at, line in enumerate(lines, 1) if line.strip())
    if len({example.example_id for example in examples}) != len(examples):
        raise BadCard(f"Two held-out examples in {path} have the same id.")
    return examples


def load_visitors(path: Path) -> tuple[Example, ...]:
    """The inputs of a ring-3 file, numbered from visitor-01. Raises BadCard."""
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise BadCard(f"The visitors' inputs {path} cannot be read: {error}.") from error
    record = Record(raw, f"The file {path}", BadCard)
    inputs = record.take_all("inputs", dict)
    record.end()
    return tuple(
        read_example({"id": f"visitor-{number:02d}", **one}, f"Input {number} of {path}", BadCard)
        for number, one in enumerate(inputs, 1)
    )


def as_record(example: Example) -> dict[str, Any]:
    """What `load_examples` reads back from a line of JSON; empty lists are left out."""
    record: dict[str, Any] = {
        "id": example.example_id,
        "fields": dict(example.fields),
        "answer": example.answer,
    }
    more = {"also": list(example.also), "tests": list(example.tests)}
    return record | {key: texts for key, texts in more.items() if texts}


def _read_line(line: str, path: Path, number: int) -> Example:
    try:
        raw = json.loads(line)
    except ValueError as error:
        raise BadCard(f"Line {number} of {path} is not JSON: {error}.") from error
    return read_example(raw, f"Line {number} of {path}", BadCard)

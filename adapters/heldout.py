"""Held-out examples: frozen inputs with right answers that no training has read.

Owns the file heldout.jsonl beside an adapter's weights; does not know who made it.
"""

import json
from pathlib import Path

from adapters.card import Example, read_example
from adapters.errors import BadCard

FILE_NAME = "heldout.jsonl"


def load_heldout(folder: Path) -> tuple[Example, ...]:
    """Examples of <folder>/heldout.jsonl in the file's order. Raises BadCard.

    Each line is {"id": "...", "fields": {"name": "text"}, "answer": "..."}.
    """
    path = folder / FILE_NAME
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except (OSError, ValueError) as error:
        raise BadCard(f"The held-out examples {path} cannot be read: {error}.") from error
    examples = tuple(_read_line(line, path, at) for at, line in enumerate(lines, 1) if line.strip())
    if len({example.example_id for example in examples}) != len(examples):
        raise BadCard(f"Two held-out examples in {path} have the same id.")
    return examples


def _read_line(line: str, path: Path, number: int) -> Example:
    try:
        raw = json.loads(line)
    except ValueError as error:
        raise BadCard(f"Line {number} of {path} is not JSON: {error}.") from error
    return read_example(raw, f"Line {number} of {path}", BadCard)

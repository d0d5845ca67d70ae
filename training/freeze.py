"""Freezes the packaged tasks' held-out examples: `python -m training.freeze [TASK ...]`.

Run once per task, before its adapter is trained; the files are then committed and never rewritten,
so that scores of different weights compare.
"""

import sys
from collections.abc import Sequence
from itertools import islice
from pathlib import Path

from rich.console import Console

from adapters.card import load_cards
from adapters.catalog import PROFILES
from training.heldout import freeze, known_words
from training.tasks import load
from training.tasks.task import NAMES
from training.text.mixture import documents

BASE_DOCUMENTS = 230_000
"""More than the base reads; tests/training/test_shipped_data.py holds it to that."""
TRAINING_EXAMPLES = 30_000
NUM_EXAMPLES = 240
SEED = 0


def main(names: Sequence[str]) -> None:
    """Write heldout.jsonl for each of the tasks that has none."""
    profile, console = PROFILES["mini"], Console(stderr=True)
    cards = load_cards(profile.cards)
    missing = [name for name in names if not _file(profile.packaged / name).exists()]
    if missing:
        console.print(f"reading {BASE_DOCUMENTS:,} documents of the base's text")
        base_text = known_words(islice(documents(seed=0), BASE_DOCUMENTS))
    for name in missing:
        task = load(name)
        examples = task.examples("train", SEED, TRAINING_EXAMPLES)
        own_text = known_words(" ".join((*e.fields.values(), e.answer)) for e in examples)
        folder = profile.packaged / name
        freeze(task, cards[name], folder, base_text + own_text, SEED, NUM_EXAMPLES)
        console.print(f"{name}: {NUM_EXAMPLES} examples in {_file(folder)}")


def _file(folder: Path) -> Path:
    return folder / "heldout.jsonl"


if __name__ == "__main__":
    main(sys.argv[1:] or NAMES)

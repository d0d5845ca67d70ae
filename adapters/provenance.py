"""What an adapter was trained on, by the record beside its weights. Reads no weights."""

import json
from pathlib import Path
from typing import Any

from adapters.errors import AdapterRefused

TRAINING_FILE = "training.json"
"""Beside an adapter's weights: task, base, data, options and result of the run that made them."""


def training_record(folder: Path) -> Any:
    """The record of the training that made an adapter's weights. Raises OSError, ValueError."""
    return json.loads((folder / TRAINING_FILE).read_text(encoding="utf-8"))


def trained_base(folder: Path) -> str | None:
    """The digest of the base that an adapter was trained on, where a record beside it says so."""
    try:
        return str(training_record(folder)["base"]["digest"])
    except (OSError, ValueError, LookupError, TypeError):
        return None


def refuse_other_base(folder: Path, served: str | None) -> None:
    """Raise AdapterRefused for an adapter of another base than the one with digest `served`.

    On another base of the same shape an adapter would load, and answer nonsense. Where either
    side is unknown nothing is refused: public adapters come without such a record.
    """
    trained = trained_base(folder)
    if None not in (trained, served) and trained != served:
        raise AdapterRefused(
            f"The adapter in {folder} was trained on another base than the one that is served; "
            "tune it on this one, or serve its own with --base."
        )

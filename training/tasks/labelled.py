"""Frames sorted by label, so that a task can draw every label equally often, and what may stand
beside a frame. Knows no task."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from training.frames import Draw
from training.lexicon import Split, load_task_frames


@cache
def frames_by_label(task: str, split: Split) -> Mapping[str, tuple[Any, ...]]:
    """The task's frames under their labels, as text; labels in a fixed order."""
    known = load_task_frames(task, split)
    labels = sorted({str(frame["label"]) for frame in known})
    return {label: tuple(f for f in known if str(f["label"]) == label) for label in labels}


def may_name_more(draw: Draw, frames: Split) -> bool:
    """Whether names may stand around a filled frame: its surroundings do not make a
    known frame new, so in held-out examples it has to name somebody itself."""
    return draw.split == "train" or frames == "heldout" or bool(draw.entities)

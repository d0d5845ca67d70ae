"""Short encyclopaedia entries and what kind of thing each is about, in fourteen classes."""

import re

from training.frames import Draw, fill
from training.lexicon import Split
from training.noise import gaps
from training.tasks.labelled import frames_by_label
from training.tasks.sample import Sample
from training.tasks.thing_kinds import agree
from training.tasks.wording import with_capital

_SUFFIX = {"Film": "film", "Album": "album", "WrittenWork": "novel"}
_MIXED = re.compile(r"\{(?:natural_place|vehicle|building|animal|plant)\}")
"""Titles from lists that mix rivers with volcanoes, cars with ships, birds with beetles."""
_NAMES_TRIED = 20


def make(draw: Draw, frames: Split) -> Sample:
    """Fields title and content; the answer is the class."""
    rng = draw.rng
    known = frames_by_label("dbpedia", frames)
    label = rng.choice(tuple(known))
    frame = rng.choice(known[label])
    title = _title(frame, draw)
    content = with_capital(fill(frame["text"], draw))
    if rng.random() < 0.3:
        more = _another(frame, title, known[label], draw)
        content = " ".join((content, *(with_capital(fill(one["text"], draw)) for one in more)))
    if draw.split == "train":
        content = gaps(content, rng)
    if label in _SUFFIX and rng.random() < 0.15:
        title = f"{title} ({_SUFFIX[label]})"
    return Sample({"title": with_capital(title), "content": content}, label)


def _title(frame: dict[str, str], draw: Draw) -> str:
    """A title that does not contradict the frame."""
    title = fill(frame["title"], draw)
    for _ in range(_NAMES_TRIED):
        if not _MIXED.search(frame["title"]) or agree(title, frame["text"]):
            break
        draw.memory.clear()
        draw.entities.clear()
        title = fill(frame["title"], draw)
    return title


def _another(
    frame: dict[str, str], title: str, known: tuple[dict[str, str], ...], draw: Draw
) -> list[dict[str, str]]:
    """One more frame about the same title slot and the same kind of thing, where there is one."""
    same = [
        other
        for other in known
        if other["title"] == frame["title"]
        and other != frame
        and agree(title, other["text"])
        and agree(frame["text"], other["text"])
    ]
    return draw.rng.sample(same, min(1, len(same)))

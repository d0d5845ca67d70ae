"""Word lists by slot, split into a part for training and a part that is held out.

A filler is held out when its hash says so *and* it occurs nowhere in what training may read (frames
and the training part of every list), so that "never seen" is true of the text and not only of the
list. Knows nothing of tasks.
"""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Literal

from training.frame_runs import runs_of_frame
from training.words import words_of

Split = Literal["train", "heldout"]

CORPUS = Path(__file__).parent / "corpus"
RESERVED = CORPUS / "reserved.txt"
"""Names of the rings that other hands wrote, a name a line; nobody trains on them."""
NAME_SLOTS = (
    "album_title", "band", "book_title", "building", "chemical", "city", "company", "disease",
    "event", "film_title", "first_name", "game_developer", "game_title", "landmark", "last_name",
    "natural_place", "organization", "product", "region", "restaurant_name", "sports_team",
    "street_or_area", "university", "vehicle", "village", "website_or_shop",
)  # fmt: skip
"""Slots whose fillers are names. Ordinary words (foods, animals, countries) are everybody's."""
HELD_OUT_ONE_IN = 6
MIN_HELD_OUT = 8
"""A slot with fewer held-out fillers than this is closed: all its fillers are for everyone."""


def split_of(text: str) -> Split:
    """Assign a name to a split by its hash: the same name falls on the same side in every run."""
    digest = hashlib.blake2b(text.lower().encode(), digest_size=4).digest()
    return "heldout" if int.from_bytes(digest, "big") % HELD_OUT_ONE_IN == 0 else "train"


@cache
def load_frames(name: str, split: Split | None = None) -> tuple[Any, ...]:
    """The frames of corpus/frames/<name>.jsonl; the hash of its line puts a frame in a split."""
    lines = (CORPUS / "frames" / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    return tuple(json.loads(line) for line in lines if split in (None, split_of(line)))


@cache
def load_task_frames(task: str, split: Split) -> tuple[Any, ...]:
    """A task's frames: those of `load_frames` and, for training, other hands' under frames/more.

    A held-out frame that shares a run of words with one for training is nobody's: it would measure
    memory, and training has its like already.
    """
    frames = load_frames(task, split)
    if split == "heldout":
        read = set().union(*map(runs_of_frame, load_task_frames(task, "train")))
        return tuple(frame for frame in frames if read.isdisjoint(runs_of_frame(frame)))
    more = sorted((CORPUS / "frames" / "more").glob(f"{task}_*.jsonl"))
    added = (line for path in more for line in path.read_text(encoding="utf-8").splitlines())
    return frames + tuple(json.loads(line) for line in added)


@cache
def load_lexicon() -> Mapping[Split, Mapping[str, tuple[str, ...]]]:
    """Fillers by split and slot; closed slots stand complete in both splits."""
    reserved = frozenset(RESERVED.read_text(encoding="utf-8").splitlines())
    lists = {
        slot: tuple(
            filler for filler in fillers if slot not in NAME_SLOTS or filler not in reserved
        )
        for slot, fillers in read_lists().items()
    }
    held_out = _settle(lists)
    return {
        "train": {
            slot: tuple(f for f in fillers if (slot, f) not in held_out)
            for slot, fillers in lists.items()
        },
        "heldout": {
            slot: tuple(f for f in fillers if (slot, f) in held_out) or fillers
            for slot, fillers in lists.items()
        },
    }


def read_lists() -> Mapping[str, tuple[str, ...]]:
    """Every list of the corpus by slot, whole."""
    return {
        path.stem: tuple(filter(None, path.read_text(encoding="utf-8").split("\n")))
        for path in sorted((CORPUS / "lexicon").glob("*.txt"))
    }


def is_open(slot: str) -> bool:
    """Whether a slot's held-out fillers differ from its training fillers."""
    lexicon = load_lexicon()
    return slot in lexicon["train"] and set(lexicon["train"][slot]).isdisjoint(
        lexicon["heldout"][slot]
    )


def _settle(lists: Mapping[str, tuple[str, ...]]) -> set[tuple[str, str]]:
    """Shrink the candidates until none of them occurs in anything that training reads."""
    candidates = {
        (slot, filler)
        for slot, fillers in lists.items()
        for filler in fillers
        if split_of(filler) == "heldout"
    }
    for slot in lists:
        if sum(1 for owner, _ in candidates if owner == slot) < MIN_HELD_OUT:
            candidates = {pair for pair in candidates if pair[0] != slot}
    read = _Read(words_of(" | ".join(_frame_texts())).split())
    for slot, fillers in lists.items():
        for filler in fillers:
            if (slot, filler) not in candidates:
                read.add(words_of(filler).split())
    while dropped := {pair for pair in candidates if read.holds(words_of(pair[1]).split())}:
        candidates -= dropped
        for _, filler in dropped:
            read.add(words_of(filler).split())
    return candidates


class _Read:
    """Words that training may read, in their order, and where each of them stands."""

    def __init__(self, words: list[str]) -> None:
        self._words: list[str] = []
        self._places: dict[str, list[int]] = {}
        self.add(words)

    def add(self, words: list[str]) -> None:
        """One more text; no phrase reaches from one text into the next."""
        for place, word in enumerate(words, len(self._words)):
            self._places.setdefault(word, []).append(place)
        self._words += [*words, ""]

    def holds(self, phrase: list[str]) -> bool:
        """Whether the phrase stands in a text; looked for at its rarest word."""
        places = [self._places.get(word, []) for word in phrase]
        at = min(range(len(phrase)), key=lambda n: len(places[n]))
        starts = (place - at for place in places[at])
        return any(self._words[start : start + len(phrase)] == phrase for start in starts)


def _frame_texts() -> Iterator[str]:
    for path in sorted((CORPUS / "frames").rglob("*.jsonl")):
        yield re.sub(r"\{[^{}\"]*\}", " . ", path.read_text(encoding="utf-8"))

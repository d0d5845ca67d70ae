"""No eight words in a row of a held-out text stand in what training reads.

Held-out texts are those of the rings by other hands, and the sentence frames that are kept for the
examples "new-..." of the first ring. Of these examples only the frame is new: greetings, asides and
fillers around it come from lists that training draws from as well, so it is the frames that are
compared. Case, punctuation and the cards' templates do not count. Names are the business of
test_shipped_data.py.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from itertools import groupby, islice

import pytest

from adapters.card import Card, Example, load_cards
from adapters.catalog import PROFILES
from training.frame_runs import pieces
from training.freeze import BASE_DOCUMENTS
from training.lexicon import CORPUS, load_task_frames
from training.recipe import options_for
from training.reserve import own_texts, ring_examples
from training.tasks import load
from training.tasks.task import NAMES
from training.text.mixture import documents
from training.words import words_of

LENGTH = 8
NUM_EXAMPLES = 3_000
"""Of each task, in the quick test: a sample of the 6,000 to 22,000 that its recipe trains on."""
NUM_DOCUMENTS = 4_000
SHARING_ONE_IN = 200

SPEAKER = re.compile(r"\b(?:agent|caller):", re.IGNORECASE)
"""Who speaks in a call: of its form, as a template's words are of a prompt's, and no word of it."""
SHARED_FRAMES = frozenset({"wikisql_tables"})
"""Frames of which held-out examples use the same as training: the headers of tables."""

PROFILE = PROFILES["mini"]
CARDS = load_cards(PROFILE.cards)
FRAMES = sorted(path.stem for path in (CORPUS / "frames").glob("*.jsonl"))

Words = tuple[str, ...]
Texts = Iterable[tuple[str, str]]
"""Where each text stands, and the text."""


def test_a_ring_is_found_again_in_other_case_and_punctuation() -> None:
    """Catches a search that finds nothing, whatever is shared: every other test would pass."""
    for task in NAMES:
        texts = (_words(text) for _, text in _ring_texts(task))
        words = next(words for words in texts if len(words) > LENGTH)
        copy = f"And so: {'». '.join(words).upper()}!"
        found = _shared(_all_rings(), [("itself", copy)])
        assert f"“{' '.join(words)}”" in "\n".join(found)


def test_held_out_frames_share_no_eight_words_with_the_corpus() -> None:
    """Catches siblings of one premise of which the hash puts one into training."""
    found = _shared(_held_out_frames(), _corpus_texts())
    assert not found, "\n".join(found)


@pytest.mark.breeds
@pytest.mark.parametrize("task", NAMES)
def test_a_tasks_examples_share_no_eight_words_with_held_out_texts(task: str) -> None:
    """Catches a phrase that a generator composes and a ring has too, in any task: the generalist
    reads all tasks' examples."""
    found = _shared(_all_rings(), _example_texts(task, NUM_EXAMPLES))
    assert not found, "\n".join(found)


@pytest.mark.breeds
def test_hardly_any_document_of_the_base_shares_eight_words_with_held_out_texts() -> None:
    """Catches a ring in the corpus that the base reads. Its text is older than the list of phrases
    that are kept out of the tasks' examples: 11 of the first 4,000 documents share one."""
    assert _num_sharing(_base_texts(NUM_DOCUMENTS)) <= NUM_DOCUMENTS // SHARING_ONE_IN


@pytest.mark.slow
@pytest.mark.parametrize("task", NAMES)
def test_all_of_a_tasks_examples_share_no_eight_words_with_held_out_texts(task: str) -> None:
    """Catches a rare phrase: these are all examples that the task's recipe trains on."""
    found = _shared(_all_rings(), _example_texts(task, options_for(task).num_examples))
    assert not found, "\n".join(found)


@pytest.mark.slow
def test_hardly_any_of_all_documents_of_the_base_shares_eight_words_with_held_out_texts() -> None:
    """The same for all that the base reads."""
    assert _num_sharing(_base_texts(BASE_DOCUMENTS)) <= BASE_DOCUMENTS // SHARING_ONE_IN


def _shared(rings: Texts, training: Texts) -> list[str]:
    """What held-out texts have in common with training, eight words or more at a time."""
    held_out = {_words(text): place for place, text in rings}
    watched = {gram for words in held_out for gram in _grams(words)}
    origins: dict[Words, str] = {}
    for origin, text in training:
        for gram in watched.intersection(_grams(_words(text))):
            origins.setdefault(gram, origin)
    found = (
        f"{place}: “{' '.join(run)}” ({origins[run[:LENGTH]]})"
        for words, place in held_out.items()
        for run in _runs(words, origins)
    )
    return list(dict.fromkeys(found))  # the spellings of one frame may share the same words


def _num_sharing(training: Texts) -> int:
    """How many of these texts have eight words in common with a ring."""
    watched = {gram for _, text in _all_rings() for gram in _grams(_words(text))}
    return sum(not watched.isdisjoint(_grams(_words(text))) for _, text in training)


def _words(text: str) -> Words:
    return tuple(words_of(SPEAKER.sub(" ", text)).split())


def _grams(words: Words) -> Iterator[Words]:
    return zip(*(words[start:] for start in range(LENGTH)), strict=False)


def _runs(words: Words, read: Mapping[Words, str]) -> Iterator[Words]:
    """The longest stretches of the words in which every eight in a row were read."""
    start = 0
    for was_read, group in groupby(_grams(words), read.__contains__):
        count = len(list(group))
        if was_read:
            yield words[start : start + count + LENGTH - 1]
        start += count


@cache
def _all_rings() -> tuple[tuple[str, str], ...]:
    return tuple(text for task in NAMES for text in _ring_texts(task))


def _ring_texts(task: str) -> Iterator[tuple[str, str]]:
    for example in ring_examples(task):
        yield from _placed(CARDS[task], example)


def _placed(card: Card, example: Example) -> Iterator[tuple[str, str]]:
    return ((f"{card.task} {example.example_id}", text) for text in own_texts(card, example))


def _held_out_frames() -> Iterator[tuple[str, str]]:
    for name in FRAMES:
        if name not in SHARED_FRAMES:
            for text in pieces(load_task_frames(name, "heldout")):
                yield f"held-out frame of {name}", text


def _corpus_texts() -> Iterator[tuple[str, str]]:
    for name in FRAMES:
        for text in pieces(load_task_frames(name, "train")):
            yield f"frames of {name}", text
    for path in sorted((CORPUS / "parts").glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            for text in pieces(json.loads(line)):
                yield f"parts/{path.name}", text


def _example_texts(task: str, count: int) -> Iterator[tuple[str, str]]:
    for example in load(task).examples("train", options_for(task).seed, count):
        yield from _placed(CARDS[task], example)


def _base_texts(count: int) -> Iterator[tuple[str, str]]:
    for number, text in enumerate(islice(documents(seed=0), count)):
        yield f"document {number} of the base", text

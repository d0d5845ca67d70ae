"""Plain grammatical sentences, taken from the frames of other tasks, slots not yet filled."""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from training.lexicon import Split, load_task_frames
from training.tasks.cola_words import VERBS

SOURCES: Mapping[str, tuple[int, tuple[str, ...]]] = {
    "glue_cola": (4, ("text",)),
    "glue_mnli": (4, ("premise", "hypothesis")),
    "glue_stsb": (3, ("sentence1", "sentence2")),
    "glue_qnli": (4, ("question", "sentence")),
    "glue_mrpc": (2, ("sentence1", "sentence2")),
    "glue_qqp": (2, ("question1", "question2")),
    "dbpedia": (3, ("text",)),
    "news": (3, ("body", "summary")),
    "conllpp": (2, ("text",)),
    "legal": (1, ("text",)),
    "drop": (1, ("passage",)),
    "gsm8k": (1, ("text",)),
}
"""How often each task's frames are drawn from, and which fields hold sentences."""

_HELPERS = frozenset(
    (
        "is", "are", "was", "were", "has", "have", "had", "does", "did", "do", "can", "could",
        "will", "would", "may", "might", "must", "shall", "should", "isn't", "aren't", "wasn't",
        "weren't", "hasn't", "don't", "doesn't", "didn't", "can't", "cannot", "couldn't", "won't",
    )
)  # fmt: skip
_ALTERNATIVES = re.compile(r"\[([^\[\]|]*)\|[^\[\]]*\]")
_SLOT = re.compile(r"\{[^{}]*\}")
_RELATIVES = frozenset(("who", "which", "that", "whose", "where"))
_FINITE = _HELPERS | {form for verb in VERBS.values() for form in (verb.past, verb.third)}
_WHOLE = re.compile(r"[A-Z{].*[a-z}][.?]")
_SPLIT = re.compile(r"(?<=[.?!]) (?=[A-Z{])")
_ODD = re.compile(
    r"[\"“”();:\[\]#@&%$/*]| [-–—] |\.\.| [,.?]|\d|[.?!] |^(?:And|But|Or|Yes|No|So|Then) "
)
_RISKY = re.compile(
    r"\{(?:[a-z]|misc|genres?|specifier|rating)(?::\d)?\}|\}s\b"  # no list of their own, or plurals
    r"|\{(?:product|vehicle|thing|food|animal|plant|disease|building|city|person)(?::\d)?\} "
    r"(?:are|were|have)\b"  # one thing as many
    r"|\b[Aa]n? \{(?!thing|occupation|int|\w+=int|color|sport)"  # the article depends on the name
    r"|\b(?:doth|hath|herein|hereof|thereof|unto|said|seised|aforesaid)\b"
)
_FEWEST_WORDS, _MOST_WORDS = 4, 22


@cache
def sentences(split: Split) -> Mapping[str, tuple[str, ...]]:
    """Sentences of each source that has some; those of held-out frames are apart."""
    found = {
        task: tuple(
            dict.fromkeys(
                sentence
                for frame in load_task_frames(task, split)
                if task != "glue_cola" or frame["label"] == 1
                for sentence in _parts(frame, fields)
                if _is_plain(sentence)
            )
        )
        for task, (_, fields) in SOURCES.items()
    }
    return {task: kept for task, kept in found.items() if kept}


def _parts(frame: Mapping[str, Any], fields: tuple[str, ...]) -> Iterator[str]:
    for field in fields:
        value = frame[field]
        text = value if isinstance(value, str) else " ".join(value)
        yield from _SPLIT.split(_ALTERNATIVES.sub(r"\1", text))


def _is_plain(sentence: str) -> bool:
    """Whole, of usual length, without odd signs, and with a finite verb of its own."""
    words = sentence.rstrip(".?").replace(",", "").split()
    return (
        _WHOLE.fullmatch(sentence) is not None
        and _FEWEST_WORDS <= len(words) <= _MOST_WORDS
        and not _ODD.search(_SLOT.sub("x", sentence))
        and not _RISKY.search(sentence)
        and _has_main_verb(words)
    )


def _has_main_verb(words: list[str]) -> bool:
    """Whether a helping verb stands there: fragments have none, or only in a relative clause."""
    helpers = [place for place, word in enumerate(words) if word.lower() in _HELPERS]
    if not helpers:
        return False
    first = helpers[0]
    if first == 0 or words[first - 1] not in _RELATIVES:
        return True
    return any(word in _FINITE for word in words[first + 2 :])

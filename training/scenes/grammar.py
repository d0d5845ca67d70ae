"""What kind of words end a scene: `pours the tea`, `pour the tea`, `poured the tea`, `the tea is`.

An ending of another scene is plain English only where its verb has the form that the scene wants.
"""

import re
from collections.abc import Sequence
from typing import Literal

Form = Literal["does", "do", "did", "it does", "a thing"]

_SUBJECT = re.compile(r"(a|all|an|another|hundreds|its?|no|not|one|some|the|they|two)\b", re.I)
_THING = re.compile(r"an? ")
_DOES = re.compile(r"(?!his\b|was\b)\w*[^s\W]s\b")
_DID = re.compile(r"(?!need|shred)\w+ed\b")
_SMALL_WORDS = re.compile(
    r"about|after|and|are|back|been|before|but|for|from|had|has|have|her|him|his|into|its|not|off"
    r"|one|onto|our|out|over|own|she|some|that|the|their|them|then|there|they|this|until|was|were"
    r"|what|when|which|while|who|with|you|your"
)
_STEM = 5


def form_of(endings: Sequence[str]) -> Form:
    """The form of a scene's endings, the right one first; together they tell it."""
    endings = [re.sub(r"^then |^\W", "", ending) for ending in endings]
    if all(map(_THING.match, endings)):
        return "a thing"
    if _SUBJECT.match(endings[0]):
        return "it does"
    if _DOES.match(endings[0]):
        return "does"
    return "did" if any(_DID.match(ending) for ending in endings) else "do"


def stems(text: str) -> frozenset[str]:
    """The beginnings of the words that say what a scene is about."""
    words = re.findall(r"[a-z]{3,}", re.sub(r"\{[^}]*\}", " ", text.lower()))
    return frozenset(word.rstrip("s")[:_STEM] for word in words if not _SMALL_WORDS.fullmatch(word))

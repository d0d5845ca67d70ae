"""Texts with names in them, and those names as JSON: marks that go along with every change.

A name stands between two private characters from the moment that it is drawn; the first says its
kind. What is then done to the text (case, spaces, slips) is done to the name too, so that the
answer holds each name letter by letter as the text has it.

Two rules. A small "the" before a name is no part of it: "the Red Cross" holds "Red Cross". A name
is listed once, as it stands first; names that differ in case alone are one.
"""

import json
import random
import re
from collections.abc import Callable, Sequence

from training.frames import Draw, fill, mend
from training.noise import slip
from training.tasks.sample import Sample
from training.words import words_of

_FIRST = 0xE000
_END = "\ue0ff"
MARK = "[\ue000-\ue00f]"
"""What a name begins with, as a pattern."""
_NAME = re.compile(f"({MARK})([^{_END}]*){_END}")
_AROUND = re.compile(f"({MARK}[^{_END}]*{_END})")
_SLOT = re.compile(r"\{([a-z_]+)(?::[^{}]*)?\}")
_BEFORE_BARE = (
    r"\b(?:the|an?|this|that|next|last|first|every|annual|her|his|their|our|its|new|old|former|"
    r"early|central|northern|southern|eastern|western) |'s |\( ?|-"
)
"""What no name has "the" after."""
_GAPPED_SHARE = 0.2
_GAP_SHARE = 0.1
_SMALL_SHARE = 0.07
_SLIP_SHARE = 0.07
_LONGEST_ANSWER = 220
"""Letters. The cards let an answer have 128 tokens."""

Choose = Callable[[re.Match[str]], str | None]
"""Gives a slot's filler with its names marked, or None for slots that hold no name asked for."""


def marked(name: str, kind: int) -> str:
    """The name in its marks, and outside of them the article that it begins with."""
    bare = without_article(name)
    return f"{name[: len(name) - len(bare)]}{chr(_FIRST + kind)}{bare}{_END}"


def without_article(name: str) -> str:
    return name.removeprefix("the ")


def plant(frame: str, draw: Draw, choose: Choose) -> str:
    """A frame filled. Its slots are forgotten afterwards: the next frame's are others."""
    chosen: dict[str, str] = {}
    for slot in _SLOT.finditer(frame):
        key = slot[0][1:-1]
        if key not in chosen and (filler := choose(slot)) is not None:
            chosen[key] = filler
    draw.memory |= chosen
    text = fill(frame, draw)
    for key in chosen:
        del draw.memory[key]
    text = re.sub(f"({_BEFORE_BARE})the (?={MARK})", r"\1", text, flags=re.IGNORECASE)
    return re.sub(rf"\b([Aa]) (?={MARK}(\S+))", _a_or_an, text)


def _a_or_an(found: re.Match[str]) -> str:
    """The article before a name as `mend` writes it, who sees no name behind its mark."""
    return mend(f"- {found[1]} {found[2]}").split(" ")[1] + " "


def begin_large(text: str) -> str:
    """A capital for the name that the text begins with, perhaps after a label in capitals."""
    return re.sub(
        rf"^((?:[A-Z]+ ?: )?{MARK})([a-z])", lambda found: found[1] + found[2].upper(), text
    )


def outside(text: str, change: Callable[[str], str]) -> str:
    """The text with what stands between its names changed."""
    parts = _AROUND.split(text)
    return "".join(part if odd % 2 else change(part) for odd, part in enumerate(parts))


def natural(text: str) -> str:
    """Punctuation as people set it, also where a frame has spaces around it."""
    text = re.sub(r" (?=[,;?!:)]|\.(?!\d)|'s\b|'(?= ))", "", text).replace("( ", "(")
    quoted = text.split('"')
    if len(quoted) % 2:
        text = '"'.join(part.strip() if odd % 2 else part for odd, part in enumerate(quoted))
    return text


def tokenised(text: str) -> str:
    """Punctuation with spaces around it, as tokenised corpora have it; names stay whole."""
    text = outside(text, lambda part: re.sub(r"'s\b", " 's", part))
    text = outside(
        text, lambda part: re.sub(r"([,;:?!)\"](?=\W|$)|\.(?=\"| ?$| [A-Z\"]))", r" \1", part)
    )
    text = outside(text, lambda part: re.sub(r"(?<![^\W_])([(\"])", r"\1 ", part))
    return re.sub(r"  +", " ", text).strip()


def _gapped(text: str, rng: random.Random) -> str:
    """Words left out between the names, never all of those between two."""

    def thin(part: str) -> str:
        kept = [w for w in part.split(" ") if not w.isalpha() or rng.random() > _GAP_SHARE]
        return " ".join(kept) if any(kept) else part

    return outside(text, thin)


def typed(text: str, draw: Draw, tokenised_share: float) -> str:
    """The text as people have it: tokens apart, small letters; for training slips and gaps too."""
    rng, trains = draw.rng, draw.split == "train"
    if trains and rng.random() < _GAPPED_SHARE:
        text = _gapped(text, rng)
    if rng.random() < tokenised_share:
        text = tokenised(text)
    if rng.random() < _SMALL_SHARE:
        text = text.lower()
    return slip(text, rng) if trains and rng.random() < _SLIP_SHARE else text


def sampled(field: str, text: str, kinds: Sequence[str], draw: Draw, longest: int) -> Sample | None:
    """The sample, or None where text or answer would be too long or two kinds have one name (that
    would ask for a guess), or where a held-out text has no name that is held out."""
    found: dict[str, dict[str, str]] = {kind: {} for kind in kinds}
    for name in _NAME.finditer(text):
        found[kinds[ord(name[1]) - _FIRST]].setdefault(name[2].lower(), name[2])
    plain = _NAME.sub(r"\2", text)
    answer = json.dumps({k: list(v.values()) for k, v in found.items()}, ensure_ascii=False)
    # What was drawn and does not stand in the text is no name of the draw any more.
    words = words_of(plain)
    drawn = {without_article(name) for name in draw.entities}
    draw.entities = {name for name in drawn if words_of(name) in words}
    all_names = [name for names in found.values() for name in names]
    fits = len(plain) <= longest and len(answer) <= _LONGEST_ANSWER
    clear = len(all_names) == len(set(all_names))
    if fits and clear and (draw.split == "train" or draw.entities):
        return Sample({field: plain}, answer)
    # The next try draws anew: a remembered name would not be noted as drawn again.
    draw.memory.clear()
    draw.entities.clear()
    return None

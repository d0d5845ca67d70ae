"""Drugs and diseases of one abstract: listed ones, and made ones of the shapes such names have.

An abstract speaks of few things often: later sentences name what earlier ones named, by its
abbreviation where one was given.
"""

import random
import re
from collections.abc import Callable, Mapping
from itertools import count

from training import invent
from training.frames import Draw
from training.lexicon import Split
from training.tasks.entity_text import Choose, begin_large, marked, plant

KINDS = ("chemical", "disease")
_AGAIN_SHARE = 0.45
_ABBREVIATED_SHARE = 0.08
_MADE_SHARE = 0.3
_CHEMICALS = (
    "{w}ine hydrochloride", "sodium {w}ate", "{w} sulfate", "{w} acetate", "alpha-{w}ol",
    "{d}-{w}ine", "N-{w}yl{w}amide", "L-{w}ine", "{d},{d}-di{w}ol", "{d}-hydroxy{w}ine",
    "{d}-methyl-{d}-{w}", "beta-{w}one", "{w}mycin", "{w}statin", "{w}azole", "{w}pril", "{w}olol",
    "{w}cillin", "{w}azepam", "{w}oxacin", "{c}", "d-{w}ine", "{d}beta-{w}", "{w}ium bromide",
    "{w} {d}", "methyl{w}ate", "{w}ic acid", "vitamin {l}{d}", "{w}-{d}-phosphate", "{w}mab",
    "(+)-{w}ine", "{d}'-deoxy{w}", "potassium {w}ide", "{w} oxide", "ethyl {w}ate",
)  # fmt: skip
_DISEASES = (
    "{o} failure", "{o} cancer", "{o} toxicity", "{o} damage", "{o} pain", "{o} infection",
    "{n}'s disease", "{n} syndrome", "{w}opathy", "{w}osis", "{w}oma", "{w}algia", "{w} disease",
    "type {d} {w}osis", "hyper{w}emia", "hypo{w}emia", "{w}plegia", "{n}-{n} syndrome", "{w}uria",
    "{o} {w}itis", "{w}ic {w}opathy", "{w} deficiency", "{o} {w}osis", "{w}penia", "{o} tumour",
)  # fmt: skip
_ORGANS = (
    "kidney", "liver", "heart", "lung", "skin", "bladder", "stomach", "bone", "nerve", "retinal",
    "muscle", "spleen", "thyroid", "pancreatic", "renal", "hepatic", "cardiac", "gastric",
)  # fmt: skip
_DISEASE_MARK = "\ue001"
_PART_OF_IT = re.compile(rf"\b((?:acute|chronic) )({_DISEASE_MARK})", re.IGNORECASE)
_SHORT_FORM = re.compile(r"\{(chemical|disease)\} ?\( ?\{\1:2\} ?\)")
_ROOM_AFTER = re.compile(r"$| [a-z]| ?[.,;:?]")
"""What may follow a name with its abbreviation in brackets."""


class Pharmacy:
    """Draws the names of an abstract's sentences, one after the other."""

    def __init__(self, draw: Draw) -> None:
        self.draw = draw
        self._numbers = count(100)
        self._known: list[tuple[str, str]] = []
        """Kinds and names of earlier sentences, as a later one names them."""
        self._here: list[tuple[str, str]] = []

    def tell(self, frame: str) -> str:
        """The frame with names, marked; it begins with a capital.

        "Acute nephritis" is the name of one disease, "severe nephritis" is not.
        """
        text = plant(_SHORT_FORM.sub(r"{\1}", frame), self.draw, self._chooser(frame))
        self._known += self._here
        self._here = []
        return begin_large(_PART_OF_IT.sub(r"\2\1", text))

    def _chooser(self, frame: str) -> Choose:
        shortened = {found[1] for found in _SHORT_FORM.finditer(frame)}

        def choose(slot: re.Match[str]) -> str | None:
            kind = slot[1]
            if kind not in KINDS:
                return None
            known = [pair for pair in self._known if pair[0] == kind]
            if known and slot[0] != f"{{{kind}:2}}" and self.draw.rng.random() < _AGAIN_SHARE:
                pair = self.draw.rng.choice(known)
                self._known.remove(pair)
                self._here.append(pair)
                return marked(pair[1], KINDS.index(kind))
            return self._first(slot, shortened)

        return choose

    def _first(self, slot: re.Match[str], shortened: set[str]) -> str:
        """A name that the text has not had, perhaps with its abbreviation."""
        kind = slot[1]
        has_room = slot.string.count(slot[0]) == 1 and _ROOM_AFTER.match(slot.string[slot.end() :])
        name = self._fresh(kind)
        later, text = name, marked(name, KINDS.index(kind))
        wanted = kind in shortened or (has_room and self.draw.rng.random() < _ABBREVIATED_SHARE)
        if wanted and (short := abbreviation(name)):
            text = f"{text} ({marked(short, KINDS.index(kind))})"
            later = self.draw.rng.choice((name, short, short))
        self._here.append((kind, later))
        return text

    def _fresh(self, kind: str) -> str:
        if self.draw.rng.random() > _MADE_SHARE:
            return self.draw.slot(f"{kind}:{next(self._numbers)}")
        shape = self.draw.rng.choice(_CHEMICALS if kind == "chemical" else _DISEASES)
        name = _made(shape, self.draw.rng, self.draw.split)
        # A liver that fails is nobody's own name.
        if re.search(r"\{[wnc]\}", shape):
            self.draw.entities.add(name)
        return name


def _made(shape: str, rng: random.Random, split: Split) -> str:
    makers: Mapping[str, Callable[[], str]] = {
        "{w}": lambda: invent.word(rng, split),
        "{n}": lambda: invent.name(rng, split),
        "{c}": lambda: invent.code(rng),
        "{o}": lambda: rng.choice(_ORGANS),
        "{d}": lambda: rng.choice("123456"),
        "{l}": lambda: rng.choice("ABDEK"),
    }
    return re.sub(r"\{[a-z]\}", lambda found: makers[found[0]](), shape)


def abbreviation(name: str) -> str | None:
    """`ARF` for acute renal failure, `CSP` for cisplatin, `5-FLR` for 5-fluorouracil."""
    place = re.match(r"\d+-", name)
    words = re.findall(r"[^\W\d_]{3,}", name)
    if len(words) > 1:
        return "".join(word[0] for word in words[:4]).upper()
    if not words or words[0].isupper():
        return None
    rest = re.sub(r"[aeiouy]", "", words[0][1:])
    return f"{place[0] if place else ''}{words[0][0]}{rest[:2]}".upper()

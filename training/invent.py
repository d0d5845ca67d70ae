"""Names that nobody has read: built from syllables, so that a model must copy instead of recall.

A slot that always draws from a list teaches a model the list (it then answers from memory); mixing
in invented names keeps every slot open. Each name belongs to one split by its hash.
"""

import random
from collections.abc import Callable, Mapping

from training.lexicon import Split, load_lexicon, split_of

_ONSETS = (
    "b br c ch cl d dr f fl g gl gr h j k kl kr l m n p pl pr qu r s sh sk sl st t th tr v w z"
)
_VOWELS = "a e i o u ai ea ee ia io oa ou a e i o u"
_CODAS = "b ck d k l ld lt m n nd ng nt p r rd rk rn rt s sk ss st t th x z"
_SHORTEST = 5


def word(rng: random.Random, split: Split) -> str:
    """A pronounceable lower-case word of five letters or more."""
    while True:
        count = rng.choice((2, 2, 2, 3))
        parts = [rng.choice(_ONSETS.split()) + rng.choice(_VOWELS.split()) for _ in range(count)]
        if rng.random() < 0.6:
            parts.append(rng.choice(_CODAS.split()))
        text = "".join(parts)
        if len(text) >= _SHORTEST and split_of(text) == split:
            return text


def name(rng: random.Random, split: Split) -> str:
    """A capitalised invented word."""
    return word(rng, split).capitalize()


def code(rng: random.Random) -> str:
    """A short code of letters and digits such as KX-4821."""
    letters = "".join(rng.choices("ABCDEFGHIJKLMNOPQRSTUVWXYZ", k=rng.randint(1, 3)))
    return f"{letters}{rng.choice(('', '-', ' '))}{rng.randint(2, 9999)}"


def _phrase(rng: random.Random, split: Split) -> str:
    """An adjective and a thing from the lists, as a title; its whole text belongs to the split."""
    lexicon = load_lexicon()["train"]
    while True:
        mood = rng.choice(("adjective_neutral", "adjective_positive", "color"))
        text = f"{rng.choice(lexicon[mood])} {rng.choice(lexicon['thing'])}".title()
        if split_of(text) == split:
            return text


_PATTERNS: Mapping[str, tuple[str, ...]] = {
    "city": ("{n}", "{n}", "{n}", "New {n}", "Port {n}", "{n}ville", "{n}burg", "San {n}"),
    "village": ("{n}", "{n}", "{n}by", "Upper {n}", "{n}-on-Sea", "{n}dorf", "Little {n}"),
    "country": ("{n}ia", "{n}", "{n}land", "{n}stan"),
    "region": ("{n}", "{n}shire", "North {n}", "South {n}", "{n} Valley"),
    "company": (
        "{n}",
        "{n}",
        "{n} Ltd",
        "{n} Group",
        "{n} & {n}",
        "{n} Industries",
        "{n} Bank",
        "{n} Foods",
        "{n} Systems",
        "{n} Brothers",
    ),
    "organization": ("the {n} Trust", "the {n} Council", "{n} Foundation", "the {n} Union"),
    "university": ("University of {n}", "{n} University", "{n} College", "{n} High School"),
    "restaurant_name": (
        "The {p}",
        "The {p}",
        "{n}",
        "The {n}",
        "{n}'s",
        "Café {n}",
        "{n} Kitchen",
        "Bar {n}",
        "{p}",
        "{n} House",
    ),
    "landmark": ("the {n} Tower", "{n} Bridge", "Café {n}", "{n} Square", "The {p}", "{n} Park"),
    "building": ("{n} House", "{n} Tower", "{n} Castle", "{n} Hall", "the {n} Theatre"),
    "natural_place": ("Mount {n}", "Lake {n}", "{n} River", "{n} Island", "{n} Falls", "{n}"),
    "street_or_area": ("{n} Street", "{n} Road", "{n} Lane", "{n} Square"),
    "film_title": ("The {p}", "{p}", "{n}", "The {n} Affair", "A {p} for {n}", "Return to {n}"),
    "book_title": ("The {p}", "{p}", "The {n} Papers", "A History of {n}", "{n} and the {p}"),
    "album_title": ("{p}", "{n}", "Songs for {n}", "Live at {n}", "The {p} Sessions"),
    "band": ("The {p}s", "{n}", "{n} and the {p}s", "The {n}s"),
    "game_title": ("{n}", "{p} Quest", "{n} Wars", "The {n} Files", "{p}"),
    "game_developer": ("{n} Games", "{n} Studio", "{n} Interactive", "{p} Software"),
    "sports_team": ("{n} United", "FC {n}", "{n} Rovers", "{n} Tigers", "{n}", "Real {n}"),
    "first_name": ("{n}",),
    "last_name": ("{n}", "{n}", "{n}son", "van {n}", "Mc{n}"),
    "product": ("{n} {c}", "{n}", "{p} {c}"),
    "vehicle": ("{n} {c}", "{n} {c}", "MV {n}", "{n}"),
    "event": ("the {n} Festival", "the {n} Cup", "the {n} Fair", "the Battle of {n}"),
    "chemical": ("{w}ine", "{w}ol", "{w}ate", "{w}amide", "{w}"),
    "disease": ("{w}itis", "{w} syndrome", "{w}emia", "{w} fever"),
    "animal": ("{w}", "{n} {w}"),
    "plant": ("{w}", "{n} {w}"),
    "food": ("{w}", "{w} soup", "{w} pie", "{p}"),
    "cuisine": ("{n}ian", "{n}ese", "{n}"),
    "nationality": ("{n}ian", "{n}ese", "{n}ish"),
    "website_or_shop": ("{n}", "{n}.com", "{n}Mart"),
    "platform": ("{n} {c}", "{n}"),
    "thing": ("{w}",),
    "things": ("{w}s",),
}


def filler(slot: str, rng: random.Random, split: Split) -> str | None:
    """An invented filler for a slot, or None where inventing one would make no sense."""
    patterns = _PATTERNS.get(slot)
    if patterns is None:
        return None
    makers: Mapping[str, Callable[[], str]] = {
        "{n}": lambda: name(rng, split),
        "{w}": lambda: word(rng, split),
        "{p}": lambda: _phrase(rng, split),
        "{c}": lambda: code(rng),
    }
    text = rng.choice(patterns)
    for mark, make in makers.items():
        while mark in text:
            text = text.replace(mark, make(), 1)
    return text

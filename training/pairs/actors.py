"""Who can stand in a caption: what each is, cannot be, and is called when there are more."""

from collections.abc import Sequence

PEOPLE = (
    ("man", "men", "person"), ("woman", "women", "person"), ("boy", "boys", "child"),
    ("girl", "girls", "child"), ("child", "children", "person"), ("student", "students", "person"),
    ("tourist", "tourists", "person"), ("soldier", "soldiers", "person"),
    ("teenager", "teenagers", "person"), ("farmer", "farmers", "person"),
    ("nurse", "nurses", "person"), ("lady", "ladies", "woman"), ("clown", "clowns", "person"),
    ("grandmother", "grandmothers", "woman"), ("grandfather", "grandfathers", "man"),
)  # fmt: skip
_UNLIKE = {
    "man": ("woman", "boy", "girl"), "woman": ("man", "boy", "girl"),
    "boy": ("girl", "woman", "man"), "girl": ("boy", "woman", "man"),
    "child": ("grandmother", "grandfather"), "lady": ("man", "boy"),
    "grandmother": ("man", "girl", "boy"), "grandfather": ("woman", "boy", "girl"),
}  # fmt: skip
_WORDS = {plain: (many, wider) for plain, many, wider in PEOPLE}
_MANY = {"person": "people", "animal": "animals", "bird": "birds", "child": "children"}
_BIRDS = ("duck", "goose", "seagull", "owl", "pigeon")


def wider_actor(actor: str) -> str:
    """What every such actor is: a person, a child, a bird, an animal."""
    if actor.startswith("{"):
        return "person"
    if actor in _WORDS:
        return _WORDS[actor][1]
    return "bird" if actor in _BIRDS else "animal"


def unlike(actor: str) -> Sequence[str]:
    """Actors that it cannot be."""
    return _UNLIKE.get(actor, ())


def many(actor: str) -> str:
    """The plural."""
    known = {word: forms[0] for word, forms in _WORDS.items()} | _MANY | {"goose": "geese"}
    return known.get(actor, f"{actor}s")

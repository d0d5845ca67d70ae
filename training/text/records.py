"""Records, lists and small questions about them, in marked sections.

They teach what every extraction or rewriting task needs: copy a name never seen, look a field up,
list, count, choose, turn one notation into another. The vocabulary of the tasks' answers (labels,
brackets, marks) occurs here among many other words, in lists that say nothing of what it means.
"""

import json
import random
from collections.abc import Callable, Mapping

from training import invent
from training.frames import CLOSED, Draw
from training.lexicon import load_lexicon

_KEYS = (
    "name", "title", "city", "owner", "colour", "price", "year", "team", "score", "kind", "place",
    "food", "area", "near", "rating", "author", "genre", "country", "weight", "height", "date",
    "tweet", "text", "facts", "table", "topic", "sentiment", "question", "sentence", "number",
    "eatType", "priceRange", "familyFriendly", "customer rating", "points", "manager", "address",
    "SQL", "entities", "abstract", "article", "summary", "task", "language", "code", "problem",
    "steps", "call", "request", "answered", "premise", "hypothesis", "relation", "review",
    "positive", "acceptable", "first", "second", "similarity", "same meaning", "same question",
    "headline", "news", "utterance", "context", "endings", "best", "continuation", "clause",
    "type", "comment", "toxic", "passage", "answer", "developer", "release_year", "genres",
    "platforms", "player_perspective", "esrb", "specifier", "has_multiplayer",
    "available_on_steam", "has_mac_release", "has_linux_release", "exp_release_date",
)  # fmt: skip
_ACTS = (
    "inform", "give_opinion", "recommend", "request", "request_attribute", "confirm", "suggest",
    "verify_attribute", "request_explanation",
)  # fmt: skip
_LABELS = (
    "Extremely Negative", "Negative", "Neutral", "Positive", "Extremely Positive", "Company",
    "EducationalInstitution", "Artist", "Athlete", "OfficeHolder", "MeanOfTransportation",
    "Building", "NaturalPlace", "Village", "Animal", "Plant", "Album", "Film", "WrittenWork",
    "governing law", "confidentiality", "termination", "notices", "assignment",
    "entire agreement", "severability", "force majeure", "indemnification",
    "limitation of liability", "warranties", "payment", "taxes", "insurance", "amendments",
    "counterparts", "arbitration", "non-compete", "intellectual property", "waiver", "survival",
    "headings", "third party rights", "compliance with laws", "reset password", "check balance",
    "replace card", "order checks", "schedule appointment", "pay bill", "transfer money",
    "get branch hours", "entailment", "neutral", "contradiction", "0", "1", "2", "3", "Python",
    "person", "organization", "location", "miscellaneous", "chemical", "disease", "yes", "no",
)  # fmt: skip
_SLOTS = (
    "person", "city", "company", "restaurant_name", "film_title", "book_title", "album_title",
    "natural_place", "building", "village", "university", "food", "cuisine", "animal", "plant",
    "country", "region", "sports_team", "product", "vehicle", "color", "occupation", "event",
    "organization", "chemical", "disease", "first_name", "last_name", "game_developer", "sport",
    "game_genre", "platform", "nationality",
    "landmark", "street_or_area", "game_title", "band", "month", "weekday", "area", "eatType",
    "priceRange",
)  # fmt: skip


def value(draw: Draw) -> str:
    """A number, a code, an invented word or a name of any kind."""
    rng = draw.rng
    roll = rng.random()
    if roll < 0.12:
        return str(rng.randint(0, 10 ** rng.randint(1, 5)))
    if roll < 0.18:
        return invent.code(rng)
    if roll < 0.3:
        return invent.word(rng, draw.split)
    return draw.slot(f"{rng.choice(_SLOTS)}:{rng.randint(10, 10**9)}")


def _key(rng: random.Random, draw: Draw) -> str:
    key = rng.choice(_KEYS) if rng.random() < 0.75 else invent.word(rng, draw.split)
    return key.capitalize() if rng.random() < 0.3 and key.islower() else key


def _record(draw: Draw, low: int = 2, high: int = 6) -> dict[str, str]:
    return {_key(draw.rng, draw): value(draw) for _ in range(draw.rng.randint(low, high))}


def sections(*pairs: tuple[str, str]) -> str:
    """Lines of the form ### Mark: text."""
    return "\n".join(f"### {mark}: {text}" for mark, text in pairs)


def _mark(rng: random.Random, *words: str) -> str:
    return rng.choice(words)


def _facts(record: Mapping[str, str], rng: random.Random) -> str:
    facts = ", ".join(f"{key}[{text}]" for key, text in record.items())
    return f"{rng.choice(_ACTS)}({facts})" if rng.random() < 0.3 else facts


def _told(record: Mapping[str, str], rng: random.Random) -> str:
    """A record in words, every value verbatim."""
    forms = (
        "The {k} is {v}.", "Its {k} is {v}.", "As for the {k}, it is {v}.", "{v} is the {k}.",
        "{k}: {v}.", "It has {v} as its {k}.", "Under {k} we find {v}.",
    )  # fmt: skip
    return " ".join(rng.choice(forms).format(k=k, v=v) for k, v in record.items())


def told(draw: Draw) -> str:
    """Facts in brackets or lines, then the same in words (or the other way round)."""
    record = _record(draw)
    rng = draw.rng
    pairs = "; ".join(f"{k}: {v}" for k, v in record.items())
    notation = rng.choice((_facts(record, rng), pairs))
    words = _told(record, rng)
    if rng.random() < 0.25:
        return sections(("Text", words), (_mark(rng, "Facts", "Record"), notation))
    return sections(
        (_mark(rng, "Facts", "Record"), notation), (_mark(rng, "In words", "Text"), words)
    )


def converted(draw: Draw) -> str:
    """One record in two notations."""
    record = _record(draw)
    notations = {
        "Facts": _facts(record, draw.rng),
        "JSON": json.dumps(record, ensure_ascii=False),
        "Pairs": "; ".join(f"{key} = {value}" for key, value in record.items()),
        "Lines": "\n".join(f"{key}: {value}" for key, value in record.items()),
        "Keys": ", ".join(record),
        "Values": ", ".join(record.values()),
    }
    first = draw.rng.choice(("Facts", "JSON", "Pairs", "Lines"))
    second = draw.rng.choice([name for name in notations if name != first])
    return sections((first, notations[first]), (second, notations[second]))


def looked_up(draw: Draw) -> str:
    """A record and some of its fields asked for."""
    record = _record(draw, 3, 7)
    lines = "; ".join(f"{key}: {value}" for key, value in record.items())
    asked = draw.rng.sample(list(record), min(3, len(record)))
    answers = [pair for key in asked for pair in (("Field", key), ("Value", record[key]))]
    return sections(("Record", lines), *answers)


def repeated(draw: Draw) -> str:
    """A line, once more, perhaps in capitals or backwards."""
    rng = draw.rng
    values = [value(draw) for _ in range(rng.randint(1, 5))]
    line = ", ".join(values)
    forms = {
        "Again": line,
        "Capitals": line.upper(),
        "Small letters": line.lower(),
        "Backwards": ", ".join(reversed(values)),
        "First": values[0],
        "Last": values[-1],
        "How many": str(len(values)),
    }
    names = rng.sample(list(forms), rng.randint(1, 3))
    return sections((_mark(rng, "Text", "List", "Line"), line), *((n, forms[n]) for n in names))


def chosen(draw: Draw) -> str:
    """A list of choices and some picked by number; the choices include the tasks' label words."""
    rng = draw.rng
    source = _LABELS if rng.random() < 0.6 else [value(draw) for _ in range(8)]
    values = rng.sample(list(source), rng.randint(3, min(8, len(source))))
    picks = rng.sample(range(len(values)), min(3, len(values)))
    names = ("Choices", "Topics", "Labels", "Words", "Kinds")
    pairs = [(f"Number {pick + 1}", values[pick]) for pick in picks]
    return sections((rng.choice(names), ", ".join(values)), *pairs)


def kinds(draw: Draw) -> str:
    """Names and the sort of thing that each is, as a dictionary has them."""
    rng = draw.rng
    lists = load_lexicon()["train"]
    slots = [slot for slot in rng.sample(_SLOTS, 4) if slot in lists or slot == "person"]
    lines = []
    for slot in slots:
        text = draw.slot(f"{slot}:{rng.randint(10, 10**9)}")
        lines.append(f"{text}: {slot.replace('_', ' ')}")
    return "\n".join(lines)


def found(draw: Draw) -> str:
    """Sentences with names in them, and which names those were."""
    rng = draw.rng
    people = [draw.slot(f"person:{i}") for i in range(rng.randint(1, 3))]
    places = [draw.slot(f"city:{i}") for i in range(rng.randint(1, 2))]
    verbs = ("met", "wrote to", "saw", "called", "waited for")
    other = draw.slot("person:9")
    text = " ".join(
        f"{person} {rng.choice(verbs)} {other} in {rng.choice(places)}." for person in people
    )
    pairs = (("People", ", ".join([*people, other])), ("Number of people", str(len(people) + 1)))
    return sections(("Text", text), *rng.sample(pairs, rng.randint(1, 2)))


def closed_words(draw: Draw) -> str:
    """Ordinary small sets (days, prices, areas) in shuffled lists."""
    name = draw.rng.choice(list(CLOSED))
    values = list(CLOSED[name])
    draw.rng.shuffle(values)
    return sections((name, ", ".join(values)), ("First", values[0]), ("Last", values[-1]))


KINDS: Mapping[Callable[[Draw], str], float] = {
    told: 7,
    converted: 6,
    looked_up: 6,
    repeated: 4,
    chosen: 5,
    kinds: 2,
    found: 3,
    closed_words: 0.7,
}
"""Makers of records and their weights."""

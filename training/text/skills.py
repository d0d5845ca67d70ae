"""Small exercises in marked sections: compare, choose by number, list names, go step by step.

They practise what many tasks need and belong to none of them; the sections have other names than
the tasks' prompts.
"""

import json
import random
from collections.abc import Callable, Mapping

from training import invent
from training.frames import Draw
from training.noise import slip
from training.text.domain import SINGLE, text_of
from training.text.records import sections, value

_DOMAINS = (*SINGLE, "dbpedia", "e2e_nlg")
_KIND_WORDS: Mapping[str, tuple[str, ...]] = {
    "person": ("people", "person", "persons", "who"),
    "city": ("places", "location", "cities", "where"),
    "company": ("companies", "organization", "firms"),
    "event": ("events", "miscellaneous", "occasions"),
    "chemical": ("chemical", "substances", "drugs"),
    "disease": ("disease", "illnesses", "conditions"),
    "food": ("foods", "dishes"),
    "film_title": ("films", "titles"),
}


def sentence(draw: Draw) -> str:
    """One text of any domain."""
    return text_of(draw.rng.choice(_DOMAINS), draw.rng, draw.split)


def compared(draw: Draw) -> str:
    """Two lines and how they differ: not at all, in one word, or wholly."""
    rng = draw.rng
    first = sentence(draw)
    kind = rng.randrange(4)
    words = first.split(" ")
    place = rng.randrange(len(words))
    changed = invent.word(rng, draw.split)
    second = (
        first,
        " ".join([*words[:place], changed, *words[place + 1 :]]),
        " ".join(words[:place] + words[place + 1 :]) or first,
        sentence(draw),
    )[kind]
    lines = (("Line one", first), ("Line two", second))
    is_same = first == second
    answers = [
        ("Identical", rng.choice(("yes", "1", "true")) if is_same else rng.choice(("no", "0"))),
        ("Longer", "one" if len(first) > len(second) else "two" if second > first else "neither"),
        ("Words in one", str(len(words))),
    ]
    if kind == 1 and not is_same:
        answers += [("In one only", words[place]), ("In two only", changed)]
    return sections(*lines, *rng.sample(answers, rng.randint(1, 2)))


def numbered(draw: Draw) -> str:
    """Things under numbers, and which number one of them, or a part of it, stands under."""
    rng = draw.rng
    made = (value(draw) if rng.random() < 0.7 else sentence(draw) for _ in range(4))
    things = [thing.rstrip(".") for thing in made]
    first = rng.choice((0, 1))
    line = " ".join(f"{number}: {thing}." for number, thing in enumerate(things, first))
    asked = rng.sample(range(4), rng.randint(1, 3))
    by_name = rng.random() < 0.6
    pairs = []
    for place in asked:
        number, words = str(place + first), things[place].split(" ")
        part = " ".join(words[: rng.randint(1, len(words))])
        pairs += [("Sought", part), ("Number", number)] if by_name else [
            ("Number", number), ("Stands there", things[place]),
        ]  # fmt: skip
    return sections((rng.choice(("Options", "List", "Lines")), line), *pairs)


def gathered(draw: Draw) -> str:
    """A text and the names in it by kind, as JSON or as a list; empty kinds too."""
    rng = draw.rng
    slots = rng.sample(list(_KIND_WORDS), rng.randint(1, 4))
    asked = rng.sample(slots, rng.randint(1, len(slots)))
    names = {slot: [draw.slot(f"{slot}:{n}") for n in range(rng.randint(0, 3))] for slot in slots}
    mentions = [(slot, name) for slot in slots for name in names[slot]]
    rng.shuffle(mentions)
    text = " ".join(_mention(name, rng) for _, name in mentions) or sentence(draw)
    found = {
        rng.choice(_KIND_WORDS[slot]): [name for of, name in mentions if of == slot]
        for slot in asked
    }
    as_json = json.dumps(found, ensure_ascii=False)
    as_lines = "; ".join(f"{kind}: {', '.join(names) or '-'}" for kind, names in found.items())
    is_json = rng.random() < 0.7
    return sections(
        (rng.choice(("Note", "Message", "Report")), text),
        (rng.choice(("Names", "Found", "Index")), as_json if is_json else as_lines),
    )


def _mention(name: str, rng: random.Random) -> str:
    forms = (
        "{n} was mentioned first.", "Nobody spoke of {n}.", "They asked about {n} again.",
        "In the end {n} came up.", "We read about {n} and other things.", "{n} is on the list.",
        "There was news of {n} on Monday.", "It began with {n}.", "{n}, it seems, is new here.",
        "A letter names {n}.", "The report says little of {n}.", "Then, after lunch, {n}.",
    )  # fmt: skip
    return rng.choice(forms).format(n=name)


def corrected(draw: Draw) -> str:
    """A line with a slip of the keyboard, and the line as it should be."""
    right = sentence(draw)
    return sections(("Typed", slip(right, draw.rng)), ("Meant", right))


def stepwise(draw: Draw) -> str:
    """A small account that is worked out step by step."""
    rng = draw.rng
    total = rng.randint(2, 60)
    steps, words = [], [f"Start with {total}."]
    for _ in range(rng.randint(1, 3)):
        sign = rng.choice("+-*" if total < 100 else "+-")
        other = rng.randint(2, 9) if sign == "*" else rng.randint(1, 40 if sign == "+" else total)
        result = {"+": total + other, "-": total - other, "*": total * other}[sign]
        words.append(
            {"+": f"Add {other}.", "-": f"Take away {other}.", "*": f"Multiply by {other}."}[sign]
        )
        steps.append(f"{total} {sign} {other} = {result}")
        total = max(1, result)
        if result == 0:
            break
    worked = f"{'. '.join(steps)}. Result: {result}"
    return sections(("Account", " ".join(words)), ("Worked", worked))


KINDS: Mapping[Callable[[Draw], str], float] = {
    compared: 4,
    numbered: 4,
    gathered: 6,
    corrected: 1,
    stepwise: 5,
}
"""Makers of exercises and their weights."""

"""Other words for a scene: who acts in it, when and where, and how the writer spells.

Everything happens on templates, before slots are filled. New slots carry an index that no frame
uses. A retelling never changes which ending is right.
"""

import random
import re
from dataclasses import replace

from training.scenes.people import (
    AT_WORK,
    GROUP,
    GROUPS,
    LOOKS,
    PEOPLE,
    PRONOUNS,
    SAME,
    THINGS,
    WORKERS,
)
from training.scenes.scene import Scene

_SOMEBODY = re.compile(r"^(?:A|The) (man|woman|boy|girl)\b(?! (?:at|from|in|of|on|who|with)\b)")
_NAME = "{first_name}"
_NOW = (
    "It is {weekday:9}.", "It is {weekday:9} in {city:9}.", "Somewhere in {city:9}:",
    "A quiet day in {village:9}.", "{first_name:9} is watching.", "{city:9}, {weekday:9}.",
    "This is a scene from {city:9}.", "At {first_name:9}'s place in {village:9}:",
)  # fmt: skip
_BEFORE = (
    "It was {weekday:9}.", "This happened in {city:9}.", "I remember that day in {village:9}.",
    "{first_name:9} saw it all.", "{city:9}, last {weekday:9}.", "It was our last day in {city:9}.",
)  # fmt: skip
_ADVICE = (
    "A tip from {first_name:9}:", "{first_name:9} {last_name:9} explains:", "Advice from {city:9}:",
    "From a book by {first_name:9} {last_name:9}:", "This is how they do it in {village:9}:",
    "My friend {first_name:9} says:",
)  # fmt: skip
_ANY_TIME = ("{city:9}, {weekday:9}.", "Somewhere in {city:9}:", "{village:9}, {weekday:9}.")
_ADVISES = re.compile(
    r"(?:To|How to|If you|Step|Want|Charge|Cut|Fold|Hang|Load|Measure|Peel|Press|Pull|Put|Rinse"
    r"|Shake|Sift|Spread|Wash|Wet)\b"
)
_PURPOSE = re.compile(r"^To ([^,]+),")
_PURPOSES = ("How to {}:", "If you want to {},", "In order to {},", "How do you {}? First,")
_THEN_SOMEBODY = re.compile(r"\b(?:Then|Next,|After that,) ((?:he|she|they|\{first_name\})$)")
_NEXT = ("Next, ", "After that, ", "And then ", "Now ")
_NAMES = re.compile(r"\{(?:city|first_name|last_name|village)")
_PLACED = re.compile(r"\{(?:city|weekday|country)|\b(?:last|yesterday|\w+day)\b", re.IGNORECASE)
_SPELLINGS = (
    ("tire", "tyre"), ("color", "colour"), ("neighbor", "neighbour"), ("theater", "theatre"),
    ("mailman", "postman"), ("gas station", "petrol station"), ("flashlight", "torch"),
    ("trash", "rubbish"), ("mailbox", "letterbox"), ("cookies", "biscuits"), ("mom", "mum"),
)  # fmt: skip


def retold(scene: Scene, rng: random.Random, *, named: bool) -> Scene:
    """The scene in other words, often with another person in it, sometimes with a day or a place
    before it; where it has to be `named`, somebody or a place is named in any case."""
    if rng.random() < 0.5:
        scene = _respelt(scene, rng)
    if rng.random() < 0.7:
        scene = _with_somebody_else(scene, rng)
    scene = replace(scene, context=_in_other_words(scene, rng))
    nameless = named and not _NAMES.search(scene.context)
    if nameless or (rng.random() < 0.35 and not _PLACED.search(scene.context)):
        scene = _introduced(scene, rng, named)
    return scene


def _respelt(scene: Scene, rng: random.Random) -> Scene:
    """British or American, whichever the dice say, in all texts alike."""
    to = rng.randrange(2)

    def change(text: str) -> str:
        for pair in _SPELLINGS:
            text = re.sub(rf"(?<!\{{)\b{pair[1 - to]}(s?)\b", rf"{pair[to]}\1", text)
        return text

    return scene.changed(change)


def _with_somebody_else(scene: Scene, rng: random.Random) -> Scene:
    match = _SOMEBODY.match(scene.context)
    rest = " ".join((scene.context, scene.ending, *scene.wrong))
    if match is not None and len(re.findall(rf"\b{match[1]}\b", rest)) == 1:
        somebody = rng.choice(PEOPLE[match[1]])
        return replace(scene, context=_capital(somebody) + scene.context[match.end() :])
    match = AT_WORK.match(scene.context)
    if match is not None:
        worker = rng.choice(WORKERS).format(match["work"])
        return replace(scene, context=worker + scene.context[match.end() :])
    match = GROUP.match(scene.context)
    if match is not None:
        group = rng.choice(GROUPS).format(match[1], match[2])
        return replace(scene, context=group + scene.context[match.end() :])
    if _NAME in scene.context and _NAME not in scene.ending + "".join(scene.wrong):
        return replace(scene, context=_renamed(scene.context, rng))
    return scene


def _renamed(context: str, rng: random.Random) -> str:
    """A man, woman, boy or girl in place of the name, and a pronoun where the name returns."""
    before, *after = context.split(_NAME)
    if any(part for part in after[1:]) or (len(after) > 1 and after[0].startswith("'")):
        return context
    kind = rng.choice(tuple(PEOPLE))
    somebody = rng.choice(PEOPLE[kind])
    if before == "" or before.endswith((". ", ": ", "? ")):
        somebody = _capital(somebody)
    return before + somebody + PRONOUNS[kind].join(after)


def _in_other_words(scene: Scene, rng: random.Random) -> str:
    """`To make tea,` may be `How to make tea:`, a pot a big pot, and the next step `then`."""
    context = scene.context
    for words, others in SAME:
        if rng.random() < 0.4:
            context = re.sub(rf"\b{words}\b", others, context)
    if rng.random() < 0.6:
        context = _PURPOSE.sub(lambda match: rng.choice(_PURPOSES).format(match[1]), context)
    if rng.random() < 0.4:
        look = rng.choice(LOOKS)
        context = THINGS.sub(lambda match: f"{match[1]} {look} {match[2]}", context, count=1)
    if rng.random() < 0.3:
        context = _THEN_SOMEBODY.sub(lambda match: rng.choice(_NEXT) + match[1], context)
    goes_on = scene.form in ("do", "does", "did") and not scene.ending.startswith("then ")
    if rng.random() < 0.12 and goes_on:
        context = re.sub(r" and$", " and then", context)
    return context


def _introduced(scene: Scene, rng: random.Random, named: bool) -> Scene:
    leads = {"does": _NOW, "did": _BEFORE}.get(scene.form, _ANY_TIME)
    if _ADVISES.match(scene.context):
        leads = _ADVICE
    lead = rng.choice([one for one in leads if _NAMES.search(one) or not named])
    return replace(scene, context=f"{lead} {scene.context}")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]

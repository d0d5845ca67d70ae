"""Frames of talk about games put together from phrases: any facts, in each of the nine acts."""

import random
import re
from collections.abc import Mapping
from typing import Any

from training.tasks.game_phrases import Facts, noun, sentences

_FORMS: Mapping[str, tuple[str, ...]] = {
    "inform": (
        "{name} is a <game>. <told>", "{name} is a <game>. <told>", "<told of {name}>",
        "<told of {name}>", "The <game> is called {name}. <told>",
    ),
    "confirm": (
        "Do you mean {name}, the <game>?", "Are you talking about {name}, the <game>?",
        "{name}, the <game>, right?", "You mean {name}, the <game>?",
        "Just to check, is that {name}, the <game>?", "Oh, {name}, is that the <game>?",
        "So you are thinking of {name}, the <game>?",
    ),
    "give_opinion": (
        "I think {name} is a {rating} <game>. <told>", "To me {name} is a {rating} <game>. <told>",
        "{name} is a {rating} <game>, if you ask me. <told>", "I find {name} {rating}. <told>",
        "I would rate {name} {rating}. <told>", "In my opinion, {name} is {rating}. <told>",
        "My rating of {name} is {rating}. <told>", "{name} is {rating}, I would say. <told>",
        "I played {name} and thought it was {rating}. <told>",
    ),
    "recommend": (
        "Have you tried {name}? <told>", "Have you played {name}, the <game>?",
        "If you like <games>, you should try {name}. <told>", "Have you heard of {name}? <told>",
        "Since you like <games>, have you tried {name}?", "How about {name}? <told>",
        "You might like {name}. <told>", "Looking for a <game>? Then try {name}. <told>",
        "Since you enjoy <games>, I think you would like {name}. <told>",
    ),
    "suggest": (
        "Do you like <games>, such as {name}?", "Have you played any <games>, like {name}?",
        "Are you into <games>, {name} for example?", "Do <games>, like {name}, appeal to you?",
        "What do you think of <games>, such as {name}?", "<told of {name}> Is that your thing?",
    ),
    "verify_attribute": (
        "You said {name} was {rating}. Do you feel the same about all <games>?",
        "I remember that you found {name} {rating}. Do you often play <games>?",
        "You rated {name} {rating}. Is that how you see <games> in general?",
        "So {name} is {rating} in your view. Are other <games> like that for you?",
        "Since you think {name} is {rating}, do you usually go for <games>?",
    ),
    "request_explanation": (
        "Why do you find <games> {rating}?", "What makes <games> {rating} in your opinion?",
        "You called <games> {rating}. Why is that?", "Why is {name}, the <game>, {rating} for you?",
        "What is it about <games> that you find {rating}?",
        "What made you rate {name} {rating}? <told>",
    ),
    "request": (
        "What is the most {specifier} <game> you have ever played?",
        "Can you name a {specifier} <game>?", "Do you know any {specifier} <games>?",
        "I am looking for a {specifier} <game>. Any ideas?", "Which <game> do you like best?",
        "What {specifier} <games> have you played lately?", "Do you know of a <game>?",
        "Have you played any <games> that were really {specifier}?",
        "What is the last {specifier} <game> that you played?",
    ),
}  # fmt: skip
"""`<game>` and `<games>` stand for phrases with some facts, `<told>` for sentences with others."""

_WEIGHTS: Mapping[str, int] = {
    "genres": 6, "release_year": 4, "developer": 4, "platforms": 4, "player_perspective": 3,
    "esrb": 3, "has_multiplayer": 3, "available_on_steam": 2, "has_linux_release": 1,
    "has_mac_release": 2, "exp_release_date": 4,
}  # fmt: skip
_YES_OR_NO = ("has_multiplayer", "available_on_steam", "has_linux_release", "has_mac_release")
_MOST_IN_A_PHRASE = 4
_GOES_ON = re.compile(r"<games?>[^,.?]")
"""A sentence that goes on after the phrase can bear a short one only."""
_QUESTIONS: Mapping[str, tuple[str, ...]] = {
    "genres": ("which genres do you like best", "what kind of games do you play"),
    "platforms": ("what platforms do you play on", "which console do you own"),
    "player_perspective": ("which player perspective do you prefer", "do you mind the camera view"),
    "developer": ("which developer do you trust most", "do you care which studio made a game"),
    "release_year": ("what year are your favourites from", "do you mind how old a game is"),
    "exp_release_date": ("do you know any upcoming games", "do you follow release dates"),
    "esrb": ("do ESRB ratings matter to you", "do you look at the age rating"),
    "rating": ("what rating did you give your last game", "what did you think of your last game"),
    "has_multiplayer": ("do you like multiplayer", "do you play with friends"),
    "available_on_steam": ("do you buy your games on Steam", "do you use Steam a lot"),
    "has_linux_release": ("do you ever play on Linux", "do you need a Linux version"),
    "has_mac_release": ("do you play on a Mac", "does a Mac version matter to you"),
    "name": ("what is the name of your favourite game", "which game are you playing right now"),
}


def composed(act: str, rng: random.Random) -> dict[str, Any]:
    """A new frame of an act, in the form of those in the corpus."""
    if act == "request_attribute":
        return _asking(rng)
    form = rng.choice(_FORMS[act])
    is_told, is_phrase = "<told" in form, "<game" in form
    most = 2 if _GOES_ON.search(form) else _MOST_IN_A_PHRASE
    facts = _some_facts(rng, most + 3 * is_told, is_out="{rating}" in form)
    inside, outside = facts, facts
    if is_told and is_phrase:
        inside, outside = _split(facts, most, rng)
    text = (
        form.replace("<games>", noun(inside, rng, plural=True))
        .replace("<game>", noun(inside, rng))
        .replace("<told of {name}>", sentences(outside, rng, "{name}"))
        .replace("<told>", sentences(outside, rng))
    )
    heads = [key for key in ("name", "specifier", "rating") if f"{{{key}}}" in text]
    return {
        "act": act,
        "attributes": [*heads, *facts],
        "text": text.strip(),
        "booleans": {key: truth for key, truth in facts.items() if truth is not None},
    }


def _some_facts(rng: random.Random, most: int, *, is_out: bool) -> Facts:
    """Some of what may be said of a game that perhaps is out; of yes and no a little more yes."""
    left_out = "exp_release_date" if is_out or rng.random() < 0.8 else "release_year"
    weights = {key: weight for key, weight in _WEIGHTS.items() if key != left_out}
    drawn = rng.choices(list(weights), list(weights.values()), k=rng.randint(1, most))
    return {key: rng.random() < 0.6 if key in _YES_OR_NO else None for key in drawn}


def _split(facts: Facts, most: int, rng: random.Random) -> tuple[Facts, Facts]:
    """Facts for a phrase, at least one, and the others."""
    keys = list(facts)
    rng.shuffle(keys)
    count = rng.randint(1, min(most, len(keys)))
    return {key: facts[key] for key in keys[:count]}, {key: facts[key] for key in keys[count:]}


def _asking(rng: random.Random) -> dict[str, Any]:
    keys = rng.sample(list(_QUESTIONS), rng.choice((1, 2)))
    asked = ", and ".join(rng.choice(_QUESTIONS[key]) for key in keys)
    text = f"{rng.choice(('', '', 'Tell me, ', 'I wonder, ', 'So, '))}{asked}?"
    text = text[:1].upper() + text[1:]
    return {"act": "request_attribute", "attributes": keys, "text": text, "valueless": keys}

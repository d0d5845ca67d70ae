"""Phrases about a game, a few for every attribute, as frames with slots. Knows no act of speech.

`<is>`, `<has>`, `<runs>` and the like agree with what the phrase stands after. The wordings of yes
and no follow what adapters/facts.py can read: a negation speaks for its whole clause.
"""

import random
from collections.abc import Mapping

from training.tasks.fact_text import in_a_row

Facts = Mapping[str, bool | None]
"""Attributes; those of yes or no with their truth, the others with None."""

_PLURALS = {"<is>": "are", "<has>": "have", "<runs>": "run", "<works>": "work", "<does>": "do"}

_AFTER: Mapping[tuple[str, bool | None], tuple[str, ...]] = {
    ("platforms", None): ("for {platforms}", "on {platforms}"),
    ("developer", None): ("by {developer}", "from {developer}", "made by {developer}"),
    ("release_year", None): ("from {release_year}", "released in {release_year}"),
    ("exp_release_date", None): (
        "due on {exp_release_date}", "planned for {exp_release_date}",
        "coming on {exp_release_date}",
    ),
    ("esrb", None): ("rated {esrb}", "with the rating {esrb}", "with an ESRB rating of {esrb}"),
    ("player_perspective", None): (
        "in {player_perspective}", "played in {player_perspective}",
        "with a {player_perspective} view",
    ),
    ("has_multiplayer", True): ("with multiplayer", "with co-op", "to play with friends"),
    ("has_multiplayer", False): ("without multiplayer", "with no multiplayer"),
    ("available_on_steam", True): ("on Steam", "that <is> on Steam", "sold on Steam"),
    ("available_on_steam", False): ("that <is> not on Steam", "not sold on Steam"),
    ("has_linux_release", True): ("with a Linux version", "that <runs> on Linux"),
    ("has_linux_release", False): ("with no Linux version", "that <does> not run on Linux"),
    ("has_mac_release", True): ("with a Mac version", "that <works> on a Mac"),
    ("has_mac_release", False): ("without a Mac release", "that <does> not run on Mac"),
}  # fmt: skip
_TOLD: Mapping[tuple[str, bool | None], tuple[str, ...]] = {
    ("platforms", None): ("is out for {platforms}", "runs on {platforms}", "is on {platforms}"),
    ("developer", None): (
        "was made by {developer}", "was developed by {developer}", "is the work of {developer}",
    ),
    ("release_year", None): ("came out in {release_year}", "was released in {release_year}"),
    ("exp_release_date", None): (
        "comes out on {exp_release_date}", "is due on {exp_release_date}",
        "will be released on {exp_release_date}",
    ),
    ("genres", None): ("belongs to the {genres} genre", "is a {genres} title"),
    ("esrb", None): ("is rated {esrb}", "has the ESRB rating {esrb}", "carries the rating {esrb}"),
    ("player_perspective", None): (
        "is played in {player_perspective}", "uses a {player_perspective} view",
        "puts you in {player_perspective}",
    ),
    ("has_multiplayer", True): ("has multiplayer", "can be played with friends", "offers co-op"),
    ("has_multiplayer", False): ("has no multiplayer", "is single-player", "is for solo play"),
    ("available_on_steam", True): ("is on Steam", "is available on Steam", "can be had on Steam"),
    ("available_on_steam", False): ("is not on Steam", "is not available on Steam"),
    ("has_linux_release", True): ("runs on Linux", "has a Linux version", "is out on Linux"),
    ("has_linux_release", False): ("does not run on Linux", "has no Linux release"),
    ("has_mac_release", True): ("runs on Mac", "has a Mac version", "is available for Mac"),
    ("has_mac_release", False): ("does not run on Mac", "has no Mac version"),
}  # fmt: skip
_BEFORE = ("release_year", "has_multiplayer", "player_perspective", "genres")


def noun(facts: Facts, rng: random.Random, *, plural: bool = False) -> str:
    """`{release_year} multiplayer {genres} game for {platforms}`, all that is so."""
    is_before = {key: key == "genres" or rng.random() < 0.5 for key in _BEFORE if key in facts}
    words = []
    for key in (key for key in _BEFORE if is_before.get(key)):
        kind = {True: "multiplayer", False: "single-player", None: f"{{{key}}}"}[facts[key]]
        words.append(kind)
    head = rng.choice(("game", "game", "game", "title"))
    words.append(f"{head}s" if plural else head)
    later = [(rng.choice(_AFTER[key, facts[key]]), key) for key in facts if not is_before.get(key)]
    rng.shuffle(later)
    # Denials come last and behind commas, or they would deny what stands in their clause.
    later.sort(key=lambda one: (facts[one[1]] is False, one[0].startswith("that")))
    text = " ".join(words)
    for place, (phrase, key) in enumerate(later):
        is_cut = facts[key] is False and (place > 0 or "multiplayer" in words)
        text += f"{', ' if place > 1 or is_cut else ' '}{phrase}"
    for mark, verb in _PLURALS.items():
        text = text.replace(mark, verb if plural else mark.strip("<>"))
    return text


def sentences(facts: Facts, rng: random.Random, subject: str = "It") -> str:
    """`It came out in {release_year}, is rated {esrb} and runs on {platforms}.`, all that is so
    about `subject`, in sentences of one to three statements."""
    keys = list(facts)
    rng.shuffle(keys)
    told = [rng.choice(_TOLD[key, facts[key]]) for key in keys]
    made, place = [], 0
    while place < len(told):
        count = rng.choice((1, 2, 2, 3))
        made.append(f"{subject} {in_a_row(told[place : place + count])}.")
        subject, place = "It", place + count
    return " ".join(made)

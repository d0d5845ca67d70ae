"""Values for facts about games, such as a sentence frame can bear. Knows no sentence of its own."""

import random
import re
from collections.abc import Iterable, Mapping

from training.frames import CLOSED, Draw
from training.tasks.fact_text import in_a_row
from training.text.domain import suit

_SEVERAL_SHARE: Mapping[str, float] = {
    "genres": 0.25,
    "platforms": 0.25,
    "player_perspective": 0.08,
}
_SEQUELS = (
    " 2", " 3", " II", " III", " IV", " 4", " Remastered", ": Origins", " 2K21", " Online",
    ": The Beginning", " 64", " HD", ": Episode One", " '98",
)  # fmt: skip
_RATED = ("E", "E", "T", "T", "M", "M", "E 10+", "E10+", "AO", "Everyone", "Teen", "Mature 17+")
_MOODS = ("sci-fi", "fantasy", "cozy", "space", "military", "historical", "2D", "narrative")
_GENRES = (
    "action-adventure", "MMO", "RPG", "real-time tactics", "hidden object", "sim", "soccer",
    "auto battler", "walking simulator", "detective", "bullet hell", "dating sim", "word puzzle",
)  # fmt: skip
_VIEWS = ("isometric", "top-down", "first-person", "third-person", "over-the-shoulder", "2D")
_ADJECTIVES = ("isometric", "top-down", "over-the-shoulder")
_VIEWED = re.compile(r"\{player_perspective\} (?:view|perspective|point|camera)")
_ONLY_BEFORE_NOUNS = re.compile(
    r"\{player_perspective\}(?! (?:view|perspective|point|camera|game|title|look|angle|release))"
)
_SPECIFIERS = (
    *CLOSED["specifier"], "relaxing", "addictive", "challenging", "interesting", "easy", "long",
    "short", "underrated", "overrated", "realistic", "immersive", "memorable", "cute", "violent",
    "frustrating", "popular", "cheap", "unusual", "creative", "fast-paced", "unique", "confusing",
)  # fmt: skip
_SHORTEST_AFTER_MOST = 6
# A platform that a yes-or-no fact speaks of would contradict it or make it unclear.
_CONTESTED = re.compile(r"Mac|Linux|Steam|PC|Windows|iOS")
_MAY_BE_A_SCORE = re.compile(
    r"\b(?:rat(?:e[ds]?|ing)|scored?|mark|grade|review)\b[^.?!}]*(?:\{\w+\}[^.?!}]*)?\{rating\}"
)
_MONTHS = CLOSED["month"]


def settle(attributes: Iterable[str], text: str, draw: Draw) -> tuple[dict[str, str], str]:
    """The values of the attributes that have one, and the frame's text fitted to them. The draw
    remembers them as the text says them: of `racing, puzzle` it says `racing and puzzle`."""
    values: dict[str, str] = {}
    for key in attributes:
        if f"{{{key}}}" not in text:
            continue
        if key == "name":
            suit("viggo", draw)
            values[key] = _title(draw)
        elif key in _SEVERAL_SHARE:
            several = _several(key, text, draw)
            values[key] = ", ".join(several)
            if key == "genres" and several[1:]:
                text = re.sub(r"\{genres\} genre\b", "{genres} genres", text)
            draw.memory[key] = in_a_row(several)
            continue
        elif key == "exp_release_date":
            values[key], text = _date(text, draw.rng)
        else:
            values[key] = _value(key, text, draw)
        draw.memory[key] = values[key]
    return values, text


def _title(draw: Draw) -> str:
    title = draw.memory["name"]
    is_series = draw.rng.random() < 0.15 and not title[-1].isdigit()
    return title + draw.rng.choice(_SEQUELS) if is_series else title


def _value(key: str, text: str, draw: Draw) -> str:
    rng = draw.rng
    if key == "rating":
        is_score = _MAY_BE_A_SCORE.search(text) and rng.random() < 0.3
        return _score(rng) if is_score else draw.slot("opinion")
    if key == "esrb":
        return rng.choice(_RATED if rng.random() < 0.6 else CLOSED["esrb"])
    if key == "specifier":
        return _specifier(text, draw)
    return draw.slot(key)


def _score(rng: random.Random) -> str:
    top = rng.choice((5, 10, 10, 100))
    number = rng.randint(2, top)
    return rng.choice((f"{number} out of {top}", f"{number}/{top}", f"{min(number, 5)} stars"))


def _specifier(text: str, draw: Draw) -> str:
    while True:
        word = draw.rng.choice(_SPECIFIERS)
        if draw.rng.random() < 0.4:
            word = _another(draw.rng.choice(("adjective_positive", "adjective_negative")), draw)
            draw.entities.discard(word)  # a word for everyone, no name
        if "most {specifier}" not in text or len(word) >= _SHORTEST_AFTER_MOST:
            return word


def _another(slot: str, draw: Draw) -> str:
    return draw.slot(f"{slot}:{draw.rng.randint(100, 10**9)}")


def _several(key: str, text: str, draw: Draw) -> list[str]:
    """The values of an attribute that may have more than one."""
    count = draw.rng.choice((2, 2, 2, 3)) if draw.rng.random() < _SEVERAL_SHARE[key] else 1
    values: list[str] = []
    while len(values) < count:
        value = _one_of_several(key, draw)
        if value not in values and _fits(key, value, text):
            values.append(value)
        else:
            draw.entities.discard(value)
    return values


def _one_of_several(key: str, draw: Draw) -> str:
    rng = draw.rng
    if key == "player_perspective":
        return rng.choice(_VIEWS if rng.random() < 0.3 else CLOSED[key])
    value = _another(key, draw)
    if key == "genres" and rng.random() < 0.3:
        return rng.choice(_GENRES if rng.random() < 0.5 else (f"{rng.choice(_MOODS)} {value}",))
    return value


def _fits(key: str, value: str, text: str) -> bool:
    """Whether the text can say the value: no `card game games`, no `side view perspective`."""
    if key == "platforms":
        return not (_CONTESTED.search(value) and re.search(r"Mac|Linux|Steam|multiplayer", text))
    if key == "genres":
        return not value.endswith("game") or "{genres} game" not in text
    if "view" in value:
        return not _VIEWED.search(text)
    return value not in _ADJECTIVES or _ONLY_BEFORE_NOUNS.search(text) is None


def _date(text: str, rng: random.Random) -> tuple[str, str]:
    """A day, or a month after `in` where the text has `on`."""
    month, year = rng.choice(_MONTHS), rng.randint(2021, 2030)
    day = rng.randint(1, 28)
    if rng.random() < 0.7 or "on {exp_release_date}" not in text:
        return rng.choice((f"{month} {day}, {year}",) * 3 + (f"{day} {month} {year}",)), text
    when = rng.choice((f"{month} {year}", f"{month} {year}", f"spring {year}", f"late {year}"))
    return when, text.replace("on {exp_release_date}", "in {exp_release_date}")

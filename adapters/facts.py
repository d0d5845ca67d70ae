"""Facts such as "name[The Vaults], area[riverside]", and whether a text states them.

The measure of the tasks that put facts into words. A fact stands in the text if its value does,
whole words, any case; of a list (genres[racing, puzzle]) each part may stand where it likes. A
fact repeated in its own notation is not text and is taken out first, or a model that merely echoes
its input would be perfect. What the text adds is not counted.

Two kinds of fact have no words of their own.

Yes or no: familyFriendly[yes], has_multiplayer[no]. The text is read in clauses (cut at
punctuation, "and", "but", "yet"), after the names of places and things were taken out ("The Kids'
Corner" says nothing about children). A clause speaks of the topic if it holds one of its words,
and denies it if it also holds a negation ("not", "isn't", "without", "kept out"...), or if the
text says the opposite outright ("adults only", "single-player").
    no   stands in the text if a clause denies the topic.
    yes  stands in the text if a clause speaks of the topic and none denies it.

Asked about: genres[]. It stands in a text that asks a question and names the topic.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from adapters.errors import BadFields

FACTS_FIELD = "meaning_representation"
"""The field that holds the facts."""

_FACT = re.compile(r"(\w+)\[([^\]]*)\]")
_CLAUSE_END = re.compile(r"[.,;:!?()–—]|\b(?:and|but|yet)\b")
_NEGATION = re.compile(
    r"\b(?:not|no|never|nor|neither|none|cannot|without|unsuitable|unwelcome|leave|leaves|elsewhere"
    r"|unavailable|lacks?|lacking|missing|skips?|skipped|absent"
    r"|(?:keep|keeps|kept|turn|turns|turned)\b.*\b(?:out|away))\b|n['’]t\b"
)
# "Good for kids? No." is one statement, although a mark stands inside it.
_ANSWERED_NO = re.compile(r"\?\s+no\b")


@dataclass(frozen=True)
class _Topic:
    """The words that speak of a yes-or-no fact, and those that deny it outright."""

    words: re.Pattern[str]
    opposite: re.Pattern[str] | None = None


def _words(pattern: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{pattern})\b")


_ADULTS = r"(?:adults?|grown-?ups?)"
_TOPICS: Mapping[str, _Topic] = {
    "familyFriendly": _Topic(
        _words(r"famil(?:y|ies)|child(?:ren)?|kids?|toddlers?|little ones|all ages"),
        _words(rf"{_ADULTS}[- ]only|(?:only|just) (?:for )?{_ADULTS}|for {_ADULTS}"),
    ),
    "has_multiplayer": _Topic(
        _words(r"multi-?player|co-?op|(?:with|against) (?:your )?(?:friends|others|other people)"),
        _words(r"single-?player|solo|on your own|by yourself|alone"),
    ),
    "available_on_steam": _Topic(_words(r"steam")),
    "has_mac_release": _Topic(_words(r"macs?|mac ?os")),
    "has_linux_release": _Topic(_words(r"linux")),
}
_ASKED: Mapping[str, re.Pattern[str]] = {
    "genres": _words(r"genres?|kinds?|types?|sorts?|styles?"),
    "platforms": _words(r"platforms?|consoles?|systems?|devices?|machines?|play (?:it |them )?on"),
    "player_perspective": _words(r"perspectives?|views?|viewpoints?|camera|person"),
    "developer": _words(r"developers?|studios?|compan(?:y|ies)|made|makers?|makes?|developed"),
    "release_year": _words(r"years?|when|release|released|old|new|came out|recent"),
    "exp_release_date": _words(r"when|dates?|release|upcoming|come out|coming out"),
    "esrb": _words(r"esrb|ratings?|rated|content|age|ages"),
    "rating": _words(r"ratings?|good|like|think|opinion|feel|best|worst|score|reviews?"),
    "name": _words(r"names?|called|titles?|games?|which"),
}


def read_facts(representation: str) -> tuple[tuple[str, str], ...]:
    """(attribute, value) pairs of "name[The Vaults], genres[]"; an empty value is asked about.

    Raises BadFields.
    """
    facts = tuple((name, value.strip()) for name, value in _FACT.findall(representation))
    if not facts or not any(value or name in _ASKED or name in _TOPICS for name, value in facts):
        raise BadFields("The facts must look like name[The Vaults], area[riverside].")
    return facts


def facts_stated(representation: str, text: str) -> float:
    """The share of the facts that stand in the text, 0.0 to 1.0. Raises BadFields."""
    num_facts = len(read_facts(representation))
    return (num_facts - len(facts_left_out(representation, text))) / num_facts


def facts_left_out(representation: str, text: str) -> tuple[tuple[str, str], ...]:
    """The (attribute, value) pairs that the text does not state. Raises BadFields."""
    facts = read_facts(representation)
    plain = plain_text(_FACT.sub(" ", text))
    return tuple(fact for fact in facts if not _stands(*fact, plain, facts))


def plain_text(text: str) -> str:
    """Case folded, runs of white space made one space."""
    return " ".join(text.casefold().split())


def whole_words(value: str) -> re.Pattern[str]:
    """Pattern of a value inside a plain text, not as a part of longer words."""
    return re.compile(rf"(?<!\w){re.escape(plain_text(value))}(?!\w)")


def _stands(name: str, value: str, text: str, facts: tuple[tuple[str, str], ...]) -> bool:
    if not value:
        return "?" in text and _is_asked(name, text)
    if name in _TOPICS and plain_text(value) in ("yes", "no"):
        for _, words in (fact for fact in facts if fact[0] in ("name", "near", "developer")):
            text = whole_words(words).sub(" ", text) if words else text
        return _says(_TOPICS[name], text) == (plain_text(value) == "yes")
    parts = value.split(", ")
    return all(whole_words(part).search(text) for part in parts) or bool(
        whole_words(value).search(text)
    )


def _is_asked(name: str, text: str) -> bool:
    pattern = _ASKED[name] if name in _ASKED else _TOPICS[name].words if name in _TOPICS else None
    return pattern is None or pattern.search(text) is not None


def _says(topic: _Topic, text: str) -> bool | None:
    """Whether the text affirms the topic; None if it does not speak of it."""
    clauses = _CLAUSE_END.split(_ANSWERED_NO.sub(" no", text))
    speaking = [clause for clause in clauses if topic.words.search(clause)]
    denied = topic.opposite is not None and topic.opposite.search(text)
    if denied or any(_NEGATION.search(clause) for clause in speaking):
        return False
    return True if speaking else None

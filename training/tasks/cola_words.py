"""English words with their forms, for rules that have to know which form is the wrong one."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

_IRREGULAR = (
    "write wrote written", "take took taken", "give gave given", "go went gone", "come came come",
    "see saw seen", "know knew known", "speak spoke spoken", "break broke broken",
    "choose chose chosen", "drive drove driven", "eat ate eaten", "fall fell fallen",
    "fly flew flown", "forget forgot forgotten", "grow grew grown", "hide hid hidden",
    "ride rode ridden", "rise rose risen", "run ran run", "sing sang sung", "sink sank sunk",
    "steal stole stolen", "swim swam swum", "throw threw thrown", "wear wore worn",
    "begin began begun", "bite bit bitten", "blow blew blown", "draw drew drawn",
    "drink drank drunk", "buy bought bought", "bring brought brought", "build built built",
    "catch caught caught", "find found found", "fight fought fought", "hear heard heard",
    "hold held held", "keep kept kept", "leave left left", "lend lent lent", "lose lost lost",
    "make made made", "meet met met", "pay paid paid", "say said said", "sell sold sold",
    "send sent sent", "sit sat sat", "sleep slept slept", "spend spent spent", "tell told told",
    "stand stood stood", "teach taught taught", "think thought thought", "win won won",
    "understand understood understood", "become became become", "lead led led", "get got got",
)  # fmt: skip
_REGULAR = (
    "accept", "agree", "allow", "announce", "appear", "appoint", "arrest", "arrive", "ask",
    "believe", "belong", "borrow", "call", "carry", "change", "clean", "climb", "close", "collect",
    "compete", "complete", "contain", "cook", "cover", "create", "cross", "cry", "deliver",
    "describe", "destroy", "disappear", "discover", "educate", "elect", "enjoy", "enter", "escape",
    "examine", "expect", "explain", "fail", "fill", "finish", "follow", "happen", "hate", "help",
    "hope", "improve", "include", "introduce", "invent", "invite", "join", "jump", "kill", "laugh",
    "learn", "like", "listen", "live", "locate", "look", "love", "marry", "mention", "move", "need",
    "obtain", "occur", "offer", "open", "order", "own", "paint", "plan", "plant", "play", "prepare",
    "prevent", "produce", "promise", "protect", "prove", "publish", "reach", "receive", "refuse",
    "remain", "remember", "remove", "repair", "replace", "reply", "report", "return", "save",
    "serve", "smile", "start", "stay", "stop", "study", "suffer", "suggest", "support", "talk",
    "train", "translate", "travel", "try", "turn", "use", "visit", "vote", "wait", "walk", "want",
    "warn", "wash", "watch", "win", "work", "worry",
)  # fmt: skip
_DOUBLED = {"stop", "plan", "occur", "get", "run", "sit", "swim", "win", "begin", "forget"}
NO_NOUNS = frozenset(
    (
        "write", "take", "give", "go", "come", "see", "know", "speak", "choose", "eat", "forget",
        "grow", "sing", "steal", "swim", "begin", "buy", "bring", "keep", "lend", "lose", "make",
        "meet", "sell", "send", "sit", "spend", "teach", "tell", "think", "become", "understand",
        "accept", "agree", "allow", "announce", "appear", "appoint", "arrive", "believe", "belong",
        "borrow", "carry", "collect", "compete", "contain", "create", "deliver", "describe",
        "destroy", "disappear", "discover", "educate", "elect", "enjoy", "enter", "examine",
        "expect", "explain", "follow", "happen", "improve", "include", "introduce", "invent",
        "join", "learn", "listen", "locate", "marry", "mention", "obtain", "occur", "prepare",
        "prevent", "produce", "protect", "prove", "publish", "receive", "refuse", "remain",
        "remember", "remove", "replace", "serve", "suffer", "suggest", "translate", "hear",
    )
)  # fmt: skip
"""Verbs whose base form is no noun and no adjective: a wrong base form cannot be read as one."""

NOUNS = (
    "boy boys", "girl girls", "man men", "woman women", "child children", "friend friends",
    "dog dogs", "cat cats", "horse horses", "bird birds", "book books", "letter letters",
    "house houses", "door doors", "window windows", "chair chairs", "street streets",
    "village villages", "city cities", "country countries", "river rivers", "lake lakes",
    "mountain mountains", "island islands", "bridge bridges", "garden gardens", "shop shops",
    "restaurant restaurants", "museum museums", "library libraries", "song songs", "player players",
    "factory factories", "computer computers", "camera cameras", "bag bags", "box boxes",
    "bottle bottles", "coat coats", "shirt shirts", "key keys", "picture pictures",
    "problem problems", "plan plans", "job jobs", "year years", "month months", "week weeks",
    "minute minutes", "hour hours", "day days", "mistake mistakes", "ticket tickets",
    "flower flowers", "neighbour neighbours", "teacher teachers", "doctor doctors", "nurse nurses",
    "farmer farmers", "worker workers", "driver drivers", "student students", "tower towers",
    "castle castles", "painting paintings", "poem poems", "novel novels", "magazine magazines",
    "concert concerts", "meeting meetings", "building buildings", "train trains", "ship ships",
    "town towns", "team teams", "visitor visitors", "patient patients", "party parties",
    "school schools", "church churches", "story stories", "game games", "road roads", "word words",
)  # fmt: skip
_MASS_TOO = {
    "school", "church", "train", "ship", "town", "team", "party", "story", "game", "road", "house",
    "man", "woman", "child", "city", "day", "word", "year", "country",
}  # fmt: skip
ADJECTIVES = (
    "old", "new", "small", "big", "large", "young", "long", "short", "tall", "famous", "important",
    "beautiful", "little", "high", "wide", "narrow", "modern", "ancient", "strange", "popular",
    "expensive", "cheap", "heavy", "quiet", "busy", "wooden", "former", "red", "green", "local",
)  # fmt: skip


@dataclass(frozen=True)
class Verb:
    """A verb's five forms."""

    base: str
    past: str
    participle: str

    @property
    def third(self) -> str:
        """As in `she goes`."""
        if re.search(r"[^aeiou]y$", self.base):
            return f"{self.base[:-1]}ies"
        return f"{self.base}es" if re.search(r"(?:s|x|ch|sh|o)$", self.base) else f"{self.base}s"

    @property
    def gerund(self) -> str:
        """As in `she is going`."""
        stem = self.base
        if stem in _DOUBLED:
            stem += stem[-1]
        elif re.search(r"[^eo]e$", stem):
            stem = stem[:-1]
        return f"{stem}ing"


def regular_past(base: str) -> str:
    """The past as the regular rule makes it: right for `open`, wrong for `go`."""
    if base in _DOUBLED:
        return f"{base}{base[-1]}ed"
    if re.search(r"[^aeiou]y$", base):
        return f"{base[:-1]}ied"
    return f"{base}d" if base.endswith("e") else f"{base}ed"


_IRREGULAR_VERBS = [Verb(*forms.split()) for forms in _IRREGULAR]
_KNOWN = {verb.base for verb in _IRREGULAR_VERBS}
VERBS = {verb.base: verb for verb in _IRREGULAR_VERBS} | {
    base: Verb(base, regular_past(base), regular_past(base))
    for base in _REGULAR
    if base not in _KNOWN
}
PLURAL = dict(pair.split() for pair in NOUNS)
SINGULAR = {plural: singular for singular, plural in PLURAL.items()}
COUNTED = frozenset(PLURAL) - _MASS_TOO
"""Nouns that never stand without an article in the singular, not even in a set phrase."""


def any_of(words: Iterable[str]) -> str:
    """A pattern that matches one of the words, longest first."""
    return f"(?:{'|'.join(sorted(words, key=len, reverse=True))})"

"""A sentence denied with a single "not", while its names are still slots."""

import re

_LINKED = re.compile(
    r"\b(?:who|which|that|when|where|while|because|after|before|although|though|if|whose|unless"
    r"|until|since|as|but|and|or|than|to \w+ (?:that|if)|so|said|says?|whether|only|also|not|no"
    r"|never|nobody|none|few|fewer|less|more|about|at (?:least|most)|all|every\w*|some|most|many"
    r"|half|dozens|hundreds|thousands|both|each|any|almost|nearly|hardly|still|again|too|up to"
    r"|without|always|just|there|the only)\b"
    r"|n't\b|[,;:]",
    re.IGNORECASE,
)
_AUXILIARY = re.compile(r"^((?:[^,]*?) )(is|was|are|were|will|can|could|has been|have been) (.+)$")
_DID = re.compile(r"^((?:[^,]*?) )(\w+) (.*)$")
_PAST = {
    "rose": "rise", "fell": "fall", "won": "win", "lost": "lose", "opened": "open", "beat": "beat",
    "began": "begin", "ended": "end", "died": "die", "bought": "buy", "sold": "sell",
    "sang": "sing", "closed": "close", "walked": "walk", "visited": "visit", "called": "call",
    "found": "find", "arrived": "arrive", "resigned": "resign", "signed": "sign", "wrote": "write",
    "directed": "direct", "recorded": "record", "designed": "design", "moved": "move",
    "played": "play", "scored": "score", "grew": "grow", "killed": "kill", "destroyed": "destroy",
    "sank": "sink", "crashed": "crash", "voted": "vote", "received": "receive", "served": "serve",
    "stopped": "stop", "joined": "join", "left": "leave", "shook": "shake", "hit": "hit",
    "cancelled": "cancel", "agreed": "agree", "took": "take", "gave": "give", "spent": "spend",
    "paid": "pay", "raised": "raise", "cut": "cut", "broke": "break", "ate": "eat", "saw": "see",
    "drank": "drink", "forgot": "forget", "cost": "cost", "married": "marry", "caught": "catch",
}  # fmt: skip


def negated(sentence: str) -> str | None:
    """The sentence denied, where it is simple enough for "not" to deny all of it."""
    if _LINKED.search(sentence):
        return None
    if (match := _AUXILIARY.match(sentence)) and not _AUXILIARY.match(f"{match[1]}x {match[3]}"):
        verb, *rest = match[2].split(" ")
        denied = " ".join([verb, "not", *rest]).replace("can not", "cannot")
        return f"{match[1]}{denied} {match[3]}"
    if (match := _DID.match(sentence)) and match[2] in _PAST and not _AUXILIARY.match(sentence):
        return f"{match[1]}did not {_PAST[match[2]]} {match[3]}"
    return None


def is_simple(sentence: str) -> bool:
    """Whether a frame is one clause that states one thing."""
    return not _LINKED.search(sentence)

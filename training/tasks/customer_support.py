"""Calls to a bank and which of eight requests the caller has."""

import random
import re

from training.frames import Draw, fill
from training.lexicon import Split
from training.noise import gaps
from training.tasks import support_talk as talk
from training.tasks.labelled import frames_by_label, may_name_more
from training.tasks.sample import Sample
from training.tasks.support_requests import ANSWERS, REQUESTS
from training.tasks.wording import in_words, punctuated, with_capital

Turns = list[tuple[str, str]]
"""Who speaks, and what."""

_LONG_TURN = 6
_OWN_SHARE = 0.12
_GREETS = re.compile(
    r"(?:hello|hi\b|hey|good |morning|afternoon|evening|thank|welcome|bank|you've)"
)
_ANSWERS_GREETING = re.compile(r"(?:good )?(?:morning|afternoon|evening)")
_MATTER = re.compile(r", (?:how|what) ")
_HESITATIONS = ("um, ", "uh, ", "er, ", "well, ", "yeah, ", "so, ", "okay so, ")
_ASKED = ["agent", "caller"]


def make(draw: Draw, frames: Split) -> Sample:
    """Field text, the call on one line; the answer is the request."""
    rng = draw.rng
    known = frames_by_label("customer_support", frames)
    label = rng.choice(tuple(known))
    if frames == "train" and rng.random() < _OWN_SHARE:
        said = fill(rng.choice(REQUESTS[label]), draw)
        if rng.random() < 0.4:
            return Sample({"text": _alone(said, draw)}, label)
        turns = [("caller", said), ("agent", rng.choice(ANSWERS))]
    else:
        turns = [_turn(fill(turn, draw)) for turn in rng.choice(known[label])["turns"]]
    if draw.split == "train":
        turns = [(who, _gapped(said, rng)) for who, said in turns]
    if rng.random() < 0.3 and may_name_more(draw, frames):
        turns = _interrupted(turns, draw)
    if rng.random() < 0.6 and may_name_more(draw, frames):
        turns = _opened(turns, label, draw)
    if rng.random() < 0.45 and may_name_more(draw, frames):
        turns = _closed(turns, label, draw)
    if rng.random() < 0.4:
        turns = [(who, _hesitant(who, said, rng)) for who, said in turns]
    return Sample({"text": _written(turns, rng)}, label)


def _alone(said: str, draw: Draw) -> str:
    """What somebody types who has no call to show: the request, with or without `caller:`."""
    rng = draw.rng
    said = f"{rng.choice(('', '', 'hi, ', 'hello ', 'um, '))}{said}"
    said = rng.choice((said, said, punctuated(with_capital(said))))
    return rng.choice((said, f"caller: {said}"))


def _gapped(said: str, rng: random.Random) -> str:
    return gaps(said, rng) if len(said.split()) >= _LONG_TURN else said


def _turn(text: str) -> tuple[str, str]:
    who, _, said = text.partition(": ")
    return who.lower(), said


def _pair(lines: tuple[str, str], draw: Draw, first: str) -> Turns:
    second = "caller" if first == "agent" else "agent"
    return [(first, fill(lines[0], draw)), (second, fill(lines[1], draw))]


def _interrupted(turns: Turns, draw: Draw) -> Turns:
    """The caller says something else before answering; the agent waits."""
    places = [i for i in range(1, len(turns)) if [w for w, _ in turns[i - 1 : i + 1]] == _ASKED]
    if not places:
        return turns
    place = draw.rng.choice(places)
    return turns[:place] + _pair(draw.rng.choice(talk.DETOURS), draw, "caller") + turns[place:]


def _opened(turns: Turns, label: str, draw: Draw) -> Turns:
    """A greeting and what comes before the matter: a name, or another matter that is dropped."""
    rng = draw.rng
    greeting = rng.choice(talk.GREETINGS).replace("<bank>", rng.choice(talk.BANKS))
    hello = [("agent", fill(greeting, draw))]
    asked = _pair(rng.choice(talk.NAME_FIRST), draw, "agent")
    asked[0] = ("agent", f"{_MATTER.split(hello[0][1])[0]}, {asked[0][1]}")
    if turns[0][0] == "agent" and _GREETS.match(turns[0][1]):
        return turns if _is_answered(turns, draw) else hello + turns[1:]
    if turns[0][0] == "agent":
        return asked + turns
    chance = rng.random()
    if chance < 0.4:
        return hello + turns
    if chance < 0.7:
        return [*asked, ("agent", fill(rng.choice(talk.GO_ON), draw)), *turns]
    other = rng.choice([request for request in talk.DROPPED if request != label])
    lines = (rng.choice(talk.DROPPED[other]), rng.choice(talk.DROPPED_ANSWERS))
    return hello + _pair(lines, draw, "caller") + turns


def _is_answered(turns: Turns, draw: Draw) -> bool:
    """Whether the caller speaks to the very words of the greeting, so that it has to stay."""
    reply = turns[1][1] if len(turns) > 1 else ""
    return draw.memory.get("first_name", "-") in turns[0][1] or bool(_ANSWERS_GREETING.match(reply))


def _closed(turns: Turns, label: str, draw: Draw) -> Turns:
    rng = draw.rng
    closing = _pair(rng.choice(talk.CLOSINGS), draw, "agent")
    if rng.random() < 0.3:
        other = rng.choice([request for request in talk.OFFERED if request != label])
        closing = _pair((talk.OFFERED[other], rng.choice(talk.REFUSALS)), draw, "agent")
    if turns[-1][0] == "agent":
        thanks = rng.choice(("okay", "great, thank you", "thanks", "perfect", "oh good", "alright"))
        return [*turns, ("caller", thanks), *closing]
    return turns + closing


def _hesitant(who: str, said: str, rng: random.Random) -> str:
    if who == "caller" and rng.random() < 0.35:
        return f"{rng.choice(_HESITATIONS)}{said}"
    return said


def _written(turns: Turns, rng: random.Random) -> str:
    """On one line, mostly as a machine writes speech down: small letters, few signs."""
    if rng.random() < 0.4:
        turns = [(who, re.sub(r"\b(?!19|20)\d{2,4}\b", _spoken, said)) for who, said in turns]
    style = rng.random()
    if style < 0.1:
        turns = [(with_capital(who), punctuated(with_capital(said))) for who, said in turns]
        return " ".join(f"{who}: {said}" for who, said in turns)
    if style < 0.2:
        turns = [(who, punctuated(said)) for who, said in turns]
    return " ".join(f"{who}: {said}" for who, said in turns).lower()


def _spoken(match: re.Match[str]) -> str:
    return in_words(int(match[0])).replace("-", " ")

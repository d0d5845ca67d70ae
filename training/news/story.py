"""News stories: a frame filled, its sentences arranged, perhaps an aside before or behind them.

Three tasks read them: a summary, a headline, a text to a headline. What those need of a story is
`outline`'s to say.
"""

import random
import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

from training.frames import Draw, fill
from training.lexicon import Split, load_task_frames
from training.news.asides import BY_KIND, CLOSERS, OPENERS, OTHER_NEWS, kind_of
from training.news.outline import Outline, outline
from training.news.style import opened, sentence_case
from training.noise import slip
from training.words import words_of

_TECHNICAL = re.compile(
    r"\b(AI|apps?|batter|browser|chip|cloud|code|computer|data|drone|electric|hacker|keyboard"
    r"|online|phone|program|robot|satellite|software|solar|web|wind farm)"
    r"|\{(company|game_|platform|product|university|website)",
    re.IGNORECASE,
)
_ACTS = r"(?= (?:can|has|is|must|plans|said|says|wants|was|will|won)\b)"
_DETAILS = (
    (re.compile(r"\{company\}" + _ACTS), ", which is based in {city:8},"),
    (re.compile(r"\{company\}" + _ACTS), ", a family firm from {region:8},"),
    (re.compile(r"\{company\}" + _ACTS), ", which has customers in {int:3-60} countries,"),
    (re.compile(r"\{(?:person|last_name)\}" + _ACTS), ", who comes from {village:8},"),
    (re.compile(r"\{(?:person|last_name)\}" + _ACTS), ", a native of {city:8},"),
    (re.compile(r"\{university\}" + _ACTS), ", which has {int:3-40},000 students,"),
    (re.compile(r"\{sports_team\}" + _ACTS), ", watched by {int:2-60},000 fans,"),
)
"""What may be said of somebody in passing; a summary leaves it out."""
_DETAIL_SHARE = 0.2


@dataclass(frozen=True)
class Story:
    """A filled frame: its sentences in the frame's order, and who carries what."""

    kind: str
    sentences: tuple[str, ...]
    headline: str
    summary: str
    outline: Outline
    for_headline: frozenset[int]
    for_summary: frozenset[int]


def tell(draw: Draw, frames: Split, technical_share: float = 0.0) -> Story:
    """A story, all its texts filled by the same draw: at least `technical_share` of all stories are
    about technology or business."""
    frame = _choose(draw.rng, frames, technical_share)
    # The body is filled first, for it defines the numbers.
    body = _with_detail(frame["body"], draw.rng)
    sentences = tuple(opened(fill(sentence, draw)) for sentence in body)
    plan = outline(tuple(frame["body"]))
    for_summary, for_headline = plan.carriers(frame["summary"]), plan.carriers(frame["headline"])
    if not plan.has_words_of(frame["headline"]):
        # It says in other words what the summary says too: "solved" of a thing found again.
        for_headline |= for_summary
    slots = set(re.findall(r"\{(\w+)", " ".join(frame["body"])))
    return Story(
        kind_of(slots),
        sentences,
        opened(fill(sentence_case(frame["headline"]), draw)),
        opened(fill(frame["summary"], draw)),
        plan,
        for_headline,
        for_summary,
    )


def article(
    story: Story, needed: Collection[int], draw: Draw, *, leave_out: float, asides: float
) -> list[str]:
    """The story's sentences, some of those not needed left out or moved, some asides added."""
    rng = draw.rng
    order = story.outline.arrange(needed, rng, leave_out)
    text = [story.sentences[at] for at in order]
    if rng.random() < asides / 2:
        text.insert(0, opened(fill(rng.choice(OPENERS), draw)))
    closers = rng.choice((CLOSERS, BY_KIND[story.kind]))
    count = 2 if rng.random() < asides / 5 else int(rng.random() < asides)
    text += [opened(fill(closer, draw)) for closer in rng.sample(closers, count)]
    if draw.split == "heldout" and not named(draw, text):
        text.append(fill("{person:8} reported from {city:8}.", draw))
    return text


def other_news(draw: Draw, frames: Split) -> str:
    """A sentence of another story, about people of its own."""
    other = Draw(draw.rng, draw.split)
    story = tell(other, frames)
    draw.entities |= other.entities
    return f"{draw.rng.choice(OTHER_NEWS)} {story.sentences[0]}"


def slipped(text: str, answer: str, rng: random.Random) -> str:
    """The text with a typing slip, but in no word that the answer takes from it."""
    typed = slip(text, rng)
    lost = set(words_of(text).split()) - set(words_of(typed).split())
    return text if lost & set(words_of(answer).split()) else typed


def forget_all_but(draw: Draw, *texts: str) -> None:
    """Keep as the draw's names those that stand in the texts: what was left out names nobody."""
    draw.entities = named(draw, texts)


def named(draw: Draw, texts: Iterable[str]) -> set[str]:
    """The draw's names that stand in the texts."""
    read = words_of(" ".join(texts))
    return {name for name in draw.entities if words_of(name) in read}


def _choose(rng: random.Random, frames: Split, technical_share: float) -> dict[str, Any]:
    known = load_task_frames("news", frames)
    if rng.random() < technical_share:
        known = _technical(frames)
    frame: dict[str, Any] = rng.choice(known)
    return frame


@cache
def _technical(frames: Split) -> tuple[dict[str, Any], ...]:
    known = load_task_frames("news", frames)
    return tuple(f for f in known if _TECHNICAL.search(f"{f['headline']} {f['body'][0]}"))


def _with_detail(body: list[str], rng: random.Random) -> list[str]:
    """The body, now and then with something said in passing where somebody is met first."""
    if rng.random() > _DETAIL_SHARE:
        return body
    whole = "\n".join(body)
    pattern, detail = rng.choice(_DETAILS)
    match = pattern.search(whole)
    if match is None or whole.index(match[0]) != match.start():
        return body
    return (whole[: match.end()] + detail + whole[match.end() :]).split("\n")

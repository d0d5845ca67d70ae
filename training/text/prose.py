"""Plain prose: the frames of every domain as sentences, posts, articles and entries.

Raw text only: no prompt of a task and no answer beside its question stands here.
"""

from collections.abc import Callable, Mapping
from typing import Any

from training.frames import Draw, fill
from training.lexicon import load_task_frames
from training.noise import slip
from training.text.domain import SINGLE, suit, text_of

PAIRED = (
    ("glue_mrpc", "sentence1", "sentence2"),
    ("glue_stsb", "sentence1", "sentence2"),
    ("glue_qqp", "question1", "question2"),
    ("glue_qnli", "question", "sentence"),
    ("glue_mnli", "premise", "hypothesis"),
)


def entry(draw: Draw) -> str:
    """An encyclopaedia entry: two to four sentences about one thing."""
    rng = draw.rng
    known = load_task_frames("dbpedia", "train")
    frame = rng.choice(known)
    same = [f for f in known if f["label"] == frame["label"] and f["title"] == frame["title"]]
    title = fill(frame["title"], draw)  # first: a number in it may return in the sentences
    sentences = [fill(f["text"], draw) for f in rng.sample(same, min(len(same), rng.randint(2, 4)))]
    body = " ".join(sentences)
    return f"{title}\n\n{body}" if rng.random() < 0.5 else body


def posts(draw: Draw) -> str:
    """A handful of short posts, a line each."""
    rng = draw.rng
    frames = rng.choices(load_task_frames("covid", "train"), k=rng.randint(2, 5))
    lines = []
    for frame in frames:
        text = fill(frame["text"], Draw(rng, draw.split))
        lines.append(slip(text, rng) if rng.random() < 0.15 else text)
    return "\n".join(line.lower() if rng.random() < 0.15 else line for line in lines)


def guide(draw: Draw) -> str:
    """A page of an eating guide: some places, each described in one or two ways."""
    rng = draw.rng
    known = load_task_frames("e2e_nlg", "train")
    lines = []
    for _ in range(rng.randint(1, 3)):
        place = Draw(rng, draw.split)
        suit("e2e_nlg", place)
        frame = rng.choice(known)
        pair = [f for f in known if f.get("familyFriendly") == frame.get("familyFriendly")]
        texts = [fill(frame["text"], place)]
        if rng.random() < 0.4:
            texts.append(fill(rng.choice(pair)["text"], place))
        lines.append(" ".join(texts))
    return "\n\n".join(lines)


def article(draw: Draw) -> str:
    """A news report under its headline, sometimes with a summary."""
    frame = draw.rng.choice(load_task_frames("news", "train"))
    body = " ".join(fill(sentence, draw) for sentence in frame["body"])
    parts = [fill(frame["headline"], draw), body]
    if draw.rng.random() < 0.4:
        parts.append(f"In short: {fill(frame['summary'], draw)}")
    return "\n\n".join(parts)


def lines(draw: Draw) -> str:
    """Sentences of one domain (reviews, contracts, reports, games), a line each or in one piece."""
    rng = draw.rng
    domain, number = rng.choice(SINGLE), rng.randint(2, 6)
    return rng.choice(("\n", " ")).join(text_of(domain, rng, draw.split) for _ in range(number))


def call(draw: Draw) -> str:
    """A telephone call, a turn a line or all on one."""
    frame = draw.rng.choice(load_task_frames("customer_support", "train"))
    return draw.rng.choice(("\n", " ")).join(fill(turn, draw) for turn in frame["turns"])


def story(draw: Draw) -> str:
    """What people do, and how it goes on; one scene or several."""
    rng = draw.rng
    frames = rng.sample(load_task_frames("hellaswag", "train"), rng.randint(1, 3))
    scenes = (fill(f"{f['context']} {f['ending']}", Draw(rng, draw.split)) for f in frames)
    return " ".join(scenes)


def restated(draw: Draw) -> str:
    """Pairs of sentences about the same, one after the other."""
    rng = draw.rng
    name, first, second = rng.choice(PAIRED)
    frames = rng.sample(load_task_frames(name, "train"), rng.randint(1, 3))
    pairs = ((f, Draw(rng, draw.split)) for f in frames)
    return "\n".join(f"{fill(f[first], d)}\n{fill(f[second], d)}" for f, d in pairs)


def passage(draw: Draw) -> str:
    """Accounts of matches, towns, journeys and firms, with their figures."""
    rng = draw.rng
    frames = rng.sample(load_task_frames("drop", "train"), rng.randint(1, 2))
    return "\n\n".join(_with_numbers(f, "passage", Draw(rng, draw.split)) for f in frames)


def exercises(draw: Draw) -> str:
    """Word problems as a school book lists them, without their solutions."""
    rng = draw.rng
    frames = rng.sample(load_task_frames("gsm8k", "train"), rng.randint(1, 4))
    texts = (_with_numbers(f, "text", Draw(rng, draw.split)) for f in frames)
    return "\n".join(f"{n}. {text}" for n, text in enumerate(texts, 1))


def _with_numbers(frame: Mapping[str, Any], key: str, draw: Draw) -> str:
    for name, (low, high) in frame["ranges"].items():
        draw.number(name, low, high)
    return fill(frame[key], draw)


KINDS: Mapping[Callable[[Draw], str], float] = {
    entry: 12,
    posts: 5,
    guide: 9,
    article: 8,
    lines: 14,
    call: 3,
    story: 4,
    restated: 8,
    passage: 5,
    exercises: 4,
}
"""Makers of prose and their weights."""

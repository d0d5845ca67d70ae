"""Plain prose: the frames of every domain as sentences, posts, articles and entries.

Raw text only: no prompt of a task and no answer beside its question stands here.
"""

from collections.abc import Callable, Mapping

from training.frames import Draw, fill
from training.lexicon import load_frames
from training.noise import slip

LABELLED = ("covid", "glue_sst2", "jigsaw", "legal", "conllpp", "bc5cdr", "viggo")


def entry(draw: Draw) -> str:
    """An encyclopaedia entry: two to four sentences about one thing."""
    rng = draw.rng
    known = load_frames("dbpedia", "train")
    frame = rng.choice(known)
    same = [f for f in known if f["label"] == frame["label"] and f["title"] == frame["title"]]
    sentences = [fill(f["text"], draw) for f in rng.sample(same, min(len(same), rng.randint(2, 4)))]
    title = fill(frame["title"], draw)
    body = " ".join(sentences)
    return f"{title}\n\n{body}" if rng.random() < 0.5 else body


def posts(draw: Draw) -> str:
    """A handful of short posts, a line each."""
    rng = draw.rng
    frames = rng.choices(load_frames("covid", "train"), k=rng.randint(2, 5))
    lines = []
    for frame in frames:
        text = fill(frame["text"], Draw(rng, draw.split))
        lines.append(slip(text, rng) if rng.random() < 0.15 else text)
    return "\n".join(line.lower() if rng.random() < 0.15 else line for line in lines)


def guide(draw: Draw) -> str:
    """A page of an eating guide: some places, each described in one or two ways."""
    rng = draw.rng
    known = load_frames("e2e_nlg", "train")
    lines = []
    for _ in range(rng.randint(1, 3)):
        place = Draw(rng, draw.split)
        place.memory["food"] = place.slot("cuisine" if rng.random() < 0.7 else "food:9")
        frame = rng.choice(known)
        pair = [f for f in known if f.get("familyFriendly") == frame.get("familyFriendly")]
        texts = [fill(frame["text"], place)]
        if rng.random() < 0.4:
            texts.append(fill(rng.choice(pair)["text"], place))
        lines.append(" ".join(texts))
    return "\n\n".join(lines)


def article(draw: Draw) -> str:
    """A news report under its headline, sometimes with a summary."""
    frame = draw.rng.choice(load_frames("news", "train"))
    body = " ".join(fill(sentence, draw) for sentence in frame["body"])
    parts = [fill(frame["headline"], draw), body]
    if draw.rng.random() < 0.4:
        parts.append(f"In short: {fill(frame['summary'], draw)}")
    return "\n\n".join(parts)


def lines(draw: Draw) -> str:
    """Sentences of one other domain (reviews, contracts, reports, games), a line each."""
    rng = draw.rng
    frames = rng.choices(load_frames(rng.choice(LABELLED), "train"), k=rng.randint(2, 5))
    return "\n".join(fill(frame["text"], Draw(rng, draw.split)) for frame in frames)


def call(draw: Draw) -> str:
    """A telephone call, a turn a line."""
    frame = draw.rng.choice(load_frames("customer_support", "train"))
    return "\n".join(fill(turn, draw) for turn in frame["turns"])


def story(draw: Draw) -> str:
    """What somebody does, and how it goes on."""
    frame = draw.rng.choice(load_frames("hellaswag", "train"))
    return fill(f"{frame['context']} {frame['ending']}", draw)


def restated(draw: Draw) -> str:
    """Two sentences of a pair, one after the other."""
    rng = draw.rng
    name, first, second = rng.choice(
        (
            ("glue_mrpc", "sentence1", "sentence2"),
            ("glue_qqp", "question1", "question2"),
            ("glue_qnli", "question", "sentence"),
            ("glue_mnli", "premise", "hypothesis"),
        )
    )
    frame = rng.choice(load_frames(name, "train"))
    return f"{fill(frame[first], draw)}\n{fill(frame[second], draw)}"


KINDS: Mapping[Callable[[Draw], str], float] = {
    entry: 14,
    posts: 8,
    guide: 10,
    article: 5,
    lines: 6,
    call: 1,
    story: 1,
    restated: 3,
}
"""Makers of prose and their weights."""

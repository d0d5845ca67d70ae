"""Short encyclopaedia entries and what kind of thing each is about, in fourteen classes."""

from training.frames import Draw, fill
from training.lexicon import Split, load_task_frames
from training.noise import gaps
from training.tasks.sample import Sample

_SUFFIX = {"Film": "film", "Album": "album", "WrittenWork": "novel"}


def make(draw: Draw, frames: Split) -> Sample:
    """Fields title and content; the answer is the class."""
    rng = draw.rng
    known = load_task_frames("dbpedia", frames)
    frame = rng.choice(known)
    title = fill(frame["title"], draw)
    content = fill(frame["text"], draw)
    if rng.random() < 0.3:
        content = " ".join(
            (content, *(fill(f["text"], draw) for f in _another(frame, known, draw)))
        )
    if draw.split == "train":
        content = gaps(content, rng)
    label = str(frame["label"])
    if label in _SUFFIX and rng.random() < 0.15:
        title = f"{title} ({_SUFFIX[label]})"
    return Sample({"title": title, "content": content}, label)


def _another(
    frame: dict[str, str], known: tuple[dict[str, str], ...], draw: Draw
) -> list[dict[str, str]]:
    """One more frame of the same class about the same title slot, where there is one."""
    key = (frame["label"], frame["title"])
    same = [other for other in known if (other["label"], other["title"]) == key and other != frame]
    return draw.rng.sample(same, min(1, len(same)))

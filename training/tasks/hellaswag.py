"""Scenes of everyday life and four endings, of which one follows."""

from training.frames import Draw
from training.lexicon import Split
from training.noise import gaps, slip
from training.scenes import choose, retold
from training.tasks.sample import Sample

_BARE_SHARE = 0.1
_SLIPS = 0.1
_LOWER = 0.06


def make(draw: Draw, frames: Split) -> Sample:
    """Fields ctx and endings (`0: ... 1: ... 2: ... 3: ...`); the answer is a number."""
    rng = draw.rng
    scene = retold(choose(rng, frames), rng, named=draw.split == "heldout").filled(draw)
    endings = [scene.ending, *scene.wrong]
    order = rng.sample(range(4), 4)
    context, shown = scene.context, [endings[at] for at in order]
    if draw.split == "train":
        context = gaps(context, rng)
        if rng.random() < _SLIPS:
            context = slip(context, rng)
        if rng.random() < _LOWER:
            context = context.lower()
        if rng.random() < _BARE_SHARE:
            shown = [ending.rstrip(".") for ending in shown]
    fields = {"ctx": context, "endings": " ".join(f"{n}: {text}" for n, text in enumerate(shown))}
    return Sample(fields, str(order.index(0)))

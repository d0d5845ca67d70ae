"""Source code: files of small Python functions, some with a check or two below."""

from collections.abc import Callable, Mapping

from training.frames import Draw
from training.lexicon import load_task_frames


def module(draw: Draw) -> str:
    """Some functions, and sometimes what one of them gives for a value."""
    rng = draw.rng
    frames = rng.sample(load_task_frames("magicoder", "train"), rng.randint(1, 4))
    parts = [str(frame["code"]) for frame in frames]
    if rng.random() < 0.4:
        parts.append(str(rng.choice(rng.choice(frames)["tests"])))
    return "\n\n\n".join(parts)


KINDS: Mapping[Callable[[Draw], str], float] = {module: 4}
"""Makers of code and their weights."""

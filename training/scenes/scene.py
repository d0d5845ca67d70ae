"""Scenes of everyday life: a beginning, the ending that follows, and endings that do not.

A frame's own wrong endings are absurd and repeat the words of its beginning. So that neither that
nor an ending's length tells the right one, endings of other scenes take the place of some, and the
right one is as often the shortest as the longest.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from training.frames import Draw, fill
from training.lexicon import Split, load_task_frames
from training.scenes.grammar import Form, form_of, stems

_STRANGERS_SHARES = (0.5, 0.35, 0.15)
"""How often no, one and two endings come from other scenes."""
_FEWEST_WORDS = 3
"""An ending that says less might follow on anything."""
_TRIES = 300


@dataclass(frozen=True)
class Scene:
    """A beginning without its last clause, and four such clauses."""

    context: str
    ending: str
    wrong: tuple[str, ...]

    def changed(self, change: Callable[[str], str]) -> "Scene":
        """The scene with every text changed alike."""
        wrong = tuple(map(change, self.wrong))
        return Scene(change(self.context), change(self.ending), wrong)

    def filled(self, draw: Draw) -> "Scene":
        """The scene with its slots filled; an ending goes on in small letters."""

        def ending(text: str) -> str:
            done = fill(text, draw)
            return done[:1].lower() + done[1:] if text[:1].islower() else done

        context = fill(self.context, draw)
        # A name may begin with a small letter (van Dyk), a scene may not.
        context = context[:1].upper() + context[1:]
        return Scene(context, ending(self.ending), tuple(map(ending, self.wrong)))

    @property
    def form(self) -> Form:
        """The form of its endings' verbs."""
        return form_of((self.ending, *self.wrong))


def choose(rng: random.Random, frames: Split) -> Scene:
    """A scene with its wrong endings; by length the right one is anywhere, equally often."""
    place = rng.randrange(4)
    for _ in range(_TRIES):
        scene = _with_strangers(rng.choice(known(frames)), rng, frames)
        if sum(len(wrong) < len(scene.ending) for wrong in scene.wrong) == place:
            break
    return scene


@cache
def known(frames: Split) -> tuple[Scene, ...]:
    """The frames as scenes."""
    found = load_task_frames("hellaswag", frames)
    return tuple(Scene(f["context"], f["ending"], tuple(f["wrong"])) for f in found)


def _with_strangers(scene: Scene, rng: random.Random, frames: Split) -> Scene:
    strangers = _strangers(scene, frames)
    count = min(len(strangers), rng.choices(range(3), _STRANGERS_SHARES)[0])
    # Those go first that share most words with the beginning: right endings share few.
    about = stems(scene.context)
    wrong = sorted(scene.wrong, key=lambda text: (len(stems(text) & about), rng.random()))
    kept = wrong[: len(wrong) - count]
    return Scene(scene.context, scene.ending, (*kept, *rng.sample(strangers, count)))


@cache
def _strangers(scene: Scene, frames: Split) -> tuple[str, ...]:
    """Right endings of scenes that have no word in common with this one."""
    about = stems(f"{scene.context} {scene.ending}")
    return tuple(
        other.ending
        for other in known(frames)
        if other.form == scene.form
        and len(stems(other.ending)) >= _FEWEST_WORDS
        and not {"{", '"'} & set(other.ending)
        and not about & stems(f"{other.context} {other.ending}")
    )

"""Hands two answers out at one pace, so that how they come tells nothing of who writes them.

Knows frames; knows neither who answers nor how the pieces travel.
"""

from dataclasses import dataclass

from app.frames import Frame

CHARACTERS = 20
"""Of each answer, in one tick. At twelve ticks a second it is a text that one can just follow, and
less than the miniature writes: then nothing of its own pace is left to see."""


@dataclass(frozen=True)
class Tick:
    """What both panes gain at one moment, and whether that was all."""

    a: str = ""
    b: str = ""
    a_over: bool = False
    b_over: bool = False


class Release:
    """One pair's texts, and how much of each has been shown.

    Nothing comes before both have begun, and none is over before both are: how long an answer
    waited for its place, and how long it took to be judged, are no business of a blind reader.
    """

    def __init__(self) -> None:
        self._num_shown = [0, 0]
        self.is_over = False

    def tick(self, frame: Frame) -> Tick:
        """The next pieces of the answers of `frame`, which is the newest one."""
        texts = [state.text.removeprefix(" ") for state in (frame.a, frame.b)]
        if not frame.is_last and not all(texts):
            return Tick()
        a, b = (
            text[shown : shown + CHARACTERS]
            for text, shown in zip(texts, self._num_shown, strict=True)
        )
        self._num_shown = [self._num_shown[0] + len(a), self._num_shown[1] + len(b)]
        a_over, b_over = (
            frame.is_last and shown >= len(text)
            for text, shown in zip(texts, self._num_shown, strict=True)
        )
        self.is_over = a_over and b_over
        return Tick(a, b, a_over, b_over)

"""The pace at which a blind pair is shown: the texts decide it, and nothing else."""

from dataclasses import replace

from adapters.metrics import Mark
from app.arena.release import CHARACTERS, Release, Tick
from app.frames import Frame, PaneStage, PaneState
from engine.request import FinishReason

LONG = "x" * (2 * CHARACTERS + 3)


def state(text: str, is_over: bool = False) -> PaneState:
    reason = FinishReason.STOP if is_over else None
    stage = PaneStage.ENDED if is_over else PaneStage.RUNNING
    return PaneState(stage, text, reason=reason)


def ticks(*frames: Frame) -> list[Tick]:
    release = Release()
    found = [release.tick(frame) for frame in frames]
    while not release.is_over:
        found.append(release.tick(frames[-1]))
    return found


def test_every_letter_comes_once_and_in_order() -> None:
    """Catches a tail that is lost, a piece that comes twice, a leading space that shifts all."""
    last = Frame("r", state(f" {LONG}", True), state(" short", True), is_last=True)
    found = ticks(Frame("r", state(" x"), state(" s")), last)
    assert "".join(tick.a for tick in found) == LONG
    assert "".join(tick.b for tick in found) == "short"
    assert (found[-1].a_over, found[-1].b_over) == (True, True)
    assert max(len(tick.a) for tick in found) <= CHARACTERS


def test_nothing_but_the_texts_is_told() -> None:
    """Catches speed, length in tokens, marks or waiting that show through the pace."""
    a, b = state(" one", True), state(" two", True)
    plain = [Frame("r", state(" one"), state(" two")), Frame("r", a, b, is_last=True)]
    fast = replace(a, num_tokens=1, first_token_s=0.01, total_s=0.02, mark=Mark(1.0, 1.0, True))
    slow = replace(b, num_tokens=64, first_token_s=3.0, total_s=9.0, queue_s=2.0)
    marked = Frame("other", fast, slow, (1, 2), 2, 7, "the answer", "id", is_last=True)
    assert ticks(*plain) == ticks(plain[0], marked)


def test_who_begins_first_is_not_seen() -> None:
    """Catches an adapter that is known by the wait for its weights."""
    waiting = PaneState(PaneStage.WAITING)
    for frame in (Frame("r", state(" x"), waiting), Frame("r", waiting, state(" x"))):
        assert Release().tick(frame) == Tick()


def test_who_is_judged_first_is_not_seen() -> None:
    """Catches an answer that is known to be code that does not run: its mark comes late."""
    frame = Frame("r", state(" def", True), state(" def"))
    assert Release().tick(frame) == Tick("def", "def", False, False)


def test_two_empty_answers_are_over() -> None:
    """Catches a pair that never ends because there is nothing to show."""
    last = Frame("r", state("", True), state("", True), is_last=True)
    assert ticks(last) == [Tick("", "", True, True)]

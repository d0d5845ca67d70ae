"""Scenes that go on: the answer continues the sentence that the beginning breaks off."""

from training.scenes.scene import Scene
from training.tasks import load
from training.tasks.hellaswag_processed import LONGEST, _earlier, _others


def test_an_answer_goes_on_in_small_letters_and_fits() -> None:
    """Catches `The doors slide shut` with a capital in mid-sentence, and answers cut off."""
    for example in load("hellaswag_processed").examples("train", 0, 600):
        for text in (example.answer, *example.also):
            assert text[0] == '"' or not text[0].isupper(), text
            assert len(text) <= LONGEST + 15


def test_a_scene_may_break_off_one_step_earlier() -> None:
    """Catches a cut that loses words of the scene or leaves a beginning without a verb to come."""
    scene = Scene("A man lathers his face. He picks up a razor and", "begins to shave.", ())
    earlier = _earlier(scene)
    assert earlier.context == "A man lathers his face. He"
    assert earlier.ending == "picks up a razor and begins to shave."
    whole = Scene("Puddles everywhere. The boy takes a run and", "leaps.", ())
    assert _earlier(whole) == whole


def test_other_right_answers_are_whole_clauses() -> None:
    """Catches a second answer cut off in a list or between two nouns."""
    assert _others("shuts the door and presses the button.") == ("shuts the door.",)
    assert _others("begins to dig.") == ("starts to dig.",)
    assert _others("adds salt and pepper to the pot.") == ()
    assert _others("closes the book, puts out the light and leaves the room.") == ()

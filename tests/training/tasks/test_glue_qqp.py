"""Questions: families that do not contradict themselves, and slips that spare names."""

import random

from training.pairs.questions import asked, families, typed
from training.words import words_of


def test_no_question_is_both_the_same_and_another() -> None:
    """Catches a pair with both labels."""
    for family in families():
        same = {words_of(text) for text in family.same}
        assert len(same) == len(family.same) > 1
        assert same.isdisjoint(words_of(text) for text in family.other), family.same


def test_what_is_to_be_done_is_asked_in_whole_questions() -> None:
    """Catches "get rid of ants in the kitchen" as a question."""
    rng = random.Random(0)
    for family in families():
        for text in (*family.same, *family.other):
            question = asked(text, rng)
            assert question[0].isupper()
            assert question[-1] in ".?"
            assert "{do}" not in question


def test_typing_spares_names() -> None:
    """Catches a slip in a name that was written small before: nobody could compare it."""
    for seed in range(400):
        text = typed("How far is Karstenburg from Oslofjorden in winter?", random.Random(seed))
        assert "karstenburg" in text.lower()
        assert "oslofjorden" in text.lower()

"""Reviews: a negation turns the words round, and no verdict rests on a word nobody can know."""

import random
import re

from training.lexicon import load_lexicon
from training.tasks.glue_sst2 import _gapped, _joined
from training.tasks.sst2_phrases import say
from training.tasks.sst2_words import adjectives


def test_negated_adjectives_are_of_the_other_side() -> None:
    """Catches `never dull` as blame."""
    rng, seen = random.Random(0), 0
    for turn in range(1500):
        side = turn % 2
        words = re.match(r"(?:is )?(?:is never|far from|anything but) ([\w-]+)$", _said(side, rng))
        if words:
            seen += 1
            assert words[1] in adjectives(1 - side)
    assert seen > 50


def test_the_main_clause_decides() -> None:
    """Catches a contrast whose conceded half carries the label."""
    rng, seen = random.Random(0), 0
    for turn in range(1500):
        words = re.search(
            r"(?:^| )it could have been ([\w-]+), but", say("contrast", turn % 2, rng)
        )
        if words:
            seen += 1
            assert words[1] in adjectives(1 - turn % 2)
    assert seen > 10


def test_no_held_out_adjective_decides() -> None:
    """Catches examples whose right answer is knowledge that was held back."""
    for side, slot in enumerate(("adjective_negative", "adjective_positive")):
        assert set(adjectives(side)).isdisjoint(load_lexicon()["heldout"][slot])
    assert set(adjectives(0)).isdisjoint(adjectives(1))


def test_gaps_spare_what_turns_a_sentence_round() -> None:
    """Catches a dropped `not`: the text would then say the contrary of its label."""
    text = "this is not a film that anybody in the whole town would want to see"
    for seed in range(200):
        assert " not " in _gapped(text, random.Random(seed))


def test_tokens_are_joined_again() -> None:
    """Catches signs that stand apart in texts which are written out."""
    assert _joined("it does n't work , and it 's long .") == "it doesn't work, and it's long."


def _said(side: int, rng: random.Random) -> str:
    return say(rng.choice(("predicate", "phrase")), side, rng)

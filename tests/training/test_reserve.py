"""Names of the rings by other hands: out of everything that training may draw."""

import pytest

from training.lexicon import NAME_SLOTS, RESERVED, load_lexicon
from training.reserve import find_reserved, find_reserved_runs, ring_texts
from training.reserved_runs import RESERVED_RUNS
from training.words import words_of

pytestmark = pytest.mark.breeds


def test_the_list_is_that_of_the_rings() -> None:
    """Catches a ring, or a list of names, that was changed and the file not written anew."""
    assert RESERVED.read_text(encoding="utf-8").splitlines() == find_reserved()
    assert RESERVED_RUNS.read_text(encoding="utf-8").splitlines() == find_reserved_runs()


def test_no_name_of_a_ring_can_be_drawn() -> None:
    """Catches a list that is written and not read: the rings would measure memory."""
    read = "|".join(words_of(text) for text in ring_texts())
    lists = load_lexicon()
    drawn = {name for slot in NAME_SLOTS for split in lists.values() for name in split[slot]}
    assert [name for name in drawn if words_of(name) in read] == []

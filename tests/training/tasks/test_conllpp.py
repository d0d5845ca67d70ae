"""Names in news: what the words around a slot say about who may stand in it."""

import json
import random
import re

import pytest

from training.frames import Draw
from training.tasks import load
from training.tasks.conllpp_names import Cast
from training.tasks.conllpp_slots import is_bare, lists_for


def _lists(frame: str) -> set[str]:
    slot = re.search(r"\{(org|loc|misc)\}", frame)
    assert slot is not None
    return set(lists_for(slot))


@pytest.mark.parametrize(
    ("frame", "lists"),
    [
        ("The {misc} government fell .", {"nationality", "adjective"}),
        ("{per} pulled out of the {misc} , leaving the way open .", {"event"}),
        ("{misc} and {misc:2} officials met .", {"nationality", "adjective"}),
        ("{per} won the {misc} title .", {"nationality", "event"}),
        ("The referee sent off a striker of {org} .", {"sports_team"}),
        ("{org} {int:1-4} {org:2} {int:1-4}", {"sports_team"}),
        ("Shares in {org} fell .", {"company"}),
        ("The {org} has asked for help .", {"organization"}),
        ("Troops of {loc} crossed the border .", {"country", "city"}),
        ("The airport of {loc} is closed .", {"city", "village"}),
    ],
)
def test_the_words_around_a_slot_choose_its_lists(frame: str, lists: set[str]) -> None:
    """Catches "the Ryder Cup government", companies that play football and the like."""
    assert _lists(frame) == lists


def test_a_line_of_results_is_known_as_such() -> None:
    """Catches towns as clubs where nothing but the name can tell: "Oakby 2 Varberg 1"."""
    assert is_bare("{org} ( {int:1-2} ) {int:2-5} {org:2} ( 0 ) {int:0-2}")
    assert not is_bare("{org} beat {org:2} in the rain")


def test_people_are_named_again_by_their_last_names() -> None:
    """Catches second mentions that repeat the whole name, and titles inside of names."""
    again = 0
    for seed in range(200):
        cast = Cast(Draw(random.Random(seed), "train"), again=1.0, dressed=0.0)
        first = cast.tell("{per} spoke .")
        second = cast.tell("Nobody in the room had heard of this , said {per} .")
        name, later = (re.findall("\ue000([^\ue0ff]*)", text)[0] for text in (first, second))
        assert name.endswith(later)
        assert not later.startswith(("Mr ", "Ms ", "Dr "))
        again += later != name
    assert again > 100


def test_headlines_in_capitals_list_their_names_in_capitals() -> None:
    """Catches answers that write a name otherwise than its text does."""
    loud = 0
    for example in load("conllpp").examples("train", 4, 2000):
        names = [n for found in json.loads(example.answer).values() for n in found]
        if example.fields["input"].isupper() and names:
            loud += 1
            assert all(name.isupper() for name in names)
    assert loud > 10

"""Talk about games: every fact is said, and said in English."""

import random
import re

import pytest

from adapters.card import load_cards
from adapters.catalog import PROFILES
from adapters.facts import facts_stated, read_facts
from training.frames import Draw, mend
from training.tasks.game_talk import composed
from training.tasks.game_values import settle
from training.tasks.task import Task
from training.tasks.viggo import make

CARD = load_cards(PROFILES["mini"].cards)["viggo"]
EXAMPLES = list(Task("viggo", make).examples("train", 0, 1500))
FACTS = [example.fields["meaning_representation"] for example in EXAMPLES]


def test_all_nine_acts_come_and_one_that_asks_has_no_values() -> None:
    """Catches an act that is never drawn, and a question that would give its own answer."""
    acts = {facts.partition("(")[0] for facts in FACTS if "(" in facts}
    assert len({act for act in acts if re.fullmatch(r"[a-z_]+", act)}) == 9
    asked = [facts for facts in FACTS if facts.startswith("request_attribute(")]
    assert asked
    assert {value for facts in asked for _, value in read_facts(facts)} == {""}


def test_two_values_are_said_in_a_row() -> None:
    """Catches `racing, puzzle` copied into the sentence as it stands."""
    pairs = [
        (example.answer, value)
        for example, facts in zip(EXAMPLES, FACTS, strict=True)
        for key, value in read_facts(facts)
        if key in ("genres", "platforms") and value.count(", ") == 1
    ]
    assert len(pairs) > 50
    assert all(value.replace(", ", " and ").lower() in text.lower() for text, value in pairs)


def test_a_contested_platform_stands_beside_no_fact_about_it() -> None:
    """Catches `platforms[Mac], has_mac_release[no]`."""
    for facts in FACTS:
        values = dict(read_facts(facts))
        if {"has_mac_release", "has_linux_release", "available_on_steam"} & set(values):
            assert not re.search(r"Mac|Linux|Steam", values.get("platforms", ""))


def test_answers_fit_what_the_card_lets_a_model_write() -> None:
    """Catches answers that would be cut off: at 2.5 characters a token, rare names among them."""
    assert max(len(example.answer) for example in EXAMPLES) <= 2.5 * CARD.max_tokens


@pytest.mark.parametrize("seed", range(40))
def test_composed_talk_states_yes_and_no(seed: int) -> None:
    """Catches a denial that reaches into another fact: `on Steam with no Mac version`."""
    frame = composed("inform", random.Random(seed))
    values, text = settle(frame["attributes"], frame["text"], draw := _draw(seed))
    values |= {key: "yes" if truth else "no" for key, truth in frame["booleans"].items()}
    said = re.sub(r"\{(\w+)\}", lambda slot: draw.memory[slot[1]], text)
    assert facts_stated(", ".join(f"{key}[{value}]" for key, value in values.items()), said) == 1
    assert "<" not in said


def _draw(seed: int) -> Draw:
    return Draw(random.Random(seed), "train")


@pytest.mark.parametrize(
    ("raw", "mended"),
    [
        ("It is a MMORPG with a E rating", "It is an MMORPG with an E rating"),
        ("a NASA game and a T (for Teen) game", "A NASA game and a T (for Teen) game"),
        ("as a unimpressive, a Ugandan and a unique", "as an unimpressive, a Ugandan and a unique"),
        ("you gave it a rating of excellent", "you gave it an excellent rating"),
        ("a rating of 4 out of 5", "A rating of 4 out of 5"),
    ],
)  # fmt: skip
def test_articles_follow_the_letters_as_they_are_read(raw: str, mended: str) -> None:
    """Catches "a MMORPG" and "an rating of excellent", which a model would learn."""
    assert mend(raw) == mended

"""Facts in a text: values as whole words, and a rule for facts that have no words."""

import pytest

from adapters.errors import BadFields
from adapters.facts import facts_stated, read_facts


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("THE VAULTS is a pub by the riverside.", 1.0),
        ("Bathe Vaults is a brewpub, driverside.", 0.0),
        ("The  Vaults is a pub.", 2 / 3),
        ("Vaults is a public place by the river.", 0.0),
        ("", 0.0),
    ],
)
def test_slot_share_counts_values_as_whole_words(text: str, expected: float) -> None:
    """Catches "pub" found in "public", and half a name counted."""
    facts = "name[The Vaults], eatType[pub], area[riverside]"
    assert facts_stated(facts, text) == pytest.approx(expected)


def test_slot_share_takes_signs_in_a_value_literally() -> None:
    """Catches a value read as a pattern, and a word boundary that fails beside a sign."""
    assert (
        facts_stated(
            "name[Browns' (Old) Inn], priceRange[less than £20]",
            "browns' (old) inn, less than £20.",
        )
        == 1
    )


def test_an_echo_of_the_facts_is_no_text() -> None:
    """Catches a base that repeats its input being marked right."""
    facts = "name[The Vaults], eatType[pub]"
    assert facts_stated(facts, facts) == 0.0
    assert facts_stated(facts, f"{facts} The Vaults is nice.") == 0.5


WELCOMING = [
    "Zizzi welcomes families.",
    "Kids in tow? Zizzi is family friendly.",
    "It is not cheap, but children are welcome.",
    "Not far from the park, Zizzi takes children and is open to all ages.",
    "Zizzi isn't near the river; bring the little ones.",
    "Is Zizzi good for kids? Yes.",
]
REFUSING = [
    "Zizzi is not family-friendly.",
    "Zizzi doesn't welcome families and their children.",
    "Zizzi doesn’t allow kids.",
    "A pub, no children.",
    "Is Zizzi good for kids? No. It is cheap.",
    "Leave the kids at home.",
    "Zizzi keeps children out.",
    "Families should look elsewhere.",
    "It is unsuitable for children.",
    "Enjoy it without the family.",
    "Adults only.",
    "Grown-ups only at Zizzi.",
    "The food is meant for adults.",
]
SILENT = [
    "Zizzi is a pub.",
    "Adults will like it.",
    "The Family Inn is not far.",
    "A childish pub.",
]


@pytest.mark.parametrize("name", ["Zizzi", "The Family Inn"])
@pytest.mark.parametrize(
    ("texts", "is_yes", "is_no"),
    [(WELCOMING, True, False), (REFUSING, False, True), (SILENT, False, False)],
)
def test_family_friendly_is_read_by_the_stated_rule(
    name: str, texts: list[str], is_yes: bool, is_no: bool
) -> None:
    """Catches a refusal read as a welcome, and a place's name read as either."""
    for text in texts:
        if "Family Inn" in text and name == "Zizzi":
            continue
        found = text if name in text else f"{name}: {text}"
        shares = [facts_stated(f"name[{name}], familyFriendly[{v}]", found) for v in ("yes", "no")]
        assert shares == [1.0 if is_yes else 0.5, 1.0 if is_no else 0.5], text


@pytest.mark.parametrize(
    ("value", "texts"),
    [
        ("yes", ["Ember is a multiplayer game.", "You can play Ember with friends."]),
        (
            "no",
            [
                "Ember has no multi-player mode.",
                "Ember, a single-player game",
                "Ember is not a co-op game.",
            ],
        ),
    ],
)
def test_yes_and_no_of_a_game(value: str, texts: list[str]) -> None:
    """Catches a rule that knows families alone."""
    other = {"yes": "no", "no": "yes"}[value]
    for text in texts:
        assert facts_stated(f"inform(name[Ember], has_multiplayer[{value}])", text) == 1.0, text
        assert facts_stated(f"inform(name[Ember], has_multiplayer[{other}])", text) == 0.5, text


def test_neither_nor_denies_both() -> None:
    """Catches a negation that reaches only the nearest word."""
    facts = "name[Ember], has_mac_release[no], has_linux_release[no], available_on_steam[yes]"
    text = "Ember is on Steam; neither Linux nor Mac got a release."
    assert facts_stated(facts, text) == 1.0


def test_parts_of_a_list_may_stand_apart() -> None:
    """Catches "PC and Xbox" not counted as "PC, Xbox", and one of two counted as both."""
    assert facts_stated("platforms[PC, Xbox]", "It is out for Xbox and PC.") == 1.0
    assert facts_stated("platforms[PC, Xbox]", "It is out for Xbox.") == 0.0


def test_what_is_asked_about_needs_a_question_that_names_it() -> None:
    """Catches a statement, or a question about something else, passing for the question."""
    facts = "request_attribute(genres[])"
    assert facts_stated(facts, "What kind of games do you like?") == 1.0
    assert facts_stated(facts, "I like all kinds of games.") == 0.0
    assert facts_stated(facts, "Do you own a Mac?") == 0.0


@pytest.mark.parametrize("facts", ["", "a pub", "food[]", "food[ ], area[]"])
def test_facts_that_cannot_be_read_are_refused(facts: str) -> None:
    """Catches a division by zero facts, and empty values that stand in every text."""
    with pytest.raises(BadFields, match="must look like"):
        read_facts(facts)

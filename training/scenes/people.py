"""Who may act in a scene in place of the person of its frame. Slots: see training.frames."""

import re
from collections.abc import Mapping

PEOPLE: Mapping[str, tuple[str, ...]] = {
    "man": (
        "an old man", "a young man", "Mr {last_name:9}", "my uncle", "my father", "grandpa",
        "{first_name:9}'s father", "a {occupation:9}", "our neighbour", "a tall man",
        "Mr {last_name:9} from {city:9}", "{first_name:9}'s uncle", "a man I know",
    ),
    "woman": (
        "an old woman", "a young woman", "Mrs {last_name:9}", "my aunt", "my mother", "grandma",
        "{first_name:9}'s mother", "a {occupation:9}", "Ms {last_name:9}", "the neighbour",
        "Mrs {last_name:9} from {city:9}", "{first_name:9}'s aunt", "a woman I know",
    ),
    "boy": (
        "a small boy", "my little brother", "{first_name:9}'s brother", "a schoolboy", "my son",
        "a boy of nine", "the neighbours' son", "a boy in shorts", "our son",
        "a boy from {village:9}", "{first_name:9}'s son", "the {last_name:9} boy",
    ),
    "girl": (
        "a small girl", "my little sister", "{first_name:9}'s sister", "a schoolgirl", "our girl",
        "a girl of ten", "the neighbours' daughter", "a girl in a cap", "my daughter",
        "a girl from {village:9}", "{first_name:9}'s daughter", "the {last_name:9} girl",
    ),
}  # fmt: skip
PRONOUNS = {"man": "he", "boy": "he", "woman": "she", "girl": "she"}
AT_WORK = re.compile(
    r"^(A|The) (?P<work>acrobat|archer|baker|barber|bartender|blacksmith|boxer|bricklayer|carpenter"
    r"|cashier|chef|climber|clown|conductor|cook|cyclist|dentist|doctor|farmer|fisherman|gardener"
    r"|goalkeeper|guard|guide|hairdresser|hiker|janitor|judge|lifeguard|magician|mechanic|nurse"
    r"|painter|photographer|pilot|plumber|potter|referee|reporter|scientist|secretary|skier"
    r"|student|surfer|swimmer|tailor|teacher|tourist|vet|waiter|waitress) (?=[a-z]+s\b)"
)
"""Somebody known by what he or she does, at the beginning of a scene."""
WORKERS = (
    "A young {} ", "An old {} ", "A {} I know ", "{{last_name:9}}, a {} from {{city:9}}, ",
    "A {} from {{village:9}} ", "{{last_name:9}}, a {}, ", "A {} in {{city:9}} ",
)  # fmt: skip
GROUP = re.compile(
    r"^(The|Two) (boxers|boys|campers|children|fans|friends|girls|guests|hikers|kids|men|movers"
    r"|musicians|players|pupils|students|tourists|women) (?=[a-z]+\b)"
)
GROUPS = (
    "{} young {} ", "{} {} from {{city:9}} ", "{} {} of {{village:9}} ", "{} {} in {{city:9}} ",
)  # fmt: skip
THINGS = re.compile(
    r"\b(a|her|his|the) (bag|ball|basket|bench|board|book|bottle|bowl|box|brush|bucket|bus|car|card"
    r"|chair|cloth|coat|cup|desk|dog|door|dress|fence|glass|hat|horse|house|jacket|jar|key|knife"
    r"|ladder|lamp|letter|mat|mirror|note|pan|path|pencil|plate|pool|pot|rope|shelf|shirt|sofa"
    r"|spoon|stick|stove|suitcase|table|tent|towel|tree|truck|van|wall|window)\b"
    r"(?! [a-z]+(?:er|ing)\b)"
)
"""Things that may well be old or blue; the first of a scene is made so now and then."""
LOOKS = ("big", "small", "old", "new", "red", "blue", "green", "white", "black", "nice", "clean")
SAME = (
    ("arrives at", "comes to"), ("begins to", "starts to"), ("big", "large"),
    ("carefully", "with care"), ("close to", "near"), ("fetches", "gets"),
    ("is about to", "will soon"), ("looks at", "studies"),
    ("looks through", "peers through"), ("notices", "sees"), ("picks up", "takes"),
    ("puts a", "places a"), ("puts the", "places the"), ("quickly", "fast"),
    ("sits down", "takes a seat"), ("starts to", "begins to"), ("steps onto", "gets onto"),
    ("walks into", "enters"), ("wants to", "would like to"), ("When the", "As soon as the"),
)  # fmt: skip
"""Words of a beginning and others for the same."""

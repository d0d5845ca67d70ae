"""What stands around the names of news: rows of tables, headings, datelines, titles and trades.

Also a few names that no list has: acronyms, countries by their initials, more sorts of events.
"""

import random

from training import invent
from training.lexicon import Split, split_of

ROWS = (
    "#. {per} ( {loc} ) {int:1-9}:{int:10-59}.{int:0-9}",
    "#. {per} ({loc}) {int:10-59}.{int:10-99} seconds",
    "#. {per} ({org}) {int:10-59} laps",
    "#. {org} {int:8-38} {int:1-20} {int:1-9} {int:1-9} {int:10-80}",
    "{org} {int:0-5} {org:2} {int:0-5}",
    "{org} {int:60-120} {org:2} {int:60-120} ( OT )",
    "{per} ( {org} ) {int:2-30} goals",
    "{loc} {int:12-30} C, cloudy",
    "{per} {int:10-90} runs, {per:2} {int:2-9} wickets",
    "{loc} {int:1-9} gold {int:1-9} silver {int:1-9} bronze",
    "{per}, {loc}, {int:60-72}",
    "- {per} , {org}",
    "{weekday} : {org} v {org:2} , kick-off {int:1-8} p.m.",
    "{loc} - {per} , {per:2}",
    "{int:8-11} a.m. {per} ( {org} )",
    "{org}, {loc}: {int:10-99}.{int:1-9} percent",
    "{int:60-75} {per} ( {loc} ) {int:30-36} {int:30-39}",
    "{loc} to {loc:2}: {int:2-9} hours {int:10-50} minutes",
    "{misc} team: {per} , {per:2}",
    "Group # : {loc} , {loc:2}",
    "{per} b {per:2} {int:0-99}",
    "{event} : {per}",
    "Semifinal # : {per} ( {loc} ) beat {per:2} ( {loc:2} ) 6-{int:0-4} 6-{int:0-4}",
    "#) {per}, {org}",
    "Room {int:2-90}: {per} ({loc})",
)  # fmt: skip
HEADS = (
    "Results :", "Final standings :", "Leading scores :", "Entries by {weekday} :", "Order:",
    "{misc} results , {weekday} :", "Results from {loc} :", "{event} :", "Present:", "Table:",
)  # fmt: skip
TAILS = (
    ", {per} said.", ", said {per}.", ", {org} said on {weekday}.", ", according to {org}.",
    ", {per} of {org} told reporters in {loc}.", ", the {misc} press reported.",
    ", {loc} radio said.", ", {per} told {org}.", ", officials in {loc} said.",
)  # fmt: skip
DATELINES = (
    "{city}, {month} {int:1-28} - ", "{city} ( {company} ) - ", "{city}: ", "{country} - ",
    "{city} {int:1990-2024}-{int:10-12}-{int:10-28} ", "{month} {int:1-28} - ",
    "{weekday}, {city} - ",
)  # fmt: skip
ADJECTIVES = (
    "European", "African", "Asian", "Arab", "Jewish", "Islamic", "Christian", "Muslim", "Catholic",
    "Latin American", "Scandinavian", "Baltic", "Nordic", "Balkan", "Buddhist", "Hindu", "Flemish",
    "Bavarian", "Sicilian", "Siberian", "Parisian", "Caribbean", "Kurdish", "Tibetan", "Mayan",
)  # fmt: skip
EVENTS = (
    "the {} Open", "the {} Trophy", "the {} Masters", "the {} Grand Prix", "the {} Marathon",
    "the {} Games", "the {} Championship", "the {} Shield", "the {} Prize", "the {} Treaty",
    "the {} Festival", "the {} Awards", "the {} Biennale", "{} Week", "the {} Cup",
)  # fmt: skip
TITLES = (
    "Mr", "Ms", "Mrs", "Dr", "Professor", "Captain", "Inspector", "Senator", "Mayor", "Judge",
    "Sister", "Colonel", "President", "Prime Minister", "Chancellor", "Bishop",
)  # fmt: skip
ROLES = (
    "chairman", "chief executive", "spokeswoman", "spokesman", "manager", "analyst", "director",
    "lawyer", "treasurer", "president", "engineer",
)  # fmt: skip
TRADES = (
    "steelmaker", "bank", "carmaker", "airline", "brewer", "retailer", "publisher", "insurer",
    "shipping line", "newspaper", "drug maker", "software firm", "railway", "mining group",
)  # fmt: skip
COUNTRIES = ("the US", "the U.S.", "the UK", "the USA", "the U.K.", "the UAE")
_ACRONYM_SHARE = 0.08
_EVENT_SHARE = 0.4


def coined(listed: str, rng: random.Random, split: Split) -> str | None:
    """Now and then a name to stand for one of the list."""
    if listed == "event" and rng.random() < _EVENT_SHARE:
        return rng.choice(EVENTS).format(invent.name(rng, split))
    if listed in {"company", "organization"} and rng.random() < _ACRONYM_SHARE:
        return _acronym(rng, split)
    return None


def _acronym(rng: random.Random, split: Split) -> str:
    """Capitals without a vowel, so that they are no word of the other split."""
    while True:
        made = "".join(rng.choices("BCDFGHJKLMNPQRSTVWXZ", k=rng.choice((3, 3, 4))))
        if split_of(made) == split:
            return made

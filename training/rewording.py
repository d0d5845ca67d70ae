"""Says the same word problem otherwise, before its slots are filled: people, money, units, numbers.

What the problem asks and what its answer is do not change.
"""

import random
import re
from collections.abc import Mapping

from training.frames import Draw

NUMBER_WORDS = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    "eleven", "twelve",
)  # fmt: skip
SENTENCE_END = re.compile(r"(?<!Mr\.)(?<!Ms\.)(?<!Mrs\.)(?<=[.?!]) ")
_STARTS = re.compile(r"(^|(?<!Mr)(?<!Ms)(?<!Mrs)[.?!] )([a-z])")

SOMEBODY = "{first_name}"
_OTHERS = re.compile(r"(\w*) ?\{(?:first_name:|person|last_name)")
_ROLES = (
    ("my brother", "he"), ("my sister", "she"), ("our teacher", "she"), ("our neighbour", "he"),
    ("my uncle", "he"), ("my aunt", "she"), ("the baker", "he"), ("the gardener", "she"),
    ("my cousin", "he"), ("my best friend", "she"), ("our coach", "he"), ("the boss", "she"),
    ("Grandpa", "he"), ("Grandma", "she"), ("Dad", "he"), ("Mum", "she"),
)  # fmt: skip
_TITLES = (
    ("Mr. {last_name}", "he"), ("Mrs. {last_name}", "she"), ("Ms. {last_name}", "she"),
    ("Farmer {last_name}", "he"), ("Professor {last_name}", "she"), ("Captain {last_name}", "he"),
)  # fmt: skip
_KIN = {"he": ("Uncle", "Cousin", "Old", "Brother"), "she": ("Aunt", "Cousin", "Little", "Sister")}
_FORMS = {"he": ("he", "him", "his"), "she": ("she", "her", "her")}
_BEFORE_AN_OBJECT = frozenset(("to", "of", "for", "by", "with", "from", "than", "at"))
_FAMILY = re.compile(
    r"\b(he|she|his|her|him|Grandma|Grandpa|father|mother|sister|brother|daughter|son|aunt)\b"
)
_NEITHER = frozenset(
    ("Luca", "Gianluca", "Nikola", "Mika", "Sasha", "Akira", "Ira", "Dara", "Aino", "Consuelo")
)

_COINS = (
    ("$", ""), ("$", ""), ("$", ""), ("£", ""), ("€", ""), ("", "dollars"), ("", "pounds"),
    ("", "euros"), ("", "crowns"), ("", "francs"),
)  # fmt: skip
_NAMED_MONEY = re.compile(r"dollar|cent|pound|euro|penn|pence|voucher|bill\b", re.IGNORECASE)
_UNITS: tuple[Mapping[str, str], ...] = (
    {"kilometers": "kilometres", "meters": "metres", "centimeters": "centimetres"},
    {"kilometres": "kilometers", "metres": "meters", "centimetres": "centimeters"},
    {"kilometres": "km", "kilometers": "km", "kilometre": "km", "centimetres": "cm"},
    {"kilometres": "miles", "kilometers": "miles", "kilometre": "mile"},
    {"miles": "kilometres", "mile": "kilometre"},
    {"liters": "litres", "liter": "litre", "kilos": "kg"},
    {"litres": "liters", "litre": "liter", "kilos": "kilograms", "kilo": "kilogram"},
    {"metres": "yards", "meters": "yards", "metre": "yard", "meter": "yard"},
    {"in all": "in total", "altogether": "in all", "are left": "remain"},
    {"in total": "altogether", "in all": "altogether", "equally": "evenly"},
    {"buys": "gets", "bought": "got", "neighbour": "neighbor"},
)


def people(text: str, draw: Draw) -> str:
    """Somebody by a title or as one of the family, and later on as he or she."""
    rng = draw.rng
    if SOMEBODY not in text:
        return text
    others = _OTHERS.findall(text)
    name, roll = SOMEBODY, rng.random()
    pronoun: str | None
    if roll < 0.12 and draw.split == "train" and not others:
        name, pronoun = rng.choice(_ROLES)
    elif roll < 0.2 and "{last_name" not in text:
        name, pronoun = rng.choice(_TITLES)
    else:
        pronoun = _pronoun_of(draw.slot("first_name"))
        if pronoun and roll < 0.3:
            draw.memory["first_name"] = f"{rng.choice(_KIN[pronoun])} {draw.memory['first_name']}"
    alone = all(before in ("to", "from", "by") for before in others)
    if pronoun and alone and not _FAMILY.search(text) and rng.random() < 0.6:
        text = _with_pronouns(text, _FORMS[pronoun])
    return capitals(text.replace(SOMEBODY, name))


def _pronoun_of(name: str) -> str | None:
    """`he` or `she`, or None where a name does not tell."""
    if name in _NEITHER:
        return None
    if name.endswith(("a", "ine", "elle", "ette")):
        return "she"
    if name.endswith(("us", "rd", "ld", "ck", "vid", "rt")) or re.search(r"[^k]o$", name):
        return "he"
    return None


def _with_pronouns(text: str, forms: tuple[str, str, str]) -> str:
    """Every mention but the first as a pronoun."""
    head, *mentions = text.split(SOMEBODY)
    if not mentions:
        return text
    made = head + SOMEBODY + mentions[0]
    for rest in mentions[1:]:
        before = made.rstrip()
        last_word = before.rpartition(" ")[2].lower()
        form = forms[1] if last_word in _BEFORE_AN_OBJECT else forms[0]
        if rest.startswith("'s"):
            form = forms[2]
        made += form + rest.removeprefix("'s")
    return made


def capitals(text: str) -> str:
    """A large letter after every full stop."""
    return _STARTS.sub(lambda match: match[1] + match[2].upper(), text)


def money(text: str, numbers: Mapping[str, int], rng: random.Random) -> str:
    """Dollars as other money, as a sign or as a word."""
    if "$" not in text or _NAMED_MONEY.search(text):
        return text
    sign, word = rng.choice(_COINS)
    if sign:
        return text.replace("$", sign)
    if rng.random() < 0.5:
        text = re.sub(r"How much (?:money )?(?=does |did |do |is left)", f"How many {word} ", text)
        text = text.replace(f"How many {word} is left", f"How many {word} are left")

    def spelled(match: re.Match[str]) -> str:
        amount = numbers.get(match[1].strip("{}"), 0)
        return f"{match[1]} {word.removesuffix('s') if amount == 1 else word}"

    return re.sub(r"\$(\{\w\}|\d+)", spelled, text)


def units(text: str, rng: random.Random) -> str:
    """Other units and other words for the same, everywhere in the text."""
    for words in rng.sample(_UNITS, 3):
        known = [word for word in words if re.search(rf"\b{word}\b", text)]
        new = [words[word] for word in known]
        if known and not any(re.search(rf"\b{word}\b", text) for word in new):
            for old in known:
                text = re.sub(rf"\b{old}\b", words[old], text)
    return text


def number_words(text: str, numbers: Mapping[str, int], rng: random.Random) -> str:
    """Most of the small numbers as words, but for sums of money."""
    for name, value in numbers.items():
        stands = f"{{{name}}}"
        is_money = re.search(rf"[$£€]\{stands}", text)
        if value < len(NUMBER_WORDS) and not is_money and rng.random() < 0.7:
            text = text.replace(stands, NUMBER_WORDS[value])
    return capitals(text)

"""What may stand in a slot of a news frame: a club in a match report, a country at a border.

Frames say no more than {per}, {org}, {loc} and {misc}; the words around a slot say what fits.
"""

import re
from collections.abc import Mapping

PERSON, ORGANIZATION, LOCATION, MISCELLANEOUS = range(4)
KIND_OF: Mapping[str, int] = {
    "per": PERSON, "person": PERSON,
    "org": ORGANIZATION, "company": ORGANIZATION, "organization": ORGANIZATION,
    "sports_team": ORGANIZATION, "university": ORGANIZATION, "website_or_shop": ORGANIZATION,
    "loc": LOCATION, "city": LOCATION, "country": LOCATION, "region": LOCATION,
    "village": LOCATION, "natural_place": LOCATION, "street_or_area": LOCATION,
    "misc": MISCELLANEOUS, "nationality": MISCELLANEOUS, "adjective": MISCELLANEOUS,
    "event": MISCELLANEOUS, "book_title": MISCELLANEOUS,
}  # fmt: skip
"""The kind of what a list holds; a slot that is not here names nothing of the four kinds."""

_SPORT = re.compile(
    r"(?i)\b(soccer|tennis|cricket|baseball|basketball|rugby|hockey|boxing|golf|cycling|squash|"
    r"athletics|beat|beats|beaten|league|halftime|half time|innings?|wickets?|overs|match|matches|"
    r"goals?|striker|fans?|supporters|fixtures?|referee|scor\w+|homer\w*|captain\w*|goalkeeper|"
    r"squad|laps?|toss|coach|season|penalt\w+|titles?|champion\w*|substitutes?|seeds?|club|"
    r"driver|qualif\w+|record|shots?|three-pointer|own goal|unbeaten|knee|lap|injury|finals?|v|"
    r"kick-off)\b"
)
_GAMES = re.compile(
    r"Cup|Open|Games|Champion|Olymp|Ashes|Masters|Derby|Marathon|Grand Prix|Nations|Rally|Tour|"
    r"Giro|Race|Bowl|Series|Copa|Trophy|Shield|Wimbledon|Paralympics|Regatta|Festival|Fair"
)
_FIRM = re.compile(
    r"(?i)shares?|cents|profit|net\b|stake|merger|takeover|jobs|plant|sales|turnover|bid\b|deal|"
    r"bonds?|chief executive|bought|buy|sold|airline|flight|cars|tanker|owned|radio|analyst|"
    r"invoice|lift|hotels"
)
_NATION = re.compile(
    r"parliament|government|troops|army|ambassador|embassy|border|treaty|Minister|exports?|envoy|"
    r"sanction|ceasefire|soldiers|currency|bourse|harvest|election|visa|\( ?\{loc|wickets|ALL OUT|"
    r"squad|metres|coup\b|tariff|team|beat|\bvs?\b|qualified|group"
)
_TOWN = re.compile(
    r"airport|[Mm]ayor|museum|cinema|shop|street|town|port of|station|bus|tram|stadium|bridge|"
    r"plant|bank|court|hotel|theatre|church|train|office|hall|hospital|club|born|Born|"
    r"under water|premiere"
)
_GOES_WITH_EVENTS = re.compile(
    r" (?:final|crowds?|celebrations|organisers|tickets?|record|committee|songs?|guidebook|team|"
    r"title|champion|trophy|weekend|squad|exhibition|posters?|winner|match|flags?|programme)\b",
    re.IGNORECASE,
)
_NOT_A_NOUN = (
    "by|in|with|for|and|will|has|had|have|was|were|won|is|are|at|on|from|of|to|because|or|"
    "begins|before|after|as|but|when|who|next|last"
)
_QUALIFIED = re.compile(rf"(?i) (?:(?:and|or) )?[{{\[]| (?!(?:{_NOT_A_NOUN})\b)[a-z]")
"""What follows a {misc} that is an adjective: a noun, a person, another adjective."""


def lists_for(slot: re.Match[str]) -> tuple[str, ...]:
    """The lists to draw from, the likely ones more than once."""
    name, frame = slot[1], slot.string
    if name == "org":
        return _for_organization(slot)
    if name == "loc":
        return _for_location(slot)
    if name != "misc":
        return (name,)
    if not qualifies(slot):
        return ("event",)
    if _GOES_WITH_EVENTS.match(frame[slot.end() :]):
        return ("nationality", "event")
    return ("nationality",) * 5 + ("adjective",)


def qualifies(slot: re.Match[str]) -> bool:
    """Whether a {misc} is an adjective."""
    return bool(_QUALIFIED.match(slot.string[slot.end() :]))


def _for_organization(slot: re.Match[str]) -> tuple[str, ...]:
    if is_sport(slot.string):
        return ("sports_team",)
    if follows_the(slot):
        return ("organization",)
    if _FIRM.search(slot.string):
        return ("company",)
    return ("company",) * 4 + ("organization",) * 3 + ("university", "website_or_shop")


def _for_location(slot: re.Match[str]) -> tuple[str, ...]:
    frame = slot.string
    if re.search(r"\b(?:near|around|above|off) $", frame[: slot.start()]):
        return ("city", "village", "region", "natural_place")
    nation, town = bool(_NATION.search(frame)), bool(_TOWN.search(frame))
    if nation != town:
        return ("country",) * 3 + ("city",) if nation else ("city", "city", "village")
    return ("city", "city", "country", "region", "village")


def suits(name: str, listed: str, slot: re.Match[str]) -> bool:
    """Whether a filler of the list goes into the slot."""
    if name.startswith("The "):
        return False  # part of a title or an article? Nobody could tell.
    if listed == "sports_team":
        return name.endswith("s") if follows_the(slot) else _tells(name, slot.string)
    narrow = is_sport(slot.string) or qualifies(slot)
    if listed == "event" and narrow and not _GAMES.search(name):
        return False
    return (
        listed not in {"event", "organization"} or name.startswith("the ") or not follows_the(slot)
    )


def _tells(name: str, frame: str) -> bool:
    """Whether a club can be told from a town: by its name, if there is nothing else to go by."""
    return " " in name or not is_bare(frame)


def is_sport(frame: str) -> bool:
    return is_bare(frame) or bool(_SPORT.search(frame))


def is_bare(frame: str) -> bool:
    """Whether a frame is little more than its slots, as a line of a table of results."""
    return len(re.findall(r"[A-Za-z]{2,}", re.sub(r"\{[^{}]*\}", "", frame))) < 2


def is_prose(frame: str) -> bool:
    """Whether a frame is a sentence, and no headline, list or table."""
    return len(re.findall(r"\b[a-z]{2,}", re.sub(r"\{[^{}]*\}", "", frame))) >= 5


def names_something(frame: str) -> bool:
    return any(slot in KIND_OF for slot in re.findall(r"\{([a-z_]+)", frame))


def is_in_capitals(frame: str) -> bool:
    return re.sub(r"\{[^{}]*\}", "", frame).isupper()


def follows_the(slot: re.Match[str]) -> bool:
    return slot.string[: slot.start()].lower().endswith("the ")

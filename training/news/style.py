"""How a paper writes numbers, money, days, quotes and capitals: one story, many house styles.

A style is drawn once and used on every text of an example, so that an answer can be copied from
its text to the letter. Only weekdays may say more in an article than in what is made of it.
"""

import random
import re
from collections.abc import Callable

Rewrite = Callable[[str], str]

_DAY = "(Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)"
_ON_A_DAY = re.compile(
    rf"(?<!early )(?<!dawn )\bon {_DAY}\b(?! (?:morning|evening|night|afternoon|at|on))"
)
_ON_THAT_DAY = ("this {}", "on {} morning", "on {} afternoon", "on {} this week", "late on {}")
_NUMERALS = (
    "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
)  # fmt: skip
_COUNT = re.compile(
    r"(?:^|(?<=[a-z,] ))(1[0-2]|[2-9])(?= [a-z])"
    r"(?! (?:am|billion|dollars|euros|hundred|km|kph|million|of|per|percent|pm|pounds|thousand)\b)"
)
_THOUSANDS = re.compile(r"(?<![\d$£€.,-])(?!19|20)(\d)(\d{3})(?![\d-])")


def house_style(rng: random.Random) -> Rewrite:
    """A style for all texts of one example; about a third of them change nothing."""
    rules: list[Rewrite] = []
    percent = rng.choice((None, None, None, r"\1%", r"\1 per cent"))
    if percent is not None:
        rules.append(lambda text: re.sub(r"(\d) percent\b", percent, text))
    if rng.random() < 0.25:
        rules.append(lambda text: re.sub(r"\b(\d[\d,]*(?: [mb]illion)?) dollars\b", r"$\1", text))
    if rng.random() < 0.4:
        rules.append(lambda text: _THOUSANDS.sub(r"\1,\2", text))
    if rng.random() < 0.12:
        rules.append(_numbers_in_words)
    if rng.random() < 0.1:
        rules.append(_curly)

    def rewrite(text: str) -> str:
        for rule in rules:
            text = rule(text)
        return text

    return rewrite


def days_in_other_words(text: str, rng: random.Random) -> str:
    """`on Monday` is now and then `this Monday` or `on Monday morning`."""

    def one(match: re.Match[str]) -> str:
        return rng.choice(_ON_THAT_DAY).format(match[1]) if rng.random() < 0.4 else match[0]

    return _ON_A_DAY.sub(one, text)


def opened(text: str) -> str:
    """The text with a capital at its start, unless its first word has its own (iOS)."""
    first = text.partition(" ")[0]
    return text[:1].upper() + text[1:] if first == first.lower() else text


def sentence_case(headline: str) -> str:
    """A Headline in Title Case becomes one in sentence case, as the cards write them."""
    parts = re.split(r"(\{[^}]*\})", headline)
    words = " ".join(parts[::2]).split()
    long = [word for word in words[parts[0] != "" :] if word[3:].isalpha()]
    if 2 * sum(word.istitle() for word in long) <= len(long):
        return headline
    parts[::2] = [re.sub(r"\b[A-Z][a-z]+\b|\bA\b", lambda m: m[0].lower(), p) for p in parts[::2]]
    return opened("".join(parts))


def _numbers_in_words(text: str) -> str:
    return opened(_COUNT.sub(lambda match: _NUMERALS[int(match[1]) - 2], text))


def _curly(text: str) -> str:
    text = re.sub(r'(^|[\s(])"', "\\1\N{LEFT DOUBLE QUOTATION MARK}", text)
    text = text.replace('"', "\N{RIGHT DOUBLE QUOTATION MARK}")
    return text.replace("'", "\N{RIGHT SINGLE QUOTATION MARK}")

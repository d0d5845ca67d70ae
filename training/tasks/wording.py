"""Small matters of writing that several tasks share: full stops, capitals, numbers in words."""

import re

_UNITS = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen",
    "nineteen",
)  # fmt: skip
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_ASKS = re.compile(
    r"(?i)(?:(?:um|uh|er|so|okay|and|hi|hello|well|yeah),? )*(?:how|what|when|where|which|who|can|"
    r"could|do|does|did|is|are|am|may|shall|would|any|anything|until when)\b"
)


def stopped(text: str) -> str:
    """The text as a sentence that another may follow."""
    return text if text.rstrip("\"')")[-1:] in set(".!?:;") else f"{text}."


def punctuated(said: str) -> str:
    """Something said, with the question mark or full stop that writing gives it."""
    if said[-1] in ".?!":
        return said
    return f"{said}{'?' if _ASKS.match(said) else '.'}"


def with_capital(text: str) -> str:
    """The text with a capital first letter."""
    return text[:1].upper() + text[1:]


def with_article(words: str) -> str:
    """The words with their indefinite article: `an awful film`, `a useful one`."""
    vowel = words[0] in "aeio" or (words[0] == "u" and not words.startswith(("us", "uni")))
    return f"{'an' if vowel or words.startswith('hon') else 'a'} {words}"


def in_words(number: int) -> str:
    """A whole number below a million as it is said: 215 is `two hundred fifteen`."""
    if number < len(_UNITS):
        return _UNITS[number]
    if number < 100:
        tens, unit = divmod(number, 10)
        return _TENS[tens - 2] + (f"-{_UNITS[unit]}" if unit else "")
    size, word = (100, "hundred") if number < 1000 else (1000, "thousand")
    head, rest = divmod(number, size)
    return f"{in_words(head)} {word}" + (f" {in_words(rest)}" if rest else "")

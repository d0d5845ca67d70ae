"""Numbers in answers: a value alone, or the result at the end of written steps. Knows no card."""

import re

_NUMBER = re.compile(r"-?\d[\d,]*(?:\.\d+)?")
_ENDS_IN_NUMBER = re.compile(r"(?<![\w.,])(-?\d[\d,]*(?:\.\d+)?)\.?$")


def numbers_in(text: str) -> tuple[float, ...]:
    """All numbers of a text in order; "1,250" is one number."""
    return tuple(_value(found) for found in _NUMBER.findall(text))


def final_number(text: str) -> float | None:
    """The number that the text ends in, None if it ends otherwise."""
    found = _ENDS_IN_NUMBER.search(text.strip())
    return None if found is None else _value(found.group(1))


def closeness(found: float, right: float, width: float) -> float:
    """1 - |found - right| / width, not below 0; the paper's measure of similarity scores."""
    return max(0.0, 1.0 - abs(found - right) / width)


def _value(text: str) -> float:
    return float(text.replace(",", ""))

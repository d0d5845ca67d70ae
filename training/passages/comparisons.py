"""The questions that a ranking answers, by kind: most, least, how many more, how many together.

{e} and {o} stand for two of its members, {x} for a number, {k} for how many members there are.
"""

from collections.abc import Mapping
from typing import Any

_TOGETHER = "[together|in all|in total|altogether]"


def questions_of(theme: Mapping[str, Any]) -> Mapping[str, list[str]]:
    """Ways to ask, by kind of question."""
    match theme["kind"]:
        case "count":
            return _counting(theme)
        case "scale":
            return _measuring(theme)
    questions: Mapping[str, list[str]] = theme["questions"]
    return questions


def _counting(theme: Mapping[str, Any]) -> Mapping[str, list[str]]:
    verb, base, noun, many = theme["verb"], theme["base"], theme["noun"], theme["many"]
    thousand = "thousand " if noun.startswith("thousand ") else ""
    bare = noun.removeprefix(thousand)
    do, dos = ("did", "did") if theme.get("past") else ("do", "does")
    which = ("Who", f"Which {theme['one']}") if theme["slot"] == "person" else (
        f"Which {theme['one']}", f"What {theme['one']}")  # fmt: skip
    return {
        "most": [f"{one} {verb} [the most|the largest number of] {bare}?" for one in which],
        "least": [f"{one} {verb} [the fewest|the smallest number of] {bare}?" for one in which],
        "second": [f"{one} {verb} the second largest number of {bare}?" for one in which],
        "more": [f"How many {thousand}more {bare} {dos} {{e}} {base} than {{o}}?"],
        "fewer": [f"How many {thousand}fewer {bare} {dos} {{o}} {base} than {{e}}?"],
        "gap": [f"What is the difference in {noun} between {{e}} and {{o}}?"],
        "sum": [f"How many {noun} {do} {{e}} and {{o}} {base} {_TOGETHER}?"],
        "all": [f"How many {noun} {do} [all {{k}} {many}|the {{k}} {many}] {base} {_TOGETHER}?"],
        "look": [f"How many {noun} {dos} {{e}} {base}?"],
        "who": [f"{one} {verb} {{x}} {noun}?" for one in which],
        "over": [
            f"How many of the {many} {verb if theme.get('past') else base} more than {{x}} {noun}?"
        ],
    }


def _measuring(theme: Mapping[str, Any]) -> Mapping[str, list[str]]:
    be, unit, adjective = theme["verb"], theme["noun"], theme["adjective"]
    which = f"Which {theme['one']}" if "one" in theme else "Who"
    are = "were" if theme.get("past") else "are"
    return {
        "most": [f"{which} {be} the {theme['most']}?"],
        "least": [f"{which} {be} the {theme['least']}?"],
        "more": [
            f"How many {unit} {theme['more']} {be} {{e}} than {{o}}?",
            f"By how many {unit} {be} {{e}} {theme['more']} than {{o}}?",
        ],
        "look": [
            f"How many {unit} {adjective} {be} {{e}}?",
            f"How {adjective} {be} {{e}}, in {unit}?",
        ],
        "who": [f"{which} {be} {{x}} {unit} {adjective}?"],
        "over": [f"How many of the {theme['many']} {are} more than {{x}} {unit} {adjective}?"],
    }

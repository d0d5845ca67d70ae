"""What a rule is that turns a grammatical sentence into an ungrammatical one. Knows no rule.

Rules read sentences whose slots are not filled yet, so that names are never touched.
"""

import random
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

Change = Callable[[re.Match[str], random.Random], str]

NAME = r"\{(?:person|first_name|per)(?::\d)?\}"
DETERMINER = r"(?:the|a|an|his|their|its|my|our|your)"
NEVER = r"(?: (?:not|never|also|only|still|soon|always|often|already|recently|now|just))?"


@dataclass(frozen=True)
class Rule:
    """A place in a sentence and what is put there; an empty string means not here."""

    pattern: re.Pattern[str]
    change: Change


def rule(pattern: str, change: Change | str) -> Rule:
    """A rule from a pattern and a change, or a template with \\1, \\2 for the groups."""
    if isinstance(change, str):
        template = change
        return Rule(re.compile(pattern), lambda match, _rng: match.expand(template))
    return Rule(re.compile(pattern), change)


def one_of(*templates: str) -> Change:
    """A change that takes one of several templates."""
    return lambda match, rng: match.expand(rng.choice(templates))


def among(table: Mapping[str, Sequence[str]], group: int = 1, around: str = "{}") -> Change:
    """A change that looks the group up: any of its wrong forms, in `around`."""

    def change(match: re.Match[str], rng: random.Random) -> str:
        forms = [form for form in table[match[group]] if form != match[group]]
        return match.expand(around.format(rng.choice(forms))) if forms else ""

    return change


def broken(sentence: str, rules: Sequence[Rule], rng: random.Random) -> str | None:
    """The sentence with one error by one of the rules, or None where no rule applies."""
    for one in rng.sample(rules, len(rules)):
        matches = list(one.pattern.finditer(sentence))
        rng.shuffle(matches)
        for match in matches:
            words = one.change(match, rng)
            if words and words != match[0]:
                return f"{sentence[: match.start()]}{words}{sentence[match.end() :]}".strip()
    return None

"""A known task in other words: another opening, an example, a remark."""

import random
import re

from training.functions.telling import OPENERS

_OPENING = re.compile(
    r"(?:Please )?(?:Write|Implement|Create|Make|Define|Build) (?:a |the )?"
    r"(?:(?:Python |simple |small )*function )?(?=(?:named |called |that |which |to )?)"
)
_EXTRAS = (
    "No imports, please.", "Keep it short.", "Return the result, do not print it.", "Thanks!",
    "Plain Python only.", "It should be simple.", "I am a beginner.", "Only the function, please.",
)  # fmt: skip


def reworded(problem: str, tests: list[str], rng: random.Random) -> str:
    """The task in other words: another opening, an example, a remark."""
    opening = _OPENING.match(problem)
    if opening and rng.random() < 0.6:
        problem = _reopened(problem, opening, rng)
    if problem[-1] not in ".?!":
        problem = f"{problem}."
    example = re.match(r"assert (.+) (?:==|is) (.+)", rng.choice(tests))
    if example and len(example.group()) < 70 and rng.random() < 0.25:
        call, value = example.groups()
        form = rng.choice((
            "For example, {c} gives {v}.", "Example: {c} -> {v}", "{c} should be {v}.",
            "So {c} is {v}.", "{c} returns {v}.", "E.g. {c} == {v}",
        ))  # fmt: skip
        problem = f"{problem} {form.replace('{c}', call).replace('{v}', value)}"
    elif rng.random() < 0.12:
        problem = f"{problem} {rng.choice(_EXTRAS)}"
    return problem


def _reopened(problem: str, opening: re.Match[str], rng: random.Random) -> str:
    rest = problem[opening.end() :]
    first = rest.split(" ")[0].split("(")[0]
    opener = rng.choice([one for one in OPENERS if not one.startswith(("Can", "Could"))])
    if re.match(r"\w+\([^)]*\) and ", rest):
        return problem
    if first in ("that", "which", "to", "named", "called") or "function" in opening.group():
        return f"{opener} {rest}"
    if re.match(r"\w+\(", rest):
        return rng.choice((f"{opener} {rest}", f"Implement {rest}", f"Please write {rest}"))
    return problem

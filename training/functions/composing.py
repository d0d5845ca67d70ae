"""Functions put together: an operation on a list, a text, a dictionary or a number, and mostly a
condition on its members. `count` and `even numbers` are two parts; there are some thousand pairs.
"""

import random
import re
from collections.abc import Mapping
from typing import Any

from training.frames import Draw
from training.functions.inputs import inputs
from training.functions.naming import named
from training.functions.telling import told
from training.functions.written import Written, results, test_of
from training.passages.asked import parts

_KINDS = {"numbers": 5.0, "words": 3.0, "text": 3.0, "dictionary": 1.3, "number": 2.5}
_PARAMETERS: Mapping[str, tuple[str, ...]] = {
    "numbers": ("nums", "nums", "numbers", "values", "items", "lst", "data", "xs", "arr"),
    "words": ("words", "words", "items", "strings", "names", "terms", "lst"),
    "text": ("text", "text", "s", "string", "line", "sentence", "txt"),
    "dictionary": ("d", "d", "data", "table", "prices", "stock", "scores"),
    "number": ("n", "n", "x", "num", "value", "number", "m"),
}
_CALLED: Mapping[str, tuple[str, ...]] = {
    "numbers": ("a list of numbers", "a list", "a list of integers", "the list"),
    "words": ("a list of words", "a list of strings", "a list", "the list"),
    "text": ("a text", "a string", "the text"),
    "dictionary": ("a dictionary", "the dictionary"),
    "number": ("a number", "a whole number", "the number"),
}
_MEMBERS = {"numbers": "n", "words": "w", "text": "c", "dictionary": "v", "number": ""}
_LIMITS = ("limit", "k", "bound", "amount", "size")
_LETTERS = "aeioustrnlm"
_MARKS = ('"-"', '", "', '"/"', '"*"', '"+"', '"; "', '"_"', '"!"')
_AFFIXES = ('"un"', '"s"', '"ing"', '"re"', '"Mr. "', '"Hello "', '"very "', '"ed"', '"the "')
_LABELS = (
    ('"big"', '"small"'), ('"yes"', '"no"'), ('"high"', '"low"'), ('"pass"', '"fail"'),
    ('"A"', '"B"'), ('"hot"', '"cold"'), ('"win"', '"lose"'), ('"ok"', '"wrong"'), ("1", "0"),
)  # fmt: skip


def compose(draw: Draw) -> Written:
    """A function that nobody has written down, with three tests."""
    rng = draw.rng
    of = rng.choices(list(_KINDS), list(_KINDS.values()))[0]
    operation = rng.choice([one for one in parts("operations") if of in one["on"]])
    condition = _condition(of, operation, rng)
    k_range = condition.get("k", operation.get("k"))
    values = _values(operation, condition, k_range, rng)
    letter, texts = rng.choice(_LETTERS), {"m": rng.choice(_MARKS)}
    texts["q"], texts["r"] = rng.choice(_LABELS)
    if "{r}" not in operation["code"]:
        texts["q"] = rng.choice(_AFFIXES)
    texts["l"] = f'"{letter}"'
    given = k_range is not None and rng.random() < 0.2
    # A dictionary's loops have the name k for the key.
    limit = rng.choice([name for name in _LIMITS if (of, name) != ("dictionary", "k")])
    visible = given or rng.random() < 0.75
    parameter = operation.get(
        "param", rng.choice(_PARAMETERS[of]) if visible else _PARAMETERS[of][0]
    )
    marks = {name: str(value) for name, value in values.items()} | texts
    if given:
        marks["k"] = limit
    marks |= {"p": parameter, "v": _MEMBERS[of] or parameter, "c": rng.choice(_CALLED[of])}
    if "param" in operation or (visible and of == "number" and rng.random() < 0.8):
        visible, marks["c"] = True, parameter
    for part in ("if", "unless", "is"):
        marks[part] = str(condition.get(part, "")).format(**marks)
    marks["np"] = rng.choice(condition.get("phrases", [""])).format(**marks)
    bare = {"k": str(values.get("k", "")), "d": str(values.get("d", "")), "l": letter}
    name = named(_base(operation, condition, bare, given, rng), draw)
    parameters = f"{parameter}, {limit}" if given else parameter
    loop = "loop" in operation and rng.random() < 0.12
    body = str(operation["loop" if loop else "code"]).format(**marks)
    code = f"def {name}({parameters}):\n    " + body.replace("\n", "\n    ")
    known = [texts[mark].strip('"') for mark in "lmq"]
    tried = inputs(of, values, known, rng)
    if "nonempty" in operation:
        tried = [one for one in tried if one]
    tests = _tests(code, name, tried, f", {values['k']}" if given else "")
    problem = told(operation, marks, name, parameters if visible else None, loop, rng)
    return Written(problem, code, tests)


def _condition(of: str, operation: Mapping[str, Any], rng: random.Random) -> Mapping[str, Any]:
    if not re.search(r"\{(if|unless)\}", operation["code"]):
        return {}
    kind = "numbers" if of in ("dictionary", "number") else of
    known = [one for one in parts("conditions") if one["of"] == kind]
    chosen: Mapping[str, Any] = rng.choice(known)
    return chosen


def _values(
    operation: Mapping[str, Any], condition: Mapping[str, Any], k_range: Any, rng: random.Random
) -> dict[str, int]:
    """The numbers that the function knows, by their marks."""
    wanted = f"{operation['code']} {condition.get('if', '')}"
    values = {"k": rng.randint(*k_range)} if k_range else {}
    if "{j}" in wanted:
        values["j"] = rng.randint(1, 30)
    if "{d}" in wanted:
        values["d"] = rng.randint(0, 9)
    if "{a}" in wanted:
        values["a"] = rng.randint(1, 30)
        values["b"] = values["a"] + rng.randint(2, 40)
    return values


def _base(
    operation: Mapping[str, Any], condition: Mapping[str, Any], bare: Mapping[str, str],
    given: bool, rng: random.Random,
) -> str:  # fmt: skip
    """A name from what the function does; without the number if that is a parameter."""
    tag = rng.choice([t for t in condition.get("tag", ["it"]) if not given or "{k}" not in t])
    names = [n for n in operation["tag"] if not given or "{k}" not in n] or ["take_some"]
    return str(rng.choice(names).format(t=tag.format(**bare), **bare))


def _tests(code: str, name: str, tried: list[object], extra: str) -> tuple[str, ...]:
    """Three tests, with results as different as the inputs give."""
    calls = [f"{name}({one!r}{extra})" for one in tried]
    found = dict(zip(calls, results(code, calls), strict=True))
    by_result: dict[str, str] = {}
    for call, value in found.items():
        by_result.setdefault(repr(value), call)
    picked = list(dict.fromkeys((*by_result.values(), *calls)))[:3]
    return tuple(test_of(call, found[call]) for call in picked)

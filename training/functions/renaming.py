"""A known function under another name, with other parameters, asked for in other words."""

import ast
import builtins
import io
import random
import re
import tokenize
from collections.abc import Mapping

from training.frames import Draw
from training.functions.naming import named
from training.functions.rewording import reworded
from training.functions.written import Written, call_of, results, test_of

_OTHERS: Mapping[str, tuple[str, ...]] = {
    "nums": ("numbers", "values", "xs", "data", "arr", "lst", "items"),
    "numbers": ("nums", "values", "xs", "lst"),
    "items": ("lst", "elements", "things", "data", "xs", "seq"),
    "words": ("strings", "terms", "lst", "names"),
    "text": ("s", "string", "txt", "t"),
    "word": ("s", "w", "text"),
    "sentence": ("text", "s", "line"),
    "n": ("num", "number", "x", "value", "k"),
    "x": ("v", "value", "num"),
    "d": ("data", "mapping", "table", "dictionary"),
    "limit": ("bound", "threshold", "top", "border"),
    "target": ("goal", "wanted", "value"),
    "ch": ("char", "letter", "c"),
    "matrix": ("grid", "rows", "table"),
    "values": ("nums", "numbers", "lst"),
}
# These are no English words: wherever they stand in a task, the parameter is meant.
_NEVER_ENGLISH = frozenset(("nums", "n", "x", "d", "ch", "k"))
_PAIRS = (("x", "y"), ("first", "second"), ("p", "q"), ("left", "right"), ("m", "n"), ("u", "v"))


def renamed(
    frame: Mapping[str, object], draw: Draw, constants: Mapping[str, tuple[int, int]]
) -> Written:
    """The frame's function, consistently renamed in task, code and tests."""
    rng = draw.rng
    problem, code = str(frame["problem"]), str(frame["code"])
    tests = [str(test) for test in frame["tests"]]  # type: ignore[attr-defined]
    old = re.match(r"def (\w+)\(", code)
    assert old is not None
    for constant, span in constants.items():
        if rng.random() < 0.6:
            problem, code, tests = _with_constant(
                problem, code, tests, constant, rng.randint(*span)
            )
    parameters = _parameters(code)
    if parameters == ["a", "b"] and rng.random() < 0.6:
        problem, code = _with_another_pair(problem, code, rng)
    for parameter in parameters:
        if rng.random() < 0.5:
            problem, code = _with_parameter(problem, code, parameter, rng)
    name = old.group(1)
    new = named(name, draw)
    if new != name and new in _names(code) | set(dir(builtins)):
        new = f"{new}_it"
    problem = rename_in_words(problem, name, new)
    code = rename_in_code(code, name, new)
    tests = [rename_in_code(test, name, new) for test in tests]
    return Written(reworded(problem, tests, rng), code, tuple(tests))


def _parameters(code: str) -> list[str]:
    tree = ast.parse(code).body[0]
    assert isinstance(tree, ast.FunctionDef)
    return [argument.arg for argument in tree.args.args]


def _names(code: str) -> set[str]:
    return set(re.findall(r"[A-Za-z_]\w*", code))


def rename_in_code(code: str, old: str, new: str) -> str:
    """Every name `old` outside strings and after no dot."""
    lines = code.split("\n")
    tokens = list(tokenize.generate_tokens(io.StringIO(code).readline))
    places = [
        token.start
        for before, token in zip([None, *tokens], tokens, strict=False)
        if token.type == tokenize.NAME
        and token.string == old
        and not (before is not None and before.string == ".")
    ]
    for row, column in reversed(places):
        line = lines[row - 1]
        lines[row - 1] = line[:column] + new + line[column + len(old) :]
    return "\n".join(lines)


def rename_in_words(problem: str, old: str, new: str) -> str:
    """The function's name where it is meant: before a bracket, after `called`, or no English."""
    if "_" in old:
        return re.sub(rf"\b{old}\b", new, problem)
    meant = (
        rf"\b{old}(?=\()|(?<=\(){old}(?=\))"
        rf"|(?i:(?<=called )|(?<=named )|(?<=name )|(?<=name: )|(?<=it )|(?<=function: )|(?<=def )"
        rf"|(?<=function )|(?<=use )|(?<=implement )){old}\b"
    )
    return re.sub(meant, new, problem)


def _with_parameter(problem: str, code: str, old: str, rng: random.Random) -> tuple[str, str]:
    """Another name for a parameter, unless the task's words may mean it or something else."""
    taken = _names(code) | _names(problem)
    free = [name for name in _OTHERS.get(old, ()) if name not in taken]
    is_one_of_a_pair = old == "x" and "y" in taken
    is_a_day = old == "d" and "dictionary" not in problem
    if not free or is_one_of_a_pair or is_a_day:
        return problem, code
    new = rng.choice(free)
    signature = re.search(r"\w+\([^()\"\[]*\)", problem)
    spoken = problem.replace(signature.group(), " ") if signature else problem
    alone = rf"(?<![\w'\"]){old}(?![\w'\"])"
    if old in _NEVER_ENGLISH:
        problem = re.sub(alone, new, problem)
    elif re.search(alone, spoken):
        return problem, code
    elif signature:
        there = re.sub(alone, new, signature.group())
        problem = problem.replace(signature.group(), there)
    return problem, rename_in_code(code, old, new)


def _with_another_pair(problem: str, code: str, rng: random.Random) -> tuple[str, str]:
    """Other names for `(a, b)`, unless the task speaks of b outside of its brackets."""
    spoken = problem.replace("(a, b)", "")
    first, second = rng.choice(_PAIRS)
    if re.search(r"\bb\b", spoken) or {first, second} & (_names(code) | _names(problem)):
        return problem, code
    code = rename_in_code(rename_in_code(code, "a", first), "b", second)
    return problem.replace("(a, b)", f"({first}, {second})"), code


def _with_constant(
    problem: str, code: str, tests: list[str], old: str, new: int
) -> tuple[str, str, list[str]]:
    """Another number in task and code; the tests get what the code then gives."""
    alone = rf"(?<![\w.]){old}(?![\w.]*\d|\w)"
    problem, code = re.sub(alone, str(new), problem), re.sub(alone, str(new), code)
    calls = [re.sub(alone, str(new), call_of(test)) for test in tests]
    values = results(code, calls)
    return problem, code, [test_of(call, value) for call, value in zip(calls, values, strict=True)]

"""A function: what is asked for, its code, its tests; and what its code gives for an input."""

import ast
from dataclasses import dataclass
from typing import Any

from adapters.sandbox import is_harmless


@dataclass(frozen=True)
class Written:
    """A task in words with the code that does it and assert statements that hold after it."""

    problem: str
    code: str
    tests: tuple[str, ...]


def results(code: str, calls: list[str]) -> list[object]:
    """What each call gives after the code, which is our own and is looked at all the same."""
    assert is_harmless(code), code
    scope: dict[str, Any] = {}
    exec(code, scope)  # noqa: S102 - code from our own corpus
    return [eval(call, scope) for call in calls]  # noqa: S307 - the same


def test_of(call: str, value: object) -> str:
    """An assert statement: `is` for True, False and None."""
    sign = "is" if value is None or isinstance(value, bool) else "=="
    return f"assert {call} {sign} {value!r}"


def call_of(test: str) -> str:
    """The call that an assert statement compares."""
    tree = ast.parse(test).body[0]
    assert isinstance(tree, ast.Assert)
    assert isinstance(tree.test, ast.Compare)
    return ast.unparse(tree.test.left)

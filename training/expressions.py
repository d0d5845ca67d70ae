"""Arithmetic of sentence frames: whole numbers, named values, comparisons. Nothing else is run."""

import ast
import operator
import random
from collections.abc import Callable, Mapping, Sequence
from functools import cache

_BINARY: Mapping[type[ast.operator], Callable[[int, int], int]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
}
_COMPARED: Mapping[type[ast.cmpop], Callable[[int, int], bool]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}
_MOST_DRAWS = 20_000


class NotWhole(ArithmeticError):
    """A division that leaves a remainder: the numbers do not suit the frame."""


def evaluate(expression: str, values: Mapping[str, int]) -> int:
    """The value of `expression`; a comparison gives 1 or 0. Raises NotWhole, and ValueError for
    anything but + - * / // % comparisons, `and`, `or`, numbers and the names in `values`."""
    return _value(_parsed(expression), values)


def draw_numbers(
    ranges: Mapping[str, Sequence[int]],
    suits: Callable[[Mapping[str, int]], bool],
    rng: random.Random,
) -> dict[str, int]:
    """Numbers in their ranges that suit. Raises ValueError where none seem to."""
    for _ in range(_MOST_DRAWS):
        drawn = {name: rng.randint(low, high) for name, (low, high) in ranges.items()}
        try:
            if suits(drawn):
                return drawn
        except NotWhole:
            continue
    raise ValueError(f"no numbers in {ranges} suit")


@cache
def _parsed(expression: str) -> ast.expr:
    return ast.parse(expression, mode="eval").body


def _value(node: ast.expr, values: Mapping[str, int]) -> int:
    match node:
        case ast.Constant(value=int() as number):
            return int(number)
        case ast.Name(id=name) if name in values:
            return values[name]
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_value(operand, values)
        case ast.BinOp(left=left, op=ast.Div(), right=right):
            return _quotient(_value(left, values), _value(right, values))
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _BINARY:
            return _BINARY[type(op)](_value(left, values), _value(right, values))
        case ast.BoolOp(op=ast.And(), values=parts):
            return int(all(_value(part, values) for part in parts))
        case ast.BoolOp(op=ast.Or(), values=parts):
            return int(any(_value(part, values) for part in parts))
        case ast.Compare(left=left, ops=ops, comparators=rights):
            sides = [_value(side, values) for side in (left, *rights)]
            pairs = zip(ops, sides, sides[1:], strict=False)
            return int(all(_COMPARED[type(op)](a, b) for op, a, b in pairs))
    raise ValueError(f"not arithmetic: {ast.dump(node)}")


def _quotient(left: int, right: int) -> int:
    whole, rest = divmod(left, right)
    if rest:
        raise NotWhole(f"{left} / {right}")
    return whole

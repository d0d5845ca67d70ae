"""Tables, and queries over them with a remark that says what each one finds.

The remarks are notes of a programmer, not the questions of the SQL task, and the tables have names
of their own.
"""

from collections.abc import Callable, Mapping

from training import invent
from training.frames import Draw
from training.tasks.wikisql import Column, header

_AGGREGATES = {
    "MAX": ("highest", "top", "maximum"),
    "MIN": ("lowest", "minimum", "least"),
    "SUM": ("total", "sum of", "combined"),
    "AVG": ("average", "mean"),
    "COUNT": ("number of", "how many", "count of"),
}
_REMARKS = (
    "{what} with {where}", "{what} where {where}", "{what} for rows whose {where}",
    "{what}: {where}", "get {what} if {where}", "we want {what} when {where}",
    "{where}? then {what}",
)  # fmt: skip
_EQUAL = ("{c} {v}", "{c} = {v}", "{c} is {v}", "{v} as {c}", "{c} equal to {v}")
_MORE = ("{c} over {v}", "{c} > {v}", "{c} more than {v}", "{c} above {v}", "{c} greater than {v}")
_LESS = ("{c} under {v}", "{c} < {v}", "{c} less than {v}", "{c} below {v}", "{c} smaller than {v}")


def queries(draw: Draw) -> str:
    """A table's header and two to four remarked queries."""
    rng = draw.rng
    columns = header(rng, draw.split)
    name = rng.choice(("table", "table", invent.word(rng, draw.split), "results", "data"))
    lines = [f"-- {name}: {', '.join(column.name for column in columns)}"]
    for _ in range(rng.randint(2, 4)):
        lines.extend(_query(columns, name, draw))
    return "\n".join(lines)


def _query(columns: tuple[Column, ...], table: str, draw: Draw) -> list[str]:
    rng = draw.rng
    select = rng.choice(columns)
    what, target = _lower(select.name, rng.random() < 0.5), select.name
    if rng.random() < 0.45:
        function = rng.choice(list(_AGGREGATES) if select.slot is None else ["COUNT"])
        what = f"{rng.choice(_AGGREGATES[function])} {what}"
        target = f"{function}({target})"
    tests = rng.sample(columns, min(len(columns), rng.choice((1, 1, 2))))
    pairs = [_condition(column, draw) for column in tests]
    spoken = " and ".join(pair[0] for pair in pairs)
    where = " AND ".join(pair[1] for pair in pairs)
    remark = rng.choice(_REMARKS).format(what=what, where=spoken)
    return [f"-- {remark}", f"SELECT {target} FROM {table} WHERE {where}"]


def _condition(column: Column, draw: Draw) -> tuple[str, str]:
    rng = draw.rng
    if column.slot is None:
        value = str(rng.randint(column.low, column.high))
        operator, forms = rng.choice((("=", _EQUAL), (">", _MORE), ("<", _LESS)))
        literal = value
    else:
        value = draw.slot(f"{column.slot}:{rng.randint(10, 10**9)}").replace("'", "")
        operator, forms, literal = "=", _EQUAL, f"'{value}'"
    spoken = rng.choice(forms).format(c=_lower(column.name, rng.random() < 0.5), v=value)
    return spoken, f"{column.name} {operator} {literal}"


def _lower(name: str, lower: bool) -> str:
    spoken = name.replace("_", " ")
    return spoken.lower() if lower else spoken


def rows(draw: Draw) -> str:
    """A few rows of a table, and cells picked out of it."""
    rng = draw.rng
    columns = header(rng, draw.split)
    table = [[_cell(column, draw) for column in columns] for _ in range(rng.randint(2, 4))]
    lines = [", ".join(column.name for column in columns), *(", ".join(row) for row in table)]
    row = rng.choice(table)
    place = rng.randrange(len(columns))
    return "\n".join(
        [
            *lines,
            f"### Row: {row[0]}",
            f"### Column: {columns[place].name}",
            f"### Cell: {row[place]}",
        ]
    )


def _cell(column: Column, draw: Draw) -> str:
    if column.slot is None:
        return str(draw.rng.randint(column.low, column.high))
    return draw.slot(f"{column.slot}:{draw.rng.randint(10, 10**9)}")


KINDS: Mapping[Callable[[Draw], str], float] = {queries: 14, rows: 3}
"""Makers of queries and tables, and their weights."""

"""A question about one table, given its columns, and the SELECT that answers it."""

import random
from dataclasses import dataclass, replace
from functools import cache

from training import invent
from training.frames import Draw, fill
from training.lexicon import Split, load_task_frames
from training.tasks.sample import Sample

_AGGREGATES = {"max": "MAX", "min": "MIN", "sum": "SUM", "avg": "AVG", "count": "COUNT"}
_MIXED_SHARE = 0.5
_INVENTED_COLUMN_SHARE = 0.2


@dataclass(frozen=True)
class Column:
    """A column's name and what its cells hold: fillers of a slot, or numbers in a range."""

    name: str
    slot: str | None
    low: int = 0
    high: int = 0


def make(draw: Draw, frames: Split) -> Sample:
    """Fields table (the header) and question; the answer is SQL over the table `table`."""
    while True:
        columns = header(draw.rng, draw.split)
        frame = draw.rng.choice(load_task_frames("wikisql_questions", frames))
        plan = _plan(frame, columns, draw.rng)
        if plan is not None:
            break
    select, conditions = plan
    operator = {"compare_gt": ">", "compare_lt": "<"}.get(frame["pattern"], "=")
    values = [_value(column, draw) for column in conditions]
    words = {"select": _spoken(select.name, draw.rng)}
    for number, (column, value) in enumerate(zip(conditions, values, strict=True), start=1):
        suffix = "" if number == 1 else f":{number}"
        words[f"where{suffix}"] = _spoken(column.name, draw.rng)
        words[f"value{suffix}"] = value
    draw.memory.update(words)
    question = fill(frame["text"], draw)
    where = " AND ".join(
        f"{column.name} {operator} {_literal(column, value)}"
        for column, value in zip(conditions, values, strict=True)
    )
    aggregate = _AGGREGATES.get(frame["pattern"].removesuffix("_two_conditions"))
    target = f"{aggregate}({select.name})" if aggregate else select.name
    fields = {"table": ", ".join(column.name for column in columns), "question": question}
    return Sample(fields, f"SELECT {target} FROM table WHERE {where}")


@cache
def _pool() -> tuple[tuple[Column, ...], ...]:
    """The tables of all hands as columns, for training and held-out examples alike."""
    return tuple(
        tuple(
            Column(c["name"], c.get("slot"), c.get("low", 0), c.get("high", 0))
            for c in table["columns"]
        )
        for table in load_task_frames("wikisql_tables", "train")
    )


def header(rng: random.Random, split: Split) -> tuple[Column, ...]:
    """Columns of a known table, or a mixture of many tables' columns with some invented names."""
    columns = list(rng.choice(_pool()))
    if rng.random() < _MIXED_SHARE:
        drawn = [rng.choice(rng.choice(_pool())) for _ in range(rng.randint(3, 6))]
        columns = list({column.name.lower(): column for column in drawn}.values())
    columns = [
        replace(column, name=_invented_name(rng, split))
        if rng.random() < _INVENTED_COLUMN_SHARE
        else column
        for column in columns
    ]
    if rng.random() < 0.3:
        rng.shuffle(columns)
    style = rng.choice((str, str, str.lower, _snake))
    return tuple(replace(column, name=style(column.name)) for column in columns)


def _invented_name(rng: random.Random, split: Split) -> str:
    word = invent.name(rng, split)
    return rng.choice((word, word, f"{word} no", f"Total {word.lower()}", f"{word} name"))


def _snake(name: str) -> str:
    return name.lower().replace(" ", "_")


def _plan(
    frame: dict[str, str], columns: tuple[Column, ...], rng: random.Random
) -> tuple[Column, list[Column]] | None:
    """The column to select and those that conditions are on, or None where the table lacks them.

    A question that does not name the first condition's column means the first text column: that is
    the rule which makes such questions answerable.
    """
    pattern = frame["pattern"]
    texts = [column for column in columns if column.slot]
    numbers = [column for column in columns if not column.slot]
    two = pattern.endswith("_two_conditions")
    wanted = numbers if pattern in ("max", "min", "sum", "avg") else columns
    if pattern.startswith("compare"):
        candidates = numbers
    elif "{where}" in frame["text"]:
        candidates = texts + (numbers if rng.random() < 0.3 else [])
    else:
        candidates = texts[:1]
    if not candidates:
        return None
    conditions = [rng.choice(candidates)]
    if two:
        others = [column for column in texts if column != conditions[0]]
        if not others:
            return None
        named = "{where:2}" in frame["text"]
        conditions.append(rng.choice(others) if named else others[0])
    selectable = [column for column in wanted if column not in conditions]
    return (rng.choice(selectable), conditions) if selectable else None


def _value(column: Column, draw: Draw) -> str:
    if column.slot is None:
        return str(draw.rng.randint(column.low, column.high))
    while True:
        key = f"{column.slot}:{draw.rng.randint(100, 10**9)}"
        value = draw.slot(key)
        if "'" not in value:
            return value
        draw.entities.discard(value)


def _literal(column: Column, value: str) -> str:
    return value if column.slot is None else f"'{value}'"


def _spoken(name: str, rng: random.Random) -> str:
    """A column's name as a question says it: mostly as it stands, often in lower case."""
    spoken = name.replace("_", " ")
    return spoken.lower() if rng.random() < 0.5 else spoken

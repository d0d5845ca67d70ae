"""What is asked, and which two answer it in which place: drawn here, told to nobody.

Knows the comparison service only to ask who is able; runs nothing and keeps nothing.
"""

import random
import secrets
from collections.abc import Mapping
from dataclasses import dataclass

from adapters.catalog import GENERALIST
from app.compare import ComparisonService, RunRefused
from app.contenders import BASE, HELD_BASE
from app.task import Task

NOBODY = "No task has two contenders now; come back when an adapter is served."


@dataclass(frozen=True)
class Draw:
    """One pair to be run. `pair` are the ids of the contenders at A and B."""

    run_id: str
    session_id: str
    task: Task
    fields: Mapping[str, str]
    pair: tuple[str, str]


def playable(comparisons: ComparisonService) -> list[Task]:
    """The tasks that two contenders can answer now, by title."""
    tasks = (task for name, task in comparisons.tasks.items() if len(able(comparisons, name)) > 1)
    return sorted(tasks, key=lambda task: task.card.title)


def able(comparisons: ComparisonService, task: str) -> list[str]:
    """Who meets in a task: its own adapter, the base in both ways, and who was taught all tasks.

    Never an adapter of another task: that would only measure how little it knows of this one.
    """
    fitting = {task, BASE, HELD_BASE, GENERALIST}
    found = (one.contender_id for one in comparisons.contenders(task))
    return [contender_id for contender_id in found if contender_id in fitting]


def draw(
    comparisons: ComparisonService,
    session_id: str,
    task: str | None,
    fields: Mapping[str, str] | None,
    chance: random.Random,
) -> Draw:
    """A pair for a visitor; None is any task, and an example that nobody has learned from.

    Raises RunRefused. Not for the event loop: it reads examples.
    """
    chosen = _task(comparisons, task, chance)
    if fields is None:
        fields = chance.choice(chosen.heldout or chosen.card.examples).fields
    comparisons.check(chosen, fields)
    first, second = chance.sample(able(comparisons, chosen.card.task), 2)
    return Draw(secrets.token_hex(16), session_id, chosen, dict(fields), (first, second))


def _task(comparisons: ComparisonService, task: str | None, chance: random.Random) -> Task:
    tasks = {one.card.task: one for one in playable(comparisons)}
    if not tasks:
        raise RunRefused(NOBODY)
    if task is None:
        return chance.choice(list(tasks.values()))
    if task not in tasks:
        raise RunRefused(comparisons.why_not(task) or "This task has only one contender now.")
    return tasks[task]

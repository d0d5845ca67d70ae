"""What is told after a rating: who was who, how they did, what others thought. Plain text only."""

from collections.abc import Mapping
from dataclasses import dataclass

from adapters.metrics import Mark, mark
from app.contenders import BASE, HELD_BASE
from app.feedback.records import PairCounts, ShownPair, ShownSide, Vote
from app.page.answer_words import expected_word, facts, verdict
from app.task import Task

ENOUGH = 10
"""Ratings by others below which nothing is said of them: a few people are no opinion."""


@dataclass(frozen=True)
class SideReveal:
    """One answer's writer. `who` is short, `name` says which weights; `mark` is "right", "wrong",
    "degree", or None where the right answer is not known."""

    who: str
    name: str
    mark: str | None
    verdict: str
    figures: tuple[str, ...]


@dataclass(frozen=True)
class Reveal:
    """Everything about a rated pair. `others` is None while too few have rated the same two."""

    choice: str
    sentence: str
    a: SideReveal
    b: SideReveal
    expected: tuple[str, str] | None
    others: str | None


def reveal(pair: ShownPair, vote: Vote, task: Task | None, others: PairCounts) -> Reveal:
    """`task` is None if it has gone since. Blocks: some marks run code."""
    a, b = (_side(side, pair.task, pair.inputs, task) for side in (pair.a, pair.b))
    example = None if task is None else task.known(pair.inputs)
    expected = None
    if task is not None and example is not None:
        expected = (expected_word(task.card.kind), example.answer)
    return Reveal(
        choice=vote.choice,
        sentence=_sentence(vote, a.who, b.who),
        a=a,
        b=b,
        expected=expected,
        others=_others(others, a.who, b.who),
    )


def _side(
    side: ShownSide, task_id: str, inputs: Mapping[str, str], task: Task | None
) -> SideReveal:
    given = None
    example = None if task is None else task.known(inputs)
    if task is not None and example is not None:
        given = mark(task.card, example, side.result.text)
    word, said = _verdict(given)
    return SideReveal(
        _who(side, task_id), side.contestant.name, word, said, tuple(facts(side.result))
    )


def _who(side: ShownSide, task: str) -> str:
    contender = side.contestant.contestant_id.partition(":")[0]
    if side.contestant.kind == "adapter":
        return "Specialist" if side.contestant.task == task else "Generalist"
    return {BASE: "Base", HELD_BASE: "Base + format"}[contender]


def _verdict(given: Mark | None) -> tuple[str | None, str]:
    said = verdict(given)
    if given is None:
        return None, said
    if given.is_right is None:
        return "degree", said
    return said, said if given.note is None else f"{said}, {given.note}"


def _sentence(vote: Vote, a: str, b: str) -> str:
    said = _opinions(a, b)[vote.choice]
    return f"Thanks. You {said}: A was {_inside(a)}, B was {_inside(b)}."


def _others(counts: PairCounts, a: str, b: str) -> str | None:
    if counts.num_votes < ENOUGH:
        return None
    numbers = (counts.first, counts.second, counts.tie, counts.both_bad)
    spread = zip(numbers, _opinions(a, b).values(), strict=True)
    said = ", ".join(f"{number:,} {opinion}" for number, opinion in spread if number)
    return f"Of {counts.num_votes:,} others who rated these two in this task, {said}."


def _opinions(a: str, b: str) -> dict[str, str]:
    """What somebody did who chose so."""
    return {
        "A": f"preferred {_inside(a)}",
        "B": f"preferred {_inside(b)}",
        "tie": "saw a tie",
        "both_bad": "found both bad",
    }


def _inside(who: str) -> str:
    """The name in the middle of a sentence."""
    return f"the {who[0].lower()}{who[1:]}"

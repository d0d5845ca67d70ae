"""What everybody is asked in a run: an example of the own task, or one text for all.

Owns who is asked and who is not, and why; knows no stream and no HTTP.
"""

import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from adapters.card import Card, Example
from adapters.catalog import GENERALIST
from adapters.errors import DoesNotFit, LoraLandError
from adapters.free_text import fields_for
from app.contenders import BASE, standard_sampling
from app.services import Stock
from app.task import Task
from engine.errors import PromptTooLong
from engine.request import GenerationRequest
from engine.worker import EngineWorker

NO_EXAMPLES = "There are no held-out examples of this task."
TOO_LONG = "Its example is too long for this model."
NOT_LOADED = "The adapter for this task is not loaded."


class RunRefused(LoraLandError):
    """A run cannot start; shown to the visitor who asked for it."""


@dataclass(frozen=True)
class Question:
    """One row of a run. `asked` is the task or contender that answers; `example` holds the right
    answer, where one is known."""

    asked: str
    adapter_id: str | None
    card: Card
    fields: Mapping[str, str]
    example: Example | None

    @property
    def prompt(self) -> str:
        return self.card.prompt(self.fields)

    def request(self) -> GenerationRequest:
        return GenerationRequest(self.prompt, self.adapter_id, standard_sampling(self.card))


@dataclass(frozen=True)
class Questions:
    """The rows of a run in order, and why the other tasks have none."""

    asked: tuple[Question, ...]
    left_out: Mapping[str, str]


def own_examples(stock: Stock, worker: EngineWorker, seed: int) -> Questions:
    """A held-out example for each task; the same seed gives the same. Raises RunRefused."""

    def example_of(task: Task) -> Question:
        if not task.heldout:
            raise DoesNotFit(NO_EXAMPLES)
        example = random.Random(f"{seed} {task.card.task}").choice(task.heldout)
        question = _own(task.card, example.fields, example)
        if _is_too_long(worker, question):
            raise DoesNotFit(TOO_LONG)
        return question

    return _questions(stock, worker, seed, example_of)


def one_text(stock: Stock, worker: EngineWorker, seed: int, text: str) -> Questions:
    """The text for each task that can do something with it. Raises RunRefused."""
    if not text.strip():
        raise RunRefused("Please write the text that all tasks are to read.")

    def filled(task: Task) -> Question:
        question = _own(task.card, fields_for(task.card, text), None)
        if _is_too_long(worker, question):
            raise RunRefused(
                f"This text is too long: for “{task.card.title}” the model reads at most "
                f"{_limit(worker, task.card):,} tokens beside its answer; please shorten it."
            )
        return question

    return _questions(stock, worker, seed, filled)


def _questions(
    stock: Stock, worker: EngineWorker, seed: int, question_for: Callable[[Task], Question]
) -> Questions:
    """What `question_for` gives, for each task that is served and of which it raises no
    DoesNotFit; then base and generalist."""
    served = {info.adapter_id for info in worker.adapters}
    asked: list[Question] = []
    left_out: dict[str, str] = {}
    for name, task in stock.tasks.items():
        if name not in served:
            left_out[name] = stock.unavailable.get(name, NOT_LOADED)
            continue
        try:
            asked.append(question_for(task))
        except DoesNotFit as error:
            left_out[name] = str(error)
    if not asked:
        raise RunRefused("No task can be asked now; the cells say why.")
    return Questions((*asked, *_companions(asked, served, seed)), left_out)


def _own(card: Card, fields: Mapping[str, str], example: Example | None) -> Question:
    return Question(card.task, card.task, card, fields, example)


def _companions(asked: list[Question], served: set[str], seed: int) -> list[Question]:
    """Base and generalist, where it is served: both get the prompt of one and the same task."""
    shared = random.Random(seed).choice(asked)
    companions = [replace(shared, asked=BASE, adapter_id=None)]
    if GENERALIST in served:
        companions.append(replace(shared, asked=GENERALIST, adapter_id=GENERALIST))
    return companions


def _is_too_long(worker: EngineWorker, question: Question) -> bool:
    try:
        return worker.count_tokens(question.prompt) > _limit(worker, question.card)
    except PromptTooLong:
        return True


def _limit(worker: EngineWorker, card: Card) -> int:
    """How many tokens a prompt may have, beside the task's longest answer."""
    return worker.status().context_length - card.max_tokens

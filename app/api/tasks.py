"""/tasks: what can be asked, and POST /tasks/{task}, so that a program never writes a prompt."""

import asyncio

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel

from adapters.card import Card
from app.api.answering import answered
from app.api.cards import card_of, cards
from app.api.errors import ApiError
from app.api.request_services import ServicesOf
from app.api.shapes import ERRORS, STREAMED
from app.api.target import target_of
from app.api.task_request import TaskRequest, engine_request
from app.api.task_shape import TaskAnswer, TaskShape
from app.services import Services
from engine.stream import Stream

router = APIRouter(prefix="/tasks", tags=["tasks"], responses=ERRORS)


class TaskField(BaseModel):
    """One field of a task's template."""

    name: str
    label: str
    optional: bool


class Task(BaseModel):
    """A task's card. `why_not` says why the task cannot be asked now, null if it can."""

    task: str
    title: str
    category: str
    description: str
    fields: list[TaskField]
    main_field: str
    kind: str
    labels: list[str]
    metric: str
    max_tokens: int
    stop: list[str]
    template: str
    example: dict[str, str]
    why_not: str | None


class TaskList(BaseModel):
    """All tasks, those without an adapter too."""

    tasks: list[Task]


@router.get("")
def list_tasks(services: ServicesOf) -> TaskList:
    services.shelf.look()
    return TaskList(tasks=[_described(services, card) for card in cards(services).values()])


@router.get("/{task}")
def get_task(task: str, services: ServicesOf) -> Task:
    return _described(services, _card(services, task))


@router.post("/{task}", response_model=TaskAnswer, responses=STREAMED)
async def answer_task(
    task: str, request: Request, body: TaskRequest, services: ServicesOf
) -> Response:
    """Answer with the task's adapter: the text, and what it says by the card's kind of answer.

    A stream has one event `{"piece": ...}` for each piece of the text; the last event is the whole
    answer.
    """
    card, streams = await asyncio.to_thread(_submit, services, task, body)
    shape = TaskShape(card, body.fields)
    return await answered(request, streams, shape, is_stream=bool(body.stream))


def _submit(services: Services, task: str, body: TaskRequest) -> tuple[Card, list[Stream]]:
    """Queue the one row. Not for the event loop: it encodes."""
    card = _card(services, task)
    target = target_of(services, task, body.lora)
    return card, services.worker.submit_many([engine_request(card, body, target)])


def _card(services: Services, task: str) -> Card:
    card = card_of(services, task)
    if card is None:
        message = f"There is no task {task!r}; there are {', '.join(cards(services))}."
        raise ApiError(404, message, code="task_not_found")
    return card


def _described(services: Services, card: Card) -> Task:
    return Task(
        task=card.task,
        title=card.title,
        category=card.category,
        description=card.description,
        fields=[
            TaskField(name=field.name, label=field.label, optional=field.optional)
            for field in card.fields
        ],
        main_field=card.main_field,
        kind=card.kind,
        labels=list(card.labels),
        metric=card.metric,
        max_tokens=card.max_tokens,
        stop=list(card.stop),
        template=card.template,
        example=dict(card.examples[0].fields) if card.examples else {},
        why_not=_why_not(services, card.task),
    )


def _why_not(services: Services, task: str) -> str | None:
    if any(info.adapter_id == task for info in services.worker.adapters):
        return None
    return services.unavailable.get(task, "Its adapter is not loaded.")

"""A task asked by the fields of its card, and what becomes of it. Knows no answer."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from adapters.card import Card
from adapters.grammar import grammar_of
from app.api.errors import ApiError
from app.api.fields import Float, Int, Lora, Seed
from app.api.openai_request import usual_of
from app.api.target import Target
from engine.constraint import Constraint, Lead
from engine.request import GenerationRequest, SamplingParams


class TaskRequest(BaseModel):
    """The texts of the template's fields; what is not said besides is the card's."""

    model_config = ConfigDict(extra="allow")

    fields: dict[str, str] = Field(description="GET /tasks/{task} lists them.")
    stream: bool | None = None
    lora: Lora | None = Field(
        None, description="Adapters with scales, in place of the task's own; several are added."
    )
    max_tokens: Annotated[Int, Field(ge=1)] | None = None
    temperature: Annotated[Float, Field(ge=0, le=2)] | None = Field(None, description="0: greedy.")
    seed: Seed | None = None
    constrained: bool | None = Field(
        None, description="Hold the answer to what the card's kind of answer can be."
    )


def engine_request(card: Card, body: TaskRequest, target: Target) -> GenerationRequest:
    """Raises BadFields for fields that the card does not have, or that are missing; ApiError where
    an answer is to be held to nothing."""
    prompt = card.prompt(body.fields)
    usual = usual_of(card)
    sampling = SamplingParams(
        temperature=usual.temperature if body.temperature is None else body.temperature,
        seed=body.seed,
        max_tokens=body.max_tokens or usual.max_tokens,
        stop=usual.stop,
        constraint=_constraint(card, body.fields, usual.lead) if body.constrained else None,
    )
    return target.request(prompt, sampling)


def _constraint(card: Card, fields: Mapping[str, str], lead: Lead) -> Constraint:
    grammar = grammar_of(card, fields)
    if grammar is None:
        message = f"An answer of the kind {card.kind} may be any text; leave constrained out."
        raise ApiError(400, message, param="constrained")
    return Constraint(grammar.form, (grammar.text,), lead)

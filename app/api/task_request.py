"""A task asked by the fields of its card, and what becomes of it. Knows no answer."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from adapters.card import Card
from app.api.fields import Float, Int, Lora, Seed
from app.api.openai_request import usual_of
from app.api.target import Target
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


def engine_request(card: Card, body: TaskRequest, target: Target) -> GenerationRequest:
    """Raises BadFields for fields that the card does not have, or that are missing."""
    usual = usual_of(card)
    sampling = SamplingParams(
        temperature=usual.temperature if body.temperature is None else body.temperature,
        seed=body.seed,
        max_tokens=body.max_tokens or usual.max_tokens,
        stop=usual.stop,
    )
    return target.request(card.prompt(body.fields), sampling)

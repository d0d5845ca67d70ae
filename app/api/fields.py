"""Kinds of values in request bodies, and what is said of wrong ones. Knows no route."""

import re
from typing import Annotated

from pydantic import (
    AfterValidator,
    AllowInfNan,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    Strict,
)

from engine.request import LARGEST_SCALE

MAX_STOPS = 16
MAX_PROMPTS = 64

Int = Annotated[int, Strict()]
"""A whole number: neither true nor "3"."""
Float = Annotated[float, Strict(), AllowInfNan(False)]
"""A finite number: Python's JSON reader takes NaN, which compares false with every limit."""
Text = Annotated[str, Field(min_length=1)]
Seed = Annotated[Int, Field(ge=0, lt=2**63)]
Penalty = Annotated[Float, Field(ge=-2, le=2)]
Scale = Annotated[Float, Field(ge=-LARGEST_SCALE, le=LARGEST_SCALE)]


def _texts(value: object, most: int) -> tuple[str, ...] | None:
    """A text or a list of texts as a tuple, None for anything else and for empty texts."""
    texts = [value] if isinstance(value, str) else value
    if not isinstance(texts, list | tuple) or len(texts) > most:
        return None
    return tuple(texts) if all(isinstance(text, str) and text for text in texts) else None


def _stops(value: object) -> tuple[str, ...]:
    texts = _texts(value, MAX_STOPS)
    if texts is None:
        raise ValueError(
            f"this must be a text or a list of at most {MAX_STOPS} texts, none of them empty"
        )
    return texts


def _prompts(value: object) -> tuple[str, ...]:
    first = value[0] if isinstance(value, list) and value else None
    if isinstance(first, int | list):
        raise ValueError("token ids are not accepted; give the prompt as text")  # noqa: TRY004 - pydantic
    texts = _texts(value, MAX_PROMPTS)
    if not texts:
        raise ValueError(f"this must be a text or a list of 1 to {MAX_PROMPTS} texts, none empty")
    return texts


def _token_ids(biases: dict[str, float]) -> dict[str, float]:
    wrong = next((key for key in biases if not re.fullmatch("[0-9]{1,9}", key)), None)
    if wrong is not None:
        raise ValueError(f'its keys are token ids such as "42", which {wrong[:20]!r} is not')
    return biases


Stops = Annotated[
    tuple[str, ...], BeforeValidator(_stops, json_schema_input_type=Text | list[Text])
]
Prompts = Annotated[
    tuple[str, ...], BeforeValidator(_prompts, json_schema_input_type=Text | list[Text])
]
Biases = Annotated[dict[str, Annotated[Float, Field(ge=-100, le=100)]], AfterValidator(_token_ids)]


class LoraShare(BaseModel):
    """One adapter and how much of it is added to the base: 0 nothing, 1 what was trained."""

    model_config = ConfigDict(extra="allow")

    id: Text
    scale: Scale = 1.0


Lora = Annotated[list[LoraShare], Field(max_length=8)]

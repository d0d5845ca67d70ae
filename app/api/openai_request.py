"""What OpenAI's two ways of asking share: fields, their defaults, what is refused by name.

Knows neither prompts nor messages.
"""

from dataclasses import dataclass
from typing import Annotated, ClassVar

from pydantic import BaseModel, ConfigDict, Field

from adapters.card import Card
from app.api.constrained import Constrained
from app.api.errors import ApiError, not_served
from app.api.fields import Biases, Float, Int, Lora, Penalty, Seed, Stops
from engine.constraint import Lead
from engine.request import SamplingParams

MAX_N = 8
MAX_ROWS = 64


@dataclass(frozen=True)
class Usual:
    """What holds where a caller says nothing; `stop` holds beside whatever he says.

    `lead` is what joins an answer to its prompt, before what an answer can be held to.
    """

    temperature: float = 1.0
    max_tokens: int = 16
    stop: tuple[str, ...] = ()
    lead: Lead = Lead.NOTHING


def usual_of(card: Card) -> Usual:
    """How the task's adapter is meant to be asked: greedily, and as long as its answers are."""
    return Usual(0.0, card.max_tokens, card.stop, Lead.SPACE)


class StreamOptions(BaseModel):
    """What a stream adds to its chunks."""

    include_usage: bool = False


class OpenAiRequest(Constrained):
    """OpenAI's fields, vLLM's top_k, min_p, repetition_penalty and ignore_eos, `lora`.

    Unknown fields are accepted. A null means the default.
    """

    model_config = ConfigDict(extra="allow", protected_namespaces=())
    not_served: ClassVar[dict[str, str]] = {}
    """Fields that are refused when they say anything, and why."""

    model: str
    """An adapter's task, or the base's id; GET /v1/models lists them."""
    lora: Lora | None = Field(
        None, description="Adapters with scales, in place of the model's own; several are added."
    )
    max_tokens: Annotated[Int, Field(ge=1)] | None = None
    max_completion_tokens: Annotated[Int, Field(ge=1)] | None = None
    temperature: Annotated[Float, Field(ge=0, le=2)] | None = None
    top_p: Annotated[Float, Field(gt=0, le=1)] | None = None
    top_k: Annotated[Int, Field(ge=-1)] | None = Field(None, description="0 or -1: off.")
    min_p: Annotated[Float, Field(ge=0, le=1)] | None = None
    repetition_penalty: Annotated[Float, Field(ge=0.01, le=100)] | None = None
    presence_penalty: Penalty | None = None
    frequency_penalty: Penalty | None = None
    logit_bias: Biases | None = None
    seed: Seed | None = None
    stop: Stops | None = None
    ignore_eos: bool | None = None
    n: Annotated[Int, Field(ge=1, le=MAX_N)] | None = None
    stream: bool | None = None
    stream_options: StreamOptions | None = None

    @property
    def num_choices(self) -> int:
        return self.n or 1

    @property
    def includes_usage(self) -> bool:
        return self.stream_options is not None and self.stream_options.include_usage

    @property
    def length(self) -> int | None:
        """The most tokens of an answer, None where the caller does not say."""
        asked = self.max_completion_tokens
        return self.max_tokens if asked is None else asked

    def sampling(self, usual: Usual, choice: int, logprobs: int | None) -> SamplingParams:
        """How choice number `choice` of a prompt is drawn: each takes the seed after the last."""
        return SamplingParams(
            temperature=_given(self.temperature, usual.temperature),
            top_p=_given(self.top_p, 1.0),
            top_k=max(0, self.top_k or 0),
            min_p=_given(self.min_p, 0.0),
            repetition_penalty=_given(self.repetition_penalty, 1.0),
            presence_penalty=_given(self.presence_penalty, 0.0),
            frequency_penalty=_given(self.frequency_penalty, 0.0),
            logit_bias=tuple((int(key), bias) for key, bias in (self.logit_bias or {}).items()),
            logprobs=logprobs,
            seed=None if self.seed is None else (self.seed + choice) % 2**63,
            max_tokens=self.length or usual.max_tokens,
            stop=tuple(dict.fromkeys((*(self.stop or ()), *usual.stop))),
            ignore_eos=bool(self.ignore_eos),
            constraint=self.constraint(usual.lead),
        )


def refuse_what_is_not_served(body: OpenAiRequest, num_rows: int) -> None:
    """Raises ApiError for a field whose effect a caller would miss without knowing."""
    for name, why in body.not_served.items():
        if getattr(body, name):
            raise not_served(name, why)
    both = {body.max_tokens, body.max_completion_tokens} - {None}
    if len(both) > 1:
        message = "max_tokens and max_completion_tokens contradict each other; give one of them."
        raise ApiError(400, message, param="max_tokens")
    if body.stream_options is not None and not body.stream:
        raise ApiError(400, "stream_options may only be given with stream.", param="stream_options")
    if num_rows > MAX_ROWS:
        message = f"{num_rows} answers were asked for at once; the limit is {MAX_ROWS}."
        raise ApiError(400, message, param="n")


def _given(value: float | None, default: float) -> float:
    return default if value is None else value

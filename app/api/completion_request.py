"""The body of POST /v1/completions and what becomes of it: requests for the engine.

Owns which of OpenAI's fields are honoured, which are refused and which are ignored.
"""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from app.api.errors import ApiError
from engine.request import GenerationRequest, SamplingParams

MAX_N = 8
MAX_ROWS = 64
MAX_STOPS = 16

Text = Annotated[str, Field(min_length=1)]


def _no_token_ids(prompt: object) -> object:
    first = prompt[0] if isinstance(prompt, list) and prompt else None
    if isinstance(first, int | list):
        raise ValueError("token ids are not accepted; give the prompt as text")  # noqa: TRY004 - pydantic
    return prompt


Prompt = Annotated[
    Text | Annotated[list[Text], Field(min_length=1, max_length=MAX_ROWS)],
    BeforeValidator(_no_token_ids),
]


class StreamOptions(BaseModel):
    """What a stream adds to its chunks."""

    include_usage: bool = False


class CompletionRequest(BaseModel):
    """OpenAI's fields with OpenAI's defaults; `top_k` and `ignore_eos` as in vLLM.

    Unknown fields are accepted. A null means the default.
    """

    model_config = ConfigDict(extra="allow", protected_namespaces=())

    model: str
    """An adapter's task, or the base's id; GET /v1/models lists them."""
    prompt: Prompt
    max_tokens: int | None = Field(None, ge=1, description="16 when not given.")
    temperature: float | None = Field(None, ge=0, le=2, description="1 when not given.")
    top_p: float | None = Field(None, gt=0, le=1)
    top_k: int | None = Field(None, ge=-1, description="0 or -1: off.")
    seed: int | None = Field(None, ge=0, lt=2**63)
    stop: Text | Annotated[list[Text], Field(max_length=MAX_STOPS)] | None = None
    ignore_eos: bool | None = None
    n: int | None = Field(None, ge=1, le=MAX_N)
    best_of: int | None = None
    echo: bool | None = None
    stream: bool | None = None
    stream_options: StreamOptions | None = None
    logprobs: int | Literal[False] | None = None
    suffix: str | None = None
    logit_bias: dict[str, Any] | None = None
    presence_penalty: float | None = None
    frequency_penalty: float | None = None

    @property
    def num_choices(self) -> int:
        return self.n or 1

    @property
    def prompts(self) -> list[str]:
        return [self.prompt] if isinstance(self.prompt, str) else self.prompt

    @property
    def includes_usage(self) -> bool:
        return self.stream_options is not None and self.stream_options.include_usage


def refuse_what_is_not_served(body: CompletionRequest) -> None:
    """Raises ApiError for a field whose effect a caller would miss without knowing."""
    if body.logprobs is not None and body.logprobs is not False:
        raise _not_served("logprobs", "log probabilities are not returned")
    if body.best_of is not None and body.best_of != body.num_choices:
        raise _not_served("best_of", "answers are not ranked; it may only equal n")
    if body.suffix:
        raise _not_served("suffix", "these models cannot fill in a gap")
    if body.logit_bias:
        raise _not_served("logit_bias", "single tokens cannot be favoured")
    for name in ("presence_penalty", "frequency_penalty"):
        if getattr(body, name):
            raise _not_served(name, "repetition is not penalised; it may only be 0")
    if body.stream_options is not None and not body.stream:
        raise ApiError(400, "stream_options may only be given with stream.", param="stream_options")
    num_rows = len(body.prompts) * body.num_choices
    if num_rows > MAX_ROWS:
        message = f"{num_rows} answers were asked for at once; the limit is {MAX_ROWS}."
        raise ApiError(400, message, param="n")


def _not_served(name: str, why: str) -> ApiError:
    return ApiError(400, f"{name} is not supported: {why}.", param=name, code="unsupported")


def engine_requests(body: CompletionRequest, adapter_id: str | None) -> list[GenerationRequest]:
    """One request per choice: all choices of the first prompt, then of the second, ...

    The choices of one prompt take consecutive seeds, so that they differ and can be had again.
    """
    return [
        GenerationRequest(prompt, adapter_id, _sampling(body, choice))
        for prompt in body.prompts
        for choice in range(body.num_choices)
    ]


def _sampling(body: CompletionRequest, choice: int) -> SamplingParams:
    stop = [body.stop] if isinstance(body.stop, str) else body.stop or []
    return SamplingParams(
        temperature=1.0 if body.temperature is None else body.temperature,
        top_p=1.0 if body.top_p is None else body.top_p,
        top_k=max(0, body.top_k or 0),
        seed=None if body.seed is None else (body.seed + choice) % 2**63,
        max_tokens=body.max_tokens or 16,
        stop=tuple(stop),
        ignore_eos=bool(body.ignore_eos),
    )

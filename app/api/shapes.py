"""What the API answers: OpenAI's objects for models and completions, and ours for health."""

from typing import Any, Literal

from pydantic import BaseModel

from app.api.chances import CompletionLogprobs


class Health(BaseModel):
    """The answer of /health. `unavailable_adapters` says per task why it is not served."""

    status: Literal["ok", "unavailable"]
    reason: str | None
    base: str
    adapters: list[str]
    unavailable_adapters: dict[str, str]
    num_running: int
    num_waiting: int
    step: int
    kernel: str
    bits: int
    context_length: int
    num_parameters: int


class ErrorDetail(BaseModel):
    """What went wrong, for a person; `param` names the field to blame, `code` the case."""

    message: str
    type: str
    param: str | None
    code: str | None


class ErrorAnswer(BaseModel):
    """Every error of the API."""

    error: ErrorDetail


class Model(BaseModel):
    """One served model. `parent` is the base of an adapter, `root` the model itself."""

    id: str
    object: Literal["model"] = "model"
    created: int
    owned_by: str = "lora-land"
    root: str
    parent: str | None


class ModelList(BaseModel):
    """All served models, the base first."""

    object: Literal["list"] = "list"
    data: list[Model]


class Usage(BaseModel):
    """Tokens of a request. The prompt of several choices is counted once, as OpenAI does."""

    prompt_tokens: int
    completion_tokens: int
    total_tokens: int


class Choice(BaseModel):
    """One answer, or one piece of it in a stream."""

    index: int
    text: str
    logprobs: CompletionLogprobs | None = None
    finish_reason: Literal["stop", "length"] | None


class Completion(BaseModel):
    """A whole answer, or one chunk of a stream."""

    id: str
    object: Literal["text_completion"] = "text_completion"
    created: int
    model: str
    system_fingerprint: str
    choices: list[Choice]
    usage: Usage | None = None


STREAMED: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The answer, whole or as server-sent events.",
        "content": {"text/event-stream": {"schema": {"type": "string"}}},
    }
}
ERRORS: dict[int | str, dict[str, Any]] = {
    "4XX": {"model": ErrorAnswer, "description": "Refused, with the reason."},
    "5XX": {"model": ErrorAnswer, "description": "Failed, or not serving now."},
}

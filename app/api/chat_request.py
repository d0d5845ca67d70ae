"""The body of POST /v1/chat/completions. Owns what may stand in a message."""

from typing import Annotated, Any, ClassVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from app.api.errors import ApiError, not_served
from app.api.fields import Int, Text
from app.api.openai_request import OpenAiRequest, refuse_what_is_not_served
from engine.request import MOST_LOGPROBS


def _joined(content: object) -> object:
    """A message's parts as one text; these models read nothing else."""
    if content is None:
        return ""
    if not isinstance(content, list):
        return content
    texts = []
    for part in content:
        if not isinstance(part, dict) or not isinstance(part.get("text"), str):
            raise ValueError("only text is read; a part must be {type: text, text: ...}")  # noqa: TRY004 - pydantic
        texts.append(part["text"])
    return "\n".join(texts)


class Message(BaseModel):
    """One message; its content is a text, or a list of parts that are texts."""

    model_config = ConfigDict(extra="allow")

    role: Text
    content: Annotated[
        str, BeforeValidator(_joined, json_schema_input_type=str | list[dict[str, Any]] | None)
    ] = ""


class ChatRequest(OpenAiRequest):
    """Messages. An adapter reads the last one of the user; a base with a chat template, all."""

    not_served: ClassVar[dict[str, str]] = {
        "tools": "these models call none",
        "functions": "these models call none",
        "audio": "answers are texts",
    }

    messages: Annotated[list[Message], Field(min_length=1, max_length=1000)]
    logprobs: bool | None = None
    top_logprobs: Annotated[Int, Field(ge=0, le=MOST_LOGPROBS)] | None = None
    tools: list[Any] | None = None
    functions: list[Any] | None = None
    audio: dict[str, Any] | None = None

    @property
    def num_likeliest(self) -> int | None:
        """How many likeliest tokens stand beside each token's chance, None where none is asked."""
        return self.top_logprobs or 0 if self.logprobs else None


def check(body: ChatRequest) -> None:
    """Raises ApiError for what the API cannot do."""
    refuse_what_is_not_served(body, body.num_choices)
    if body.top_logprobs is not None and not body.logprobs:
        raise ApiError(400, "top_logprobs may only be given with logprobs.", param="top_logprobs")
    modalities = (body.model_extra or {}).get("modalities")
    if modalities and modalities != ["text"]:
        raise not_served("modalities", "answers are texts")

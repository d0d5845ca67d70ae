"""LoRAX's request and what becomes of it: one request for the engine. Knows no answer.

Owns which of LoRAX's parameters are honoured and which are refused.
"""

import secrets
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from app.api.constrained import JSON_OBJECT, Schema, constraint_of
from app.api.errors import ApiError, not_served
from app.api.fields import Float, Int, LoraShare, Scale, Seed, Stops, Text
from app.api.target import target_of
from app.services import Services
from engine.constraint import Constraint, Lead
from engine.request import MOST_LOGPROBS, GenerationRequest, SamplingParams

NO_ADAPTER = ("", "__base_model__")


class MergedAdapters(BaseModel):
    """Adapters that answer together; the deltas are added up, each times its weight."""

    model_config = ConfigDict(extra="allow")

    ids: Annotated[list[Text], Field(min_length=1, max_length=8)]
    weights: list[Scale] = []
    merge_strategy: str | None = None


class LoraxFormat(BaseModel):
    """What the answer is held to: JSON, any object where no schema says more."""

    model_config = ConfigDict(extra="allow")

    type: Literal["text", "json_object", "json_schema"]
    schema_: Schema | None = Field(None, alias="schema")


class LoraxParameters(BaseModel):
    """LoRAX's parameters. Unknown ones are accepted, a null is the default.

    `adapter_source` and `api_token` change nothing: no request makes this server load an adapter.
    """

    model_config = ConfigDict(extra="allow")

    adapter_id: str | None = Field(
        default=None, description="A served adapter; the base if not given."
    )
    adapter_source: str | None = None
    api_token: str | None = None
    merged_adapters: MergedAdapters | None = None
    max_new_tokens: Annotated[Int, Field(ge=1)] | None = Field(
        default=None, description="As many as the context holds, if not given."
    )
    do_sample: bool | None = None
    temperature: Annotated[Float, Field(ge=0, le=5)] | None = None
    top_k: Annotated[Int, Field(ge=0)] | None = None
    top_p: Annotated[Float, Field(gt=0, le=1)] | None = None
    repetition_penalty: Annotated[Float, Field(ge=0.01, le=100)] | None = None
    seed: Seed | None = None
    stop: Stops | None = None
    ignore_eos_token: bool | None = None
    return_full_text: bool | None = None
    truncate: Annotated[Int, Field(ge=1)] | None = None
    details: bool | None = None
    return_k_alternatives: Annotated[Int, Field(ge=0, le=MOST_LOGPROBS)] | None = None
    decoder_input_details: bool | None = None
    best_of: Int | None = None
    typical_p: Float | None = None
    watermark: bool | None = None
    apply_chat_template: bool | None = None
    response_format: LoraxFormat | None = None

    @property
    def is_drawn(self) -> bool:
        """Whether the answer is drawn by chance: as in LoRAX, a changed distribution says so."""
        if self.temperature == 0.0:
            return False
        changes = ((self.temperature, 1.0), (self.top_k, 0), (self.top_p, 1.0))
        return bool(self.do_sample) or any(value not in (None, off) for value, off in changes)


class GenerateRequest(BaseModel):
    """A prompt, taken as it stands."""

    model_config = ConfigDict(extra="allow")

    inputs: Text
    parameters: LoraxParameters | None = None

    @property
    def asked(self) -> LoraxParameters:
        return self.parameters or LoraxParameters()


class CompatRequest(GenerateRequest):
    """What LoRAX's Python client sends to the base URL."""

    stream: bool | None = None


class TokenizeRequest(BaseModel):
    """A text whose tokens are wanted."""

    model_config = ConfigDict(extra="allow")

    inputs: Text
    add_special_tokens: bool | None = True


def engine_request(services: Services, body: GenerateRequest) -> GenerationRequest:
    """Encodes the prompt where it is to be cut. Raises ApiError, UnknownAdapter, BadRequest."""
    asked = body.asked
    _check(asked)
    model = services.base_id if asked.adapter_id in (None, *NO_ADAPTER) else asked.adapter_id
    assert model is not None
    target = target_of(services, model, _shares(asked.merged_adapters))
    return target.request(_cut(services, body.inputs, asked.truncate), _sampling(services, asked))


def _check(asked: LoraxParameters) -> None:
    refused = {
        "decoder_input_details": (asked.decoder_input_details, "the prompt's tokens are not told"),
        "watermark": (asked.watermark, "answers carry no mark"),
        "apply_chat_template": (asked.apply_chat_template, "use /v1/chat/completions"),
        "best_of": (asked.best_of not in (None, 1), "answers are not ranked; it may only be 1"),
        "typical_p": (asked.typical_p not in (None, 1.0), "use top_p or top_k"),
    }
    for name, (is_asked, why) in refused.items():
        if is_asked:
            raise not_served(name, why)
    merged = asked.merged_adapters
    if merged is None:
        return
    if asked.adapter_id not in (None, *NO_ADAPTER):
        raise ApiError(400, "Give adapter_id or merged_adapters, not both.")
    if merged.merge_strategy not in (None, "linear"):
        raise not_served("merge_strategy", "adapters are only added up; it may only be linear")
    if merged.weights and len(merged.weights) != len(merged.ids):
        raise ApiError(400, "merged_adapters must have as many weights as ids.")


def _shares(merged: MergedAdapters | None) -> list[LoraShare]:
    if merged is None:
        return []
    weights = merged.weights or [1.0] * len(merged.ids)
    return [LoraShare(id=i, scale=w) for i, w in zip(merged.ids, weights, strict=True)]


def _cut(services: Services, text: str, truncate: int | None) -> str:
    """The end of the prompt that has at most `truncate` tokens."""
    vocabulary = services.worker.vocabulary
    if truncate is None or truncate >= services.worker.status().context_length:
        return text
    # Nothing before these characters can be among the last tokens: a long text is not all encoded.
    text = text[-vocabulary.longest_token * truncate :]
    pieces = vocabulary.pieces(text)
    own = [piece for piece in pieces if piece.end > 0]
    num_kept = max(1, truncate - (len(pieces) - len(own)))
    return text if len(own) <= num_kept else text[own[-num_kept - 1].end :]


def _sampling(services: Services, asked: LoraxParameters) -> SamplingParams:
    seed = None
    if asked.is_drawn:  # The seed is told, so that the answer can be had again.
        seed = secrets.randbelow(2**32) if asked.seed is None else asked.seed
    return SamplingParams(
        temperature=0.0
        if seed is None
        else 1.0
        if asked.temperature is None
        else asked.temperature,
        top_k=asked.top_k or 0,
        top_p=1.0 if asked.top_p is None else asked.top_p,
        repetition_penalty=1.0 if asked.repetition_penalty is None else asked.repetition_penalty,
        logprobs=asked.return_k_alternatives or 0,
        seed=seed,
        max_tokens=asked.max_new_tokens or services.worker.status().context_length,
        stop=asked.stop or (),
        ignore_eos=bool(asked.ignore_eos_token),
        constraint=_constraint(asked.response_format),
    )


def _constraint(asked: LoraxFormat | None) -> Constraint | None:
    if asked is None or asked.type == "text":
        return None
    schema = JSON_OBJECT if asked.schema_ is None else asked.schema_
    return constraint_of("json_schema", schema, Lead.NOTHING)

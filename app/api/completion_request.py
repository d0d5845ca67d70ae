"""The body of POST /v1/completions and what becomes of it: requests for the engine."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, ClassVar

from pydantic import BeforeValidator, Field

from app.api.errors import ApiError, not_served
from app.api.fields import Int, Prompts
from app.api.openai_request import OpenAiRequest, Usual, refuse_what_is_not_served
from app.api.target import Target
from engine.request import MOST_LOGPROBS, GenerationRequest, SamplingParams
from engine.worker import EngineWorker

USUAL = Usual()


def _off(value: object) -> object:
    return None if value is False else value


class CompletionRequest(OpenAiRequest):
    """A text to go on from, taken as it stands, with OpenAI's defaults."""

    not_served: ClassVar[dict[str, str]] = {"suffix": "these models cannot fill in a gap"}

    prompt: Prompts
    max_tokens: Annotated[Int, Field(ge=0)] | None = Field(None, description="16 if not given.")
    best_of: Int | None = None
    echo: bool | None = None
    logprobs: Annotated[
        Annotated[Int, Field(ge=0, le=MOST_LOGPROBS)] | None, BeforeValidator(_off)
    ] = None
    suffix: str | None = None

    @property
    def scores_prompts(self) -> bool:
        """Whether the chances of the prompts' own tokens are asked for."""
        return bool(self.echo) and self.logprobs is not None

    @property
    def only_scores(self) -> bool:
        return self.scores_prompts and self.length == 0


def check(body: CompletionRequest) -> None:
    """Raises ApiError for what the API cannot do."""
    if body.best_of is not None and body.best_of != body.num_choices:
        raise not_served("best_of", "answers are not ranked; it may only equal n")
    if body.length == 0 and (body.stream or not body.scores_prompts):
        message = (
            "max_tokens may be 0 only to score a prompt: with echo and logprobs, not streamed."
        )
        raise ApiError(400, message, param="max_tokens")
    num_rows = len(body.prompt) * body.num_choices
    refuse_what_is_not_served(body, num_rows + len(body.prompt) * body.scores_prompts)


def engine_requests(body: CompletionRequest, target: Target) -> list[GenerationRequest]:
    """One request per choice: all choices of the first prompt, then of the second, ...

    The choices of one prompt take consecutive seeds, so that they differ and can be had again.
    """
    if body.only_scores:
        return []
    return [
        target.request(prompt, body.sampling(USUAL, choice, body.logprobs))
        for prompt in body.prompt
        for choice in range(body.num_choices)
    ]


@dataclass(frozen=True)
class Reading:
    """A prompt whose tokens are scored: `head` are those before the first that can be.

    `request` reads the rest; None if there is no rest.
    """

    head: tuple[str, ...]
    num_tokens: int
    request: GenerationRequest | None


def readings(body: CompletionRequest, target: Target, worker: EngineWorker) -> Sequence[Reading]:
    """What scores the prompts, in their order; nothing where nobody asks. Encodes the prompts.

    Raises PromptTooLong.
    """
    if not body.scores_prompts:
        return ()
    sampling = SamplingParams(logprobs=body.logprobs)
    return [_reading(prompt, target, sampling, worker) for prompt in body.prompt]


def _reading(
    prompt: str, target: Target, sampling: SamplingParams, worker: EngineWorker
) -> Reading:
    worker.count_tokens(prompt)  # refuses what could never fit before anything is made of it
    pieces = worker.vocabulary.pieces(prompt)
    # What the tokenizer puts before every text makes even the first token of the prompt a guess.
    num_before = pieces[0].end if pieces else 0
    head = [piece.text for piece in pieces if 0 < piece.end <= num_before]
    rest = prompt[num_before:]
    request = target.request(prompt[:num_before], sampling, rest) if rest else None
    return Reading(tuple(head), len(pieces), request)

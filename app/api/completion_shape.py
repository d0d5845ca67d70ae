"""Writes answers as OpenAI's completions. Submits nothing."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from app.api.chances import CompletionLogprobs, ScoredToken, completion_logprobs, scored
from app.api.completion_request import CompletionRequest, Reading
from app.api.openai_shape import OpenAiShape, reason_of, usage_of
from app.api.rows import Row
from app.api.shapes import Choice, Completion, Usage
from engine.request import FinishEvent, TokenEvent


@dataclass(frozen=True)
class ReadPrompt:
    """A prompt with what was scored of it; `row` None where there was nothing to score."""

    reading: Reading
    row: Row | None


@dataclass(frozen=True)
class CompletionShape(OpenAiShape):
    """`read` holds the scored prompts, in order; none where nobody asked."""

    asked: CompletionRequest
    read: Sequence[ReadPrompt] = ()

    def whole(self, rows: Sequence[Row]) -> str:
        if self.asked.only_scores:
            num_choices = len(self.read) * self.asked.num_choices
            choices = [self._choice(index, ()) for index in range(num_choices)]
            counted = usage_of(sum(read.reading.num_tokens for read in self.read), 0)
        else:
            choices = [
                self._choice(index, row.tokens, row.end.text, reason_of(row.end))
                for index, row in enumerate(rows)
            ]
            counted = self.usage([row.end for row in rows])
        return self._completion(choices, counted).model_dump_json()

    def opening(self) -> Iterator[str]:
        if self.asked.echo:
            for index in range(len(self.asked.prompt) * self.asked.num_choices):
                yield self._chunk(self._choice(index, (), reason=None))

    def token(self, index: int, event: TokenEvent) -> Iterable[str]:
        wants_chances = self.asked.logprobs is not None
        if event.text or wants_chances:
            chances = self._chances(index, [event]) if wants_chances else None
            yield self._chunk(
                Choice(index=index, text=event.text, logprobs=chances, finish_reason=None)
            )

    def end(self, index: int, event: FinishEvent) -> Iterable[str]:
        yield self._chunk(Choice(index=index, text=event.tail, finish_reason=reason_of(event)))

    def usage_chunk(self, usage: Usage) -> Completion:
        return self._completion([], usage)

    def _choice(
        self,
        index: int,
        tokens: Sequence[TokenEvent],
        text: str = "",
        reason: Literal["stop", "length"] | None = "length",
    ) -> Choice:
        """A choice from its beginning, the prompt before it where that is asked for."""
        chances = None
        if self.asked.logprobs is not None:
            chances = self._chances(index, tokens, self._read(index))
        text = self._echo(index) + text
        return Choice(index=index, text=text, logprobs=chances, finish_reason=reason)

    def _chances(
        self, index: int, tokens: Sequence[TokenEvent], before: Sequence[ScoredToken] = ()
    ) -> CompletionLogprobs:
        answer = scored(tokens, self.vocabulary, len(self._echo(index)))
        return completion_logprobs([*before, *answer], self.vocabulary)

    def _echo(self, index: int) -> str:
        """What stands before the answer of choice `index`."""
        return self.asked.prompt[index // self.asked.num_choices] if self.asked.echo else ""

    def _read(self, index: int) -> list[ScoredToken]:
        """The scored tokens of the prompt of choice `index`."""
        if not self.read:
            return []
        read = self.read[index // self.asked.num_choices]
        request = read.reading.request
        num_before = len(self._echo(index)) if request is None else len(request.prompt)
        # Pieces of one character begin where it does; several in a head are such pieces.
        head = [ScoredToken(text, 0) for text in read.reading.head]
        rest = () if read.row is None else read.row.tokens
        return head + scored(rest, self.vocabulary, num_before)

    def _completion(self, choices: list[Choice], counted: Usage | None = None) -> Completion:
        return Completion(
            id=self.answer_id,
            created=self.created,
            model=self.asked.model,
            system_fingerprint=self.base_id,
            choices=choices,
            usage=counted,
        )

    def _chunk(self, choice: Choice) -> str:
        return self._completion([choice]).model_dump_json()

"""Continuous batching on one screen: schedule, build, forward, pick, hand out.

Owns the model, the cache and the requests in flight. Knows no threads: whoever calls `step`
must be the only one, except for `prepare` and `fit`, which only read.
"""

from collections.abc import Iterable
from pathlib import Path

import torch

from adapters.files import read_adapter
from engine.batch import StepInputs, build_inputs
from engine.errors import BadRequest, PromptTooLong, UnknownAdapter
from engine.kv_cache import KVCache
from engine.loading import LoadedModel
from engine.lora.fit import fit_adapter
from engine.lora.layers import LoraSites
from engine.lora.order import DecodeOrder
from engine.lora.weights import AdapterWeights
from engine.memory import cache_shape
from engine.options import EngineOptions
from engine.request import Event, FinishEvent, FinishReason, GenerationRequest, TokenEvent
from engine.sampler import pick_tokens
from engine.scheduler import Batch, Scheduler
from engine.sequence import Sequence
from engine.text import AnswerText

NOT_FINITE = (
    "The model produced values that are not finite numbers for this answer; the adapter is "
    "damaged or its weights are far too large."
)


class Engine:
    """One model, many adapters, one batch. `sites` is None where LoRA is not installed."""

    def __init__(
        self, loaded: LoadedModel, options: EngineOptions, sites: LoraSites | None
    ) -> None:
        shape = cache_shape(loaded, options)
        self.loaded = loaded
        self.context_length = shape.num_tokens
        self.adapters: dict[str, AdapterWeights] = {}
        self.num_steps = 0
        self.scheduler = Scheduler(
            options, kv_tokens=options.kv_tokens or shape.num_rows * shape.num_tokens
        )
        self._sites = sites
        self._cache = KVCache(shape, loaded.dtype, loaded.device)
        self._order = DecodeOrder(options.max_rows)
        self._untold: list[tuple[Sequence, Event]] = []

    @torch.inference_mode()
    def step(self) -> list[tuple[Sequence, Event]]:
        """One step of everything that runs; returns what each request is to be told.

        When a step raises, what happened before it did is still to be told: see `take_untold`.
        """
        self._drop_cancelled()
        batch = self.scheduler.schedule()
        if batch.num_rows:
            self.num_steps += 1
            inputs = build_inputs(batch, self._order, self._cache, len(self.scheduler.running))
            logits = self._forward(inputs)
            token_ids = pick_tokens(logits, inputs.rows) if inputs.rows else []
            self._advance(batch)
            for sequence, token_id in zip(inputs.rows, token_ids, strict=True):
                self._hand_out(sequence, token_id, batch.num_rows)
        return self.take_untold()

    def take_untold(self) -> list[tuple[Sequence, Event]]:
        """What has happened to requests since the last call, in order; each event only once."""
        untold, self._untold = self._untold, []
        return untold

    def prepare(self, request: GenerationRequest) -> Sequence:
        """Check and encode a request; any thread. Raises UnknownAdapter, PromptTooLong, ..."""
        adapter = self._adapter(request.adapter_id)
        prompt_ids = self.encode(request.prompt)
        if not prompt_ids:
            raise BadRequest("The prompt is empty; write something to go on from.")
        room = self.context_length - len(prompt_ids)
        if room < 1:
            raise self._too_long(f"has {len(prompt_ids)} tokens")
        sampling = request.sampling
        return Sequence(
            request,
            prompt_ids,
            max_new_tokens=min(sampling.max_tokens, room),
            text=AnswerText(self.loaded.vocabulary.decode, prompt_ids, sampling.stop),
            adapter=adapter,
        )

    def encode(self, text: str) -> list[int]:
        """The prompt's tokens, with what the tokenizer puts before every text; any thread."""
        vocabulary = self.loaded.vocabulary
        if len(text) > vocabulary.longest_token * self.context_length:
            raise self._too_long(f"has {len(text)} characters")
        return vocabulary.encode(text)

    def fit(self, adapter_id: str, folder: Path) -> AdapterWeights:
        """Read an adapter and fit it to the base; any thread. Raises AdapterRefused."""
        if self._sites is None:
            raise BadRequest("This engine was built without LoRA and takes no adapters.")
        file = read_adapter(folder)
        like = torch.empty(0, dtype=self.loaded.dtype, device=self.loaded.device)
        return fit_adapter(adapter_id, file, self._sites, like)

    def fail(self, sequences: Iterable[Sequence], sentence: str) -> list[tuple[Sequence, Event]]:
        """End these sequences, running or not, with an error; returns all that is to be told.

        The last seat goes first: when all rows fail, perhaps with the device, none must move.
        """
        for sequence in sorted(sequences, key=lambda row: row.seat, reverse=True):
            self._finish(sequence, FinishReason.ERROR, error=sentence)
        return self.take_untold()

    def _forward(self, inputs: StepInputs) -> torch.Tensor:
        """Logits [rows, vocabulary] of the tokens that complete something."""
        if self._sites is not None:
            self._sites.active.plan = inputs.lora
        output = self.loaded.model(
            input_ids=inputs.input_ids,
            position_ids=inputs.position_ids,
            logits_to_keep=inputs.logits_at,
            use_cache=False,
            plan=inputs.attention,
        )
        logits: torch.Tensor = output.logits[0]
        return logits

    def _advance(self, batch: Batch) -> None:
        for sequence in batch.decode:
            sequence.num_computed += 1
        for chunk in batch.prefill:
            chunk.sequence.num_computed += chunk.num_tokens

    def _hand_out(self, sequence: Sequence, token_id: int | None, num_rows: int) -> None:
        """Append one token to its sequence, and end the sequence if it was the last."""
        if token_id is None:
            self._finish(sequence, FinishReason.ERROR, error=NOT_FINITE)
            return
        sampling = sequence.request.sampling
        at_s = sequence.seconds()
        sequence.tokens.append(token_id)
        if sequence.first_token_s is None:
            sequence.first_token_s = at_s
        ended = token_id in self.loaded.vocabulary.eos_ids and not sampling.ignore_eos
        text = "" if ended else sequence.text.push(token_id)
        event = TokenEvent(text, token_id, sequence.num_new_tokens, self.num_steps, num_rows, at_s)
        self._untold.append((sequence, event))
        if ended or sequence.text.stopped:
            self._finish(sequence, FinishReason.STOP, num_rows)
        elif sequence.num_new_tokens >= sequence.max_new_tokens:
            self._finish(sequence, FinishReason.LENGTH, num_rows)

    def _drop_cancelled(self) -> None:
        for row in [row for row in self.scheduler.running if row.cancelled]:
            self._finish(row, FinishReason.CANCELLED)
        for row in self.scheduler.drop_waiting():
            self._finish(row, FinishReason.CANCELLED)

    def _finish(
        self, sequence: Sequence, reason: FinishReason, num_rows: int = 0, error: str | None = None
    ) -> None:
        """Close the sequence's text, and free its row if it has one."""
        total_s = sequence.seconds()
        tail = sequence.text.finish()
        event = FinishEvent(
            reason=reason,
            text=sequence.text.text,
            tail=tail,
            num_prompt_tokens=len(sequence.prompt_ids),
            num_tokens=sequence.num_new_tokens,
            queue_s=total_s if sequence.queue_s is None else sequence.queue_s,
            first_token_s=sequence.first_token_s,
            total_s=total_s,
            error=error,
            adapter_digest=sequence.adapter.digest if sequence.adapter else None,
            num_rows=num_rows,
            step=self.num_steps,
        )
        # Noted first: the move may fail with the device, and the row would be nobody's by then.
        self._untold.append((sequence, event))
        if sequence in self.scheduler.running:
            move = self.scheduler.finish(sequence)
            if move is not None:
                self._cache.move(move)

    def _adapter(self, adapter_id: str | None) -> AdapterWeights | None:
        if adapter_id is None:
            return None
        adapter = self.adapters.get(adapter_id)
        if adapter is None:
            known = ", ".join(sorted(self.adapters)) or "none"
            raise UnknownAdapter(f"No adapter {adapter_id!r} is loaded; loaded are: {known}.")
        return adapter

    def _too_long(self, size: str) -> PromptTooLong:
        return PromptTooLong(
            f"The prompt {size}, but prompt and answer together may have "
            f"{self.context_length} tokens; shorten the prompt."
        )
